/**
 * Arrow keys, Home and End move the focus among the elements marked `data-row` inside. To be attached to their list.
 * Only what is in the page can take the focus: a virtual list keeps some rows ready beyond those in sight.
 */
export function roving(list: HTMLElement): () => void {
  const move = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const rows = [...list.querySelectorAll<HTMLElement>('[data-row]')];
    const at = rows.findIndex((row) => row === document.activeElement);
    if (at < 0) return;
    const target = {
      ArrowDown: rows[at + 1],
      ArrowUp: rows[at - 1],
      Home: rows[0],
      End: rows.at(-1)
    }[event.key];
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.scrollIntoView({ block: 'nearest' });
  };
  list.addEventListener('keydown', move);
  return () => list.removeEventListener('keydown', move);
}
