import { Failure } from '$lib/matrix/failure';
import type { Draft, EventId, Quoted, RoomId } from '$lib/matrix/values';
import { vi } from 'vitest';
import { Drafts } from '../drafts.svelte';

/** Drafts over what `kept` holds, and what messages say that are asked for. */
export function keepDrafts(kept: Record<string, Draft | null> = {}, said: Record<string, Quoted> = {}) {
  const port = {
    of: vi.fn(async (room: RoomId) => kept[room] ?? null),
    keep: vi.fn(async (room: RoomId, draft: Draft | null) => void (kept[room] = draft))
  };
  const look = async (_: RoomId, event: EventId) => {
    const quoted = said[event];
    if (!quoted) throw new Failure('not-found');
    return quoted;
  };
  return { port, kept, drafts: new Drafts(port, { look }) };
}
