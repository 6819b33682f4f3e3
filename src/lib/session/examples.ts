import { examples } from '$lib/matrix/fake/examples';
import type { Matrix } from '$lib/matrix/ports';

/** The example of that name, for developing without a zone; the lively plaza where there is none. */
export async function exampleNamed(name: string): Promise<Matrix> {
  const found = Object.entries(examples).find(([key]) => key === name)?.[1] ?? examples.plaza;
  return (await found()).browser;
}
