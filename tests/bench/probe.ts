/** What a page notes by itself, so that no way between processes is measured. */
export type Marks = {
  /** The first frame with anything in it. */
  readonly firstPaint: number;
  /** The frame with the first conversations in it. */
  readonly painted: number;
  /** The frame with a message that one has just written in a conversation that one has just opened. */
  readonly usable: number;
  /** The longest task after the first paint, 0 where none was over 50. */
  readonly longest: number;
  /** When ms 0 was, since the epoch. */
  readonly origin: number;
};

declare global {
  interface Window {
    marks: Marks;
    /** Opens a conversation of the list and resolves, with how long it took, once its messages have been painted. */
    openConversation: (href: string) => Promise<number>;
  }
}

/** Runs in each page before all else: uses the app as soon as it can be used, and notes when. All times in ms. */
export function probe(): void {
  if (location.protocol !== 'http:' || top !== self) return;
  const marks: Record<string, number> = { longest: 0, origin: performance.timeOrigin };
  window.marks = marks as unknown as Marks;

  const element = <E extends Element>(selector: string): E | null => document.querySelector<E>(selector);
  /** Resolves with what `find` finds, as soon as the page holds it. */
  const seen = <T>(find: () => T | null | undefined): Promise<T> =>
    new Promise((resolve) => {
      const look = (): boolean => {
        const found = find();
        if (found === null || found === undefined) return false;
        observer.disconnect();
        resolve(found);
        return true;
      };
      const observer = new MutationObserver(look);
      if (!look())
        observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
    });
  /** Resolves after the frame that shows the page as it is now. */
  const frame = (): Promise<number> =>
    new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))));

  const loglines = () => [...document.querySelectorAll('[role=log] article')];
  window.openConversation = async (href) => {
    for (const old of loglines()) old.setAttribute('data-old', '');
    const began = performance.now();
    element<HTMLElement>(`[data-row][href="${CSS.escape(href)}"]`)?.click();
    const there = seen(() => {
      const lines = loglines();
      const here = location.pathname === new URL(href, location.href).pathname;
      return here && lines.length > 0 && lines.every((line) => !line.hasAttribute('data-old')) ? true : null;
    });
    const late = new Promise<never>((_resolve, reject) =>
      setTimeout(
        () => reject(new Error(`${href} does not open; at ${location.pathname} with ${loglines().length} messages`)),
        10_000
      )
    );
    await Promise.race([there, late]);
    return (await frame()) - began;
  };

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      if (startTime > (marks.firstPaint ?? Infinity)) marks.longest = Math.max(marks.longest ?? 0, duration);
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries())
      if (name === 'first-contentful-paint') marks.firstPaint = startTime;
    // Nothing is painted before the first frame with anything in it has reached the screen.
    if (marks.painted !== undefined) marks.painted = Math.max(marks.painted, marks.firstPaint ?? 0);
  }).observe({ type: 'paint', buffered: true });

  void (async () => {
    const row = await seen(() => element<HTMLElement>('[data-row]'));
    marks.painted = Math.max(await frame(), marks.firstPaint ?? 0);
    row.click();
    await seen(() => element('[role=log] article'));
    const field = await seen(() => element<HTMLTextAreaElement>('form textarea'));
    const text = `written at ${Date.now()}`;
    field.focus();
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    await seen(() => loglines().find((line) => line.textContent?.includes(text)));
    marks.usable = await frame();
  })();
}
