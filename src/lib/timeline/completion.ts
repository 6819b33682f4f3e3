import { folded } from '$lib/matrix/folded';
import type { Person } from '$lib/matrix/values';
import { addressOf } from '$protocol/address';

/** A name that is being written: `at` is where its `@` stands. */
export type Naming = { readonly at: number; readonly term: string };

const naming = /(?:^|[\s([{«"'“‘*_~>])@([^\s@]{0,40})$/u;

/** The name at the caret, where there is one. */
export function namingAt(text: string, caret: number): Naming | null {
  const term = naming.exec(text.slice(Math.max(0, caret - 80), caret))?.[1];
  return term === undefined ? null : { at: caret - term.length - 1, term };
}

/** Somebody who may be meant; `address` tells apart those of one name. */
export type Candidate = { readonly person: Person; readonly address: string | null };

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
  return found.map((person) => ({ person, address: isShared(person) ? addressOf(person.id) : null }));
}
