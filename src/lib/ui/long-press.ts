/** ms for which a finger rests, and px by which it may slip. */
const rests = 450;
const slip = 10;

/** A finger that rests on the element; what the browser would do then (select, show a menu) is left. */
export const longPress = (run: () => void) => (element: HTMLElement) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start: { x: number; y: number } | undefined;
  let ran = false;
  const end = () => {
    clearTimeout(timer);
    start = undefined;
  };
  const down = (event: PointerEvent) => {
    if (event.pointerType === 'mouse' || !event.isPrimary) return;
    ran = false;
    start = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => {
      ran = true;
      end();
      run();
    }, rests);
  };
  const move = (event: PointerEvent) => {
    if (start && Math.hypot(event.clientX - start.x, event.clientY - start.y) > slip) end();
  };
  /** What follows on the press is no click on what lies under it. */
  const after = (event: Event) => {
    if (!ran) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.type === 'click') ran = false;
  };
  const menu = (event: Event) => {
    if (start || ran) event.preventDefault();
  };
  element.addEventListener('pointerdown', down);
  element.addEventListener('pointermove', move);
  for (const name of ['pointerup', 'pointercancel', 'pointerleave'] as const) element.addEventListener(name, end);
  element.addEventListener('click', after, { capture: true });
  element.addEventListener('contextmenu', menu);
  return () => {
    end();
    element.removeEventListener('pointerdown', down);
    element.removeEventListener('pointermove', move);
    for (const name of ['pointerup', 'pointercancel', 'pointerleave'] as const) element.removeEventListener(name, end);
    element.removeEventListener('click', after, { capture: true });
    element.removeEventListener('contextmenu', menu);
  };
};
