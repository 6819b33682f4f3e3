import { describe, expect, it, vi } from 'vitest';
import { Cell } from './live.ts';

describe('a cell', () => {
  it('tells changes, not the present, and nothing that is the same', () => {
    const cell = new Cell(1);
    const seen: number[] = [];
    cell.subscribe((value) => seen.push(value));
    cell.set(1);
    cell.set(2);
    cell.set(NaN);
    cell.set(NaN);
    expect(seen).toEqual([2, NaN]);
    expect(cell.current).toBeNaN();
  });

  it('is undefined before its first value', () => {
    expect(new Cell<number>().current).toBeUndefined();
  });

  it('starts its source for the first subscriber, ends it with the last, and starts it again', () => {
    const stop = vi.fn();
    const start = vi.fn(() => stop);
    const cell = new Cell<number>(undefined, start);
    expect(start).not.toHaveBeenCalled();
    const [one, two] = [cell.subscribe(() => undefined), cell.subscribe(() => undefined)];
    expect(start).toHaveBeenCalledOnce();
    one();
    one();
    expect(stop).not.toHaveBeenCalled();
    two();
    two();
    expect(stop).toHaveBeenCalledOnce();
    cell.subscribe(() => undefined)();
    expect([start.mock.calls.length, stop.mock.calls.length]).toEqual([2, 2]);
  });

  it('keeps two subscriptions of one function apart', () => {
    const stop = vi.fn();
    const cell = new Cell<number>(undefined, () => stop);
    const run = vi.fn();
    const [one, two] = [cell.subscribe(run), cell.subscribe(run)];
    cell.set(1);
    expect(run).toHaveBeenCalledTimes(2);
    one();
    cell.set(2);
    expect(run).toHaveBeenCalledTimes(3);
    expect(stop).not.toHaveBeenCalled();
    two();
    expect(stop).toHaveBeenCalledOnce();
  });

  it('says nothing more to who leaves while another is told', () => {
    const cell = new Cell(0);
    const second = vi.fn();
    cell.subscribe(() => leave());
    const leave = cell.subscribe(second);
    cell.set(1);
    expect(second).not.toHaveBeenCalled();
  });

  it('may be set by its own source while it starts', () => {
    const cell: Cell<number> = new Cell<number>(undefined, () => {
      cell.set(5);
      return () => undefined;
    });
    const seen: number[] = [];
    cell.subscribe((value) => seen.push(value));
    expect([cell.current, seen]).toEqual([5, [5]]);
  });
});
