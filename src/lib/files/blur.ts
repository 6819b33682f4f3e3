import { decode } from 'blurhash';

/** Draws what a picture looks like from afar (blurha.sh). What is no such thing draws nothing. */
export const drawBlur = (hash: string) => (canvas: HTMLCanvasElement) => {
  const { width, height } = canvas;
  const context = canvas.getContext('2d');
  try {
    context?.putImageData(new ImageData(new Uint8ClampedArray(decode(hash, width, height)), width, height), 0, 0);
  } catch {
    context?.clearRect(0, 0, width, height);
  }
};
