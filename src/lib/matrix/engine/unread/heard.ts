/** Of what one wants to hear wherever it is said, as push rules say it (Matrix 1.16 client-server, "Push Rules"). */
import { isUserId } from '$protocol/address.ts';
import type { Heard, UserId } from '../../values.ts';
import { text } from '../event.ts';

type Rules = Readonly<Record<string, unknown>>;
type Rule = {
  readonly rule_id?: unknown;
  readonly pattern?: unknown;
  readonly actions?: unknown;
  readonly enabled?: unknown;
};

/** Characters of a word that is looked for. */
export const longestWord = 100;

const none: Heard = { words: [], quiet: [] };
const read = new WeakMap<object, Heard>();

/** Nothing in others' documents is to be relied on. Rules that begin with a dot are the server's own. */
export function heardIn(rules: Rules | undefined): Heard {
  if (!rules) return none;
  const known = read.get(rules);
  if (known) return known;
  const heard = {
    words: ruled(rules, 'content').flatMap(({ pattern, actions }) => {
      const word = text(pattern, longestWord)?.trim();
      return word && Array.isArray(actions) && actions.includes('notify') ? [word] : [];
    }),
    quiet: ruled(rules, 'sender').flatMap(({ rule_id: id, actions }) => {
      const isQuiet = Array.isArray(actions) && actions.every((action) => action === 'dont_notify');
      return isQuiet && typeof id === 'string' && isUserId(id) ? [id as UserId] : [];
    })
  };
  read.set(rules, heard);
  return heard;
}

function ruled(rules: Rules, kind: 'content' | 'sender'): Rule[] {
  const list = (rules.global as Rules | undefined)?.[kind];
  if (!Array.isArray(list)) return [];
  return (list as unknown[]).flatMap((rule) => {
    if (typeof rule !== 'object' || rule === null) return [];
    const { rule_id: id, enabled } = rule as Rule;
    return typeof id !== 'string' || id.startsWith('.') || enabled === false ? [] : [rule as Rule];
  });
}
