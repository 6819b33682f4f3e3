import type { Summary } from '../store/database.ts';
import { compare, orderOf, type Brief } from './brief.ts';

const isListed = (brief: Brief | undefined): brief is Brief => brief !== undefined && orderOf(brief) !== null;

/** Conversations in the order of the list, and their sums, kept by each change: nothing is sorted or summed anew. */
export class Listed {
  #order: Brief[] = [];
  #total = 0;
  #unread = 0;

  get summary(): Summary {
    return { total: this.#total, unread: this.#unread };
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
    this.#unread = unread;
  }

  /** All of them. */
  fill(briefs: Iterable<Brief>): void {
    this.#order = [...briefs].filter(isListed).sort(compare);
    this.#total = this.#order.length;
    this.#unread = this.#order.reduce((sum, { unread }) => sum + unread, 0);
  }

  /** One as it was, and as it is. While only the first are here, the others change the sums alone. */
  change(old: Brief | undefined, brief: Brief | undefined): void {
    let isHere = true;
    if (isListed(old)) {
      const place = this.#placeOf(old);
      isHere = this.#order[place]?.id === old.id;
      if (isHere) this.#order.splice(place, 1);
      this.#total--;
      this.#unread -= old.unread;
    }
    if (isListed(brief)) {
      if (isHere) this.#order.splice(this.#placeOf(brief), 0, brief);
      this.#total++;
      this.#unread += brief.unread;
    }
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
