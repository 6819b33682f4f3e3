/** What browsers show as a picture, a film or a sound, and nothing that could hold a script, as SVG does. */
const shown =
  /^(?:image\/(?:jpeg|png|gif|webp|avif|bmp|apng)|video\/(?:mp4|webm|ogg|quicktime|x-m4v)|audio\/(?:[\w.+-]+))$/;

/** The type under which a file of others is shown: its own where that is harmless, else one that is only saved. */
export const shownAs = (type: string): string => (shown.test(type) ? type : 'application/octet-stream');

/**
 * Pixels of a picture that is drawn whole. Four bytes each, they take 256 MiB, which a phone can just spare for a page; a few
 * kilobytes can ask for a thousand times as many. The largest that cameras of 64 megapixels make is below.
 */
export const mostPixels = 2 ** 26;
