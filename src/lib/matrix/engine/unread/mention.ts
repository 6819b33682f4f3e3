import { parseUserId } from '$protocol/address.ts';
import type { UserId } from '../../values.ts';
import type { Reader } from './effect.ts';

/** Whether `word` stands in `said` as a word by itself (Matrix 1.16 client-server, "Push Rules", `contains_display_name`). */
function hasWord(said: string, word: string): boolean {
  const [text, wanted] = [said.toLowerCase(), word.toLowerCase()];
  const inner = /[a-z0-9_]/;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const [before, after] = [text[at - 1] ?? '', text[at + wanted.length] ?? ''];
    if (!inner.test(before) && !inner.test(after)) return true;
  }
  return false;
}

/**
 * Whether a message is addressed to the reader: by `m.mentions` (Matrix 1.16 client-server, "User and room mentions") or,
 * of senders that do not know it, by a name in its text; or has a word that one wants to hear of. `sealed`: it calls everybody, and it is not known whether its
 * sender may.
 */
export function addressing(
  content: Record<string, unknown>,
  sender: UserId,
  { me, name, callsAll, heard }: Reader
): 'message' | 'mention' | 'sealed' {
  // What machines write for the record calls nobody (`.m.rule.suppress_notices`).
  if (content.msgtype === 'm.notice') return 'message';
  const everybody = () => (callsAll ? (callsAll(sender) ? 'mention' : 'message') : 'sealed');
  const said = typeof content.body === 'string' ? content.body : '';
  if (heard?.words.some((word) => hasWord(said, word))) return 'mention';
  const mentions = content['m.mentions'];
  if (typeof mentions === 'object' && mentions !== null) {
    const { user_ids: people, room } = mentions as Record<string, unknown>;
    if (Array.isArray(people) && people.includes(me)) return 'mention';
    return room === true ? everybody() : 'message';
  }
  const names = [name?.trim(), parseUserId(me)?.localpart].filter((one) => one !== undefined && one !== '');
  if (names.some((one) => hasWord(said, one as string))) return 'mention';
  return hasWord(said, '@room') ? everybody() : 'message';
}
