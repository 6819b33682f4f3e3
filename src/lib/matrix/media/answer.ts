import { Failure } from '../failure.ts';
import type { AccountId, FileSeal } from '../values.ts';
import { shownAs } from './shown-as.ts';
import { claimOf, type Claim } from './address.ts';
import { credentialsOf } from './credentials.ts';
import { judge, judgeStream } from './drawable.ts';
import { forgetMedia, mediaCache } from './kept.ts';
import { headersOf, partOf } from './range.ts';
import { openFile } from './sealed-file.ts';
import { trim } from './trim.ts';

/** Bytes of the largest file that is kept: as large as uploads are. A larger one is passed on and cannot be sought in. */
const largest = 50 * 1024 * 1024;

/** What nothing of a stranger may do, should the server not say so: an SVG or a page from here runs no script. */
const harmless = "sandbox; default-src 'none'; style-src 'unsafe-inline'; media-src 'self'";

/** Keeps the service worker alive until some work is done. */
type Last = (work: Promise<unknown>) => void;

/** What is on its way, by cache and address: who asks for a part of it waits for the whole. */
const coming = new Map<string, Promise<void>>();

/**
 * Answers a page's request for media with the token of the account that it names. The server knows no ranges, so the
 * whole is fetched once, kept in the account's own cache, and parts are cut from it.
 */
export async function answerMedia(request: Request, last: Last): Promise<Response> {
  const claim = claimOf(request.url);
  if (!claim) return fetch(request);
  const range = request.headers.get('range');
  if (claim.sealed) return opened(claim, claim.sealed, range, last);
  const answer = await plain(claim, range, last);
  // Our own zone makes those, in sizes that it knows.
  return claim.url.pathname.includes('/thumbnail/') ? answer : drawable(answer);
}

/** Refuses a picture that would take all memory: who shows the page finds out why, and says it (`files/file-address.svelte.ts`). */
async function drawable(answer: Response): Promise<Response> {
  // Of films and sounds parts are asked for, and no browser draws those.
  if (answer.status !== 200 || !answer.body) return answer;
  const [beginning, whole] = answer.body.tee();
  if ((await judgeStream(beginning)) === 'drawable') return new Response(whole, answer);
  void whole.cancel().catch(() => undefined);
  return new Response(null, { status: 413 });
}

async function plain({ url, account }: Claim, range: string | null, last: Last): Promise<Response> {
  const cacheName = mediaCache(account);
  const key = `${cacheName} ${url.href}`;
  if (range && !/^bytes=0-/.test(range)) await coming.get(key);
  const kept = await caches.match(url, { cacheName });
  if (kept) return cut(kept, range);
  const credentials = await credentialsOf(account);
  if (!credentials) return new Response(null, { status: 401 });
  const headers = { authorization: `Bearer ${credentials.token}` };
  // Not into the browser's own cache either: it would outlive the account.
  const answer = await fetch(url, { headers, cache: 'no-store', credentials: 'omit', redirect: 'error' });
  const size = Number(answer.headers.get('content-length') ?? Number.NaN);
  const asItIs = answer.status === 200 && answer.body && !answer.headers.has('content-encoding');
  if (!asItIs || !(size <= largest)) return answer;
  const [forCache, forPage] = answer.body.tee();
  const whole = { status: 200, headers: harmlessHeaders(answer.headers) };
  const work = put(account, url, new Response(forCache, whole)).finally(() => coming.delete(key));
  coming.set(key, work);
  last(work);
  return opening(new Response(forPage, whole), range, size);
}

/** Files that were opened a moment ago: whoever seeks in a video asks for many parts of one. */
const lately = new Map<string, Promise<Response>>();
/** ms for which an opened file is held, and bytes of the largest one that is opened at all. */
const [held, largestSealed] = [20_000, 4 * largest];

/**
 * An encrypted file, opened. It is kept as it came: sealed. Nothing of it is shown before all of it has been proved, so
 * parts are cut from the whole.
 */
async function opened(
  claim: Claim,
  { seal, type }: NonNullable<Claim['sealed']>,
  range: string | null,
  last: Last
): Promise<Response> {
  const key = [claim.account, claim.url.href, type, ...Object.values(seal)].join(' ');
  const known = lately.get(key) ?? openWhole(claim, seal, type, last);
  lately.set(key, known);
  const answer = await known.catch((thrown) => {
    lately.delete(key);
    throw thrown;
  });
  if (answer.ok) setTimeout(() => lately.delete(key), held);
  else lately.delete(key);
  return cut(answer.clone(), range);
}

async function openWhole(claim: Claim, seal: FileSeal, type: string, last: Last): Promise<Response> {
  const answer = await plain(claim, null, last);
  if (!answer.ok) return answer;
  if (Number(answer.headers.get('content-length') ?? 0) > largestSealed) return new Response(null, { status: 413 });
  try {
    const bytes = await openFile(await answer.arrayBuffer(), seal);
    if (judge(new Uint8Array(bytes)) !== 'drawable') return new Response(null, { status: 413 });
    const headers = { 'content-type': shownAs(type), 'content-length': String(bytes.byteLength) };
    return new Response(bytes, { status: 200, headers: harmlessHeaders(new Headers(headers)) });
  } catch (thrown) {
    console.warn('not opened', claim.url.pathname, thrown instanceof Failure ? thrown.reason : thrown);
    return new Response(null, { status: 422 });
  }
}

function harmlessHeaders(from: Headers): Headers {
  const headers = new Headers(from);
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', harmless);
  headers.set('x-content-type-options', 'nosniff');
  return headers;
}

/** Keeps it unless the account has gone meanwhile. What does not fit is not kept: the page has it. */
async function put(account: AccountId, url: URL, answer: Response): Promise<void> {
  try {
    const cache = await caches.open(mediaCache(account));
    await cache.put(url, answer);
    await trim(cache);
  } catch (thrown) {
    console.warn('media not kept', thrown instanceof Error ? thrown.name : thrown);
  }
  if (!(await credentialsOf(account))) await forgetMedia(account);
}

/** While the whole is on its way: what asks for all from the first byte is told that parts can be had. */
function opening(answer: Response, range: string | null, size: number): Response {
  const part = partOf(range, size);
  if (part === 'whole' || part === 'outside' || part.first > 0 || part.last < size - 1) return answer;
  return new Response(answer.body, { status: 206, headers: headersOf(answer.headers, part, size) });
}

/** A part of what is kept. */
async function cut(kept: Response, range: string | null): Promise<Response> {
  if (!range || !kept.ok) return kept;
  const blob = await kept.blob();
  const part = partOf(range, blob.size);
  if (part === 'whole') return new Response(blob, { status: 200, headers: kept.headers });
  if (part === 'outside')
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${blob.size}` } });
  const piece = blob.slice(part.first, part.last + 1, blob.type);
  return new Response(piece, { status: 206, headers: headersOf(kept.headers, part, blob.size) });
}
