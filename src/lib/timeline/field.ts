import type { Change, Format } from './formatting';

/** Changes what is written as if it had been typed: it can be undone. */
export function insertInto(field: HTMLTextAreaElement, { from, to, insert, start, end }: Change): void {
  field.focus();
  field.setSelectionRange(from, to);
  // The one way that keeps the field's history; browsers go on with it for this.
  if (!document.execCommand('insertText', false, insert)) {
    field.setRangeText(insert);
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  field.setSelectionRange(start, end);
}

const keys: Readonly<Record<string, Format>> = { b: 'bold', i: 'italic', e: 'code', k: 'link' };

/** What a key press asks for: Ctrl or ⌘ with B, I, E, K, and with Shift and X. */
export function formatOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): Format | undefined {
  if (altKey || ctrlKey === metaKey) return undefined;
  const pressed = key.toLowerCase();
  if (shiftKey) return pressed === 'x' ? 'strike' : undefined;
  return Object.hasOwn(keys, pressed) ? keys[pressed] : undefined;
}
