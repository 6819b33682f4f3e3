type Pinched = {
  readonly zoom: (by: 1 | -1) => void;
  /** One finger, or the mouse, has pressed it. */
  readonly press: () => void;
};

/** How far two fingers must move apart, or together, for a step. */
const factor = 1.25;

/** Two fingers make it larger and smaller, and so does a press. */
export const pinch =
  ({ zoom, press }: Pinched) =>
  (element: HTMLElement): (() => void) => {
    const fingers = new Map<number, PointerEvent>();
    let [apart, pinched] = [0, false];
    const spread = () => {
      const [a, b] = [...fingers.values()];
      return a && b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 0;
    };
    const down = (event: PointerEvent) => {
      fingers.set(event.pointerId, event);
      apart = spread();
      if (fingers.size === 1) pinched = false;
    };
    const move = (event: PointerEvent) => {
      if (!fingers.has(event.pointerId)) return;
      fingers.set(event.pointerId, event);
      const now = spread();
      if (apart === 0 || now === 0) return;
      pinched = true;
      if (now > apart / factor && now < apart * factor) return;
      zoom(now > apart ? 1 : -1);
      apart = now;
    };
    const up = ({ pointerId }: PointerEvent) => {
      fingers.delete(pointerId);
      apart = 0;
    };
    const click = () => !pinched && press();
    const listeners = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up, click };
    for (const [name, run] of Object.entries(listeners)) element.addEventListener(name, run as EventListener);
    return () => {
      for (const [name, run] of Object.entries(listeners)) element.removeEventListener(name, run as EventListener);
    };
  };
