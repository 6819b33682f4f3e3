import { m } from '$lib/paraglide/messages';
import Copy from '@lucide/svelte/icons/copy';
import Download from '@lucide/svelte/icons/download';
import Forward from '@lucide/svelte/icons/forward';
import History from '@lucide/svelte/icons/history';
import Info from '@lucide/svelte/icons/info';
import Link from '@lucide/svelte/icons/link';
import ListChecks from '@lucide/svelte/icons/list-checks';
import Pencil from '@lucide/svelte/icons/pencil';
import Pin from '@lucide/svelte/icons/pin';
import PinOff from '@lucide/svelte/icons/pin-off';
import Reply from '@lucide/svelte/icons/reply';
import Trash from '@lucide/svelte/icons/trash-2';
import type { Component } from 'svelte';
import type { MessageAction } from './message-actions';

/** How an action is offered. */
export const actionLook: Readonly<
  Record<MessageAction, { readonly label: () => string; readonly icon: Component; readonly danger?: boolean }>
> = {
  answer: { label: m.message_answer, icon: Reply },
  forward: { label: m.message_forward, icon: Forward },
  edit: { label: m.message_edit, icon: Pencil },
  copy: { label: m.message_copy, icon: Copy },
  save: { label: m.download, icon: Download },
  link: { label: m.message_link, icon: Link },
  pin: { label: m.message_pin, icon: Pin },
  unpin: { label: m.message_unpin, icon: PinOff },
  select: { label: m.message_select, icon: ListChecks },
  versions: { label: m.message_versions, icon: History },
  details: { label: m.message_details, icon: Info },
  delete: { label: m.message_delete, icon: Trash, danger: true }
};
