import type { Doubt } from '$lib/matrix/values';
import { m } from '$lib/paraglide/messages';
import LockOpen from '@lucide/svelte/icons/lock-open';
import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import type { Component } from 'svelte';

/** How a doubt about a message is called, and drawn. */
export const doubtLook: Record<Doubt, { readonly label: () => string; readonly Icon: Component }> = {
  clear: { label: m.message_clear, Icon: LockOpen },
  device: { label: m.message_device, Icon: ShieldAlert },
  identity: { label: m.message_identity, Icon: ShieldAlert },
  sender: { label: m.message_sender, Icon: ShieldAlert }
};
