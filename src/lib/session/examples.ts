import { createFake } from '$lib/matrix/fake';
import type { Matrix } from '$lib/matrix/ports';

export async function examples(_scenario: string): Promise<Matrix> {
  return createFake({ latency: 300 });
}
