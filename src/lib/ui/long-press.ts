/** ms for which a finger rests, and px by which it may slip. */
const rests = 450;
const slip = 10;

/**
 * A finger that rests on something inside the element. Where `run` is true for it something has been done, and what the
 * browser would do then (select, show a menu, click) is left. A link keeps the browser's own menu.
 */
export const longPress = (run: (target: Element) => boolean) => (element: HTMLElement) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start: { x: number; y: number } | undefined;
  let ran = false;
  const end = () => {
    clearTimeout(timer);
    start = undefined;
  };
  const down = (event: PointerEvent) => {
    ran = false;
    const { target } = event;
    if (event.pointerType === 'mouse' || !event.isPrimary || !(target instanceof Element) || target.closest('a'))
      return;
    start = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => {
      end();
      ran = run(target);
    }, rests);
  };
  const move = (event: PointerEvent) => {
    if (start && Math.hypot(event.clientX - start.x, event.clientY - start.y) > slip) end();
  };
  const click = (event: Event) => {
    if (!ran) return;
    event.preventDefault();
    event.stopPropagation();
    ran = false;
  };
  const menu = (event: Event) => {
    if (start || ran) event.preventDefault();
  };
  const listeners = [
    ['pointerdown', down],
    ['pointermove', move],
    ['pointerup', end],
    ['pointercancel', end],
    ['contextmenu', menu]
  ] as const;
  for (const [name, listener] of listeners) element.addEventListener(name, listener as EventListener);
  element.addEventListener('click', click, { capture: true });
  return () => {
    end();
    for (const [name, listener] of listeners) element.removeEventListener(name, listener as EventListener);
    element.removeEventListener('click', click, { capture: true });
  };
};
