import type { Example } from '$lib/matrix/fake/examples';
import ConversationView from '$lib/timeline/ConversationView.svelte';
import { show } from './stage';

const nothing = () => undefined;

/** The conversation of an example, by itself: whatever leads elsewhere does nothing. */
export async function showConversation(example: Example) {
  if (!example.room) throw new Error('no conversation is open');
  await show(example, ConversationView, {
    room: example.room,
    link: null,
    sheet: null,
    details: false,
    onsheet: nothing,
    ondetails: nothing,
    onclosesheet: nothing,
    onback: nothing,
    onleft: nothing,
    onopen: nothing,
    onsearch: nothing,
    onplace: nothing
  });
}
