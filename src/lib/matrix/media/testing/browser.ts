/** What Node has no own of: a browser's caches, with the classes of requests and answers that go into them. */
import { vi } from 'vitest';
import * as undici from 'undici';

export const origin = 'http://zone.test';

/** Call it before each test; caches of earlier ones are gone then. */
export async function browserCaches(): Promise<void> {
  undici.setGlobalOrigin(origin);
  const { caches, Response, Request, Headers } = undici;
  for (const [name, value] of Object.entries({ caches, Response, Request, Headers })) vi.stubGlobal(name, value);
  for (const name of await caches.keys()) await caches.delete(name);
}
