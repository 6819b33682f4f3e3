import type { Act, EventId } from '../../values.ts';
import { relation } from '../event.ts';
import { deletion } from '../request.ts';
import type { Echo } from './rows.ts';

/** What one has done to an event and the timeline does not tell yet. */
export type Pending = Omit<Act, 'does'> & { readonly target: EventId } & (
    | { readonly does: 'edit'; readonly content: Record<string, unknown> }
    | { readonly does: 'reaction'; readonly key: string }
    | { readonly does: 'deletion' }
  );

/** null: it is a message of its own. */
export function pendingOf({ type, content, transaction, failed }: Echo): Pending | null {
  const base = { transaction, failed };
  if (type === deletion) return { ...base, does: 'deletion', target: content.redacts as EventId };
  const related = relation(content);
  if (related?.type === 'm.annotation') {
    const { key } = content['m.relates_to'] as { key: string };
    return { ...base, does: 'reaction', target: related.event, key };
  }
  if (related?.type !== 'm.replace') return null;
  return { ...base, does: 'edit', target: related.event, content: content['m.new_content'] as Record<string, unknown> };
}
