import type { Unread } from '../../values.ts';
import type { Summary } from '../store/database.ts';
import { nothing } from '../unread/unread.ts';
import { compare, countedIn, orderOf, type Brief } from './brief.ts';

const isListed = (brief: Brief | undefined): brief is Brief => brief !== undefined && orderOf(brief) !== null;

/** Conversations in the order of the list, and their sums, kept by each change: nothing is sorted or summed anew. */
export class Listed {
  #order: Brief[] = [];
  #total = 0;
  #count = 0;
  #mentions = 0;
  /** Conversations in which there may be more. */
  #inexact = 0;

  get summary(): Summary {
    const unread = { count: this.#count, exact: this.#inexact === 0, mentions: this.#mentions };
    return { total: this.#total, unread };
  }

  /** How many are here; the total counts also those that are yet to come. */
  get length(): number {
    return this.#order.length;
  }

  slice(start: number, end: number): readonly Brief[] {
    return this.#order.slice(start, end);
  }

  /** The sums of an earlier session, while only the first are here. */
  suppose({ total, unread }: Summary): void {
    this.#total = total;
    this.#set(unread.exact ? 0 : 1, unread);
  }

  /** All of them. */
  fill(briefs: Iterable<Brief>): void {
    this.#order = [...briefs].filter(isListed).sort(compare);
    this.#total = this.#order.length;
    this.#set(0, nothing);
    for (const brief of this.#order) this.#add(countedIn(brief), 1);
  }

  /** One as it was, and as it is. While only the first are here, the others change the sums alone. */
  change(old: Brief | undefined, brief: Brief | undefined): void {
    let isHere = true;
    if (isListed(old)) {
      const place = this.#placeOf(old);
      isHere = this.#order[place]?.id === old.id;
      if (isHere) this.#order.splice(place, 1);
      this.#total--;
      this.#add(countedIn(old), -1);
    }
    if (isListed(brief)) {
      if (isHere) this.#order.splice(this.#placeOf(brief), 0, brief);
      this.#total++;
      this.#add(countedIn(brief), 1);
    }
  }

  #add({ count, mentions, exact }: Unread, sign: 1 | -1): void {
    this.#count += sign * count;
    this.#mentions += sign * mentions;
    if (!exact) this.#inexact += sign;
  }

  #set(inexact: number, { count, mentions }: Unread): void {
    this.#count = count;
    this.#mentions = mentions;
    this.#inexact = inexact;
  }

  /** Where it stands, or would. */
  #placeOf(brief: Brief): number {
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#order[middle];
      if (other && compare(other, brief) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
