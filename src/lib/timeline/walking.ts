/**
 * The messages of a conversation by the keyboard: Arrow keys, Home and End move the focus among the elements marked
 * `data-message`, wherever in one it is; Enter and Space on one itself run `act` with its mark, which is false where that
 * key is for something else. To be attached to what scrolls them.
 */
export const walking = (act: (message: string, by: 'Enter' | ' ') => boolean) => (list: HTMLElement) => {
  const press = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    const from = (event.target as Element).closest<HTMLElement>('[data-message]');
    if (!from || isField(event.target)) return;
    if ((event.key === 'Enter' || event.key === ' ') && event.target === from) {
      if (act(from.dataset.message ?? '', event.key)) event.preventDefault();
      return;
    }
    const messages = [...list.querySelectorAll<HTMLElement>('[data-message]')];
    const at = messages.findIndex((message) => message === from);
    const target = { ArrowDown: messages[at + 1], ArrowUp: messages[at - 1], Home: messages[0], End: messages.at(-1) }[
      event.key
    ];
    if (!target) return;
    event.preventDefault();
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: 'nearest' });
  };
  list.addEventListener('keydown', press);
  return () => list.removeEventListener('keydown', press);
};

const isField = (target: EventTarget | null): boolean =>
  (target instanceof HTMLInputElement && target.type !== 'checkbox') || target instanceof HTMLTextAreaElement;
