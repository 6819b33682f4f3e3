/** The web's `fetch` in a host, for the test outside. */
import { answer } from './channel.ts';

type Request = { method?: string; headers?: Record<string, string>; body?: string; seconds?: number };

const methods = {
  fetch: async (url: string, { seconds = 30, ...init }: Request) => {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(seconds * 1000) });
    return { status: response.status, headers: [...response.headers], body: await response.text() };
  }
};
export type Fetcher = typeof methods;

answer(methods);
