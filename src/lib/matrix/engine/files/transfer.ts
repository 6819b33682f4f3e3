import { limit } from '../limit.ts';

/** What a server said to bytes that were sent to it. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly written: string };

export type Sending = {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** From 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly fetch: typeof globalThis.fetch;
};

/** ms in which some of it must get on, and bytes that each further one brings where nobody tells. */
const [patience, pace] = [60_000, 10];

/** Sends bytes to a server. Where the browser tells how far they have come, so does this. Rejects where no answer comes. */
export function transfer(url: URL, bytes: Blob, sending: Sending): Promise<Answer> {
  return 'XMLHttpRequest' in globalThis ? told(url, bytes, sending) : untold(url, bytes, sending);
}

/** `fetch` knows no progress of what is sent. */
function told(url: URL, bytes: Blob, { headers, signal, onProgress }: Sending): Promise<Answer> {
  const request = new XMLHttpRequest();
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let late: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(late);
    late = setTimeout(() => request.abort(), patience);
  };
  const stop = () => request.abort();
  request.upload.onprogress = ({ loaded, total }) => {
    wait();
    if (total > 0) onProgress(loaded / total);
  };
  request.onload = () =>
    resolve({ status: request.status, headers: headersOf(request), written: request.responseText });
  request.onerror = () => reject(new TypeError('the connection was lost'));
  request.onabort = () => reject(signal.aborted ? signal.reason : new TypeError('nothing got on'));
  request.open('POST', url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  signal.addEventListener('abort', stop, { once: true });
  wait();
  request.send(bytes);
  return promise.finally(() => {
    clearTimeout(late);
    signal.removeEventListener('abort', stop);
  });
}

function headersOf(request: XMLHttpRequest): Headers {
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().trim().split('\r\n')) {
    const [name, ...value] = line.split(':');
    if (name) headers.append(name, value.join(':').trim());
  }
  return headers;
}

async function untold(url: URL, bytes: Blob, { headers, signal, fetch }: Sending): Promise<Answer> {
  const within = limit(patience + bytes.size / pace, signal);
  try {
    const answer = await fetch(url, { method: 'POST', headers: { ...headers }, body: bytes, signal: within.signal });
    return { status: answer.status, headers: answer.headers, written: await answer.text() };
  } finally {
    within.done();
  }
}
