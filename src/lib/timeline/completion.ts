import { folded } from '$lib/matrix/folded';
import type { Person } from '$lib/matrix/values';
import { addressOf } from '$protocol/address';

/** A name of somebody or of a sign that is being written: `at` is where its `@` or `:` stands. */
export type Term = { readonly kind: 'person' | 'sign'; readonly at: number; readonly term: string };

/** A colon stands in times and addresses, too: two letters make it the beginning of a sign. */
const writing =
  /(?:^|[\s([{«"'“‘*_~>])(?:@(?<person>[^\s@]{0,40})|:(?<sign>[\p{L}\p{M}\d+-][\p{L}\p{M}\d_+-]{1,39}))$/u;

/** The name at the caret, where there is one. */
export function termAt(text: string, caret: number): Term | null {
  const { person, sign } = writing.exec(text.slice(Math.max(0, caret - 80), caret))?.groups ?? {};
  const term = person ?? sign;
  if (term === undefined) return null;
  return { kind: person === undefined ? 'sign' : 'person', at: caret - term.length - 1, term };
}

/** Somebody who may be meant; `address` tells apart those of one name. */
export type Candidate = { readonly kind: 'person'; readonly person: Person; readonly address: string | null };

/** How many are offered. */
const most = 8;

/** Those whose name, a word of it, or whose address begins so; names first. */
export function candidates(people: readonly Person[], term: string): readonly Candidate[] {
  const wanted = folded(term);
  const ranked = people.flatMap((person) => {
    const name = folded(person.name);
    if (name.startsWith(wanted)) return [{ person, rank: 0 }];
    if (name.split(/[\s-]+/).some((word) => word.startsWith(wanted))) return [{ person, rank: 1 }];
    return person.id.slice(1).startsWith(wanted) ? [{ person, rank: 2 }] : [];
  });
  const found = ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ person }) => person);
  const isShared = ({ id, name }: Person) => people.some((other) => other.name === name && other.id !== id);
  return found.map((person) => ({ kind: 'person', person, address: isShared(person) ? addressOf(person.id) : null }));
}
