import { once } from 'node:events';
import {
  createServer,
  get,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { listPath } from '../offline/names.ts';
import { preferredLanguage } from './language.ts';
import type { OfflineList } from './offline.ts';
import { inlineScripts, pageFor, twinsOf, type Page } from './pages.ts';
import type { PushGateway } from './push.ts';
import { headerOf, type Policy } from './policy.ts';

/** What the app's own build gives: it serves files, prerendered pages and rendered ones. */
export type App = RequestListener;

/** One feature of the browser for our own origin only; all that is not named follows the browser's default. */
const permissions = ['microphone', 'camera', 'display-capture', 'fullscreen', 'autoplay', 'screen-wake-lock'];
const denied = ['geolocation', 'payment', 'usb', 'serial', 'hid', 'midi', 'browsing-topics'];

const common = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Permissions-Policy': [...permissions.map((name) => `${name}=(self)`), ...denied.map((name) => `${name}=()`)].join(
    ', '
  ),
  'Cross-Origin-Opener-Policy': 'same-origin',
  // Asked again each time, by its ETag; the build's hashed files say otherwise for themselves.
  'Cache-Control': 'no-cache'
};

/**
 * The web server: the app behind one content security policy. A policy in a `<meta>` governs no worker, hence a header,
 * on scripts as on pages; two policies would intersect, hence one.
 */
export async function webServer(
  app: App,
  { pages, offline }: { pages: readonly Page[]; offline: OfflineList },
  policy: Policy,
  /** Where the zone pushes. */
  push?: PushGateway
): Promise<Server> {
  const scripts = [...pages.flatMap((page) => page.scripts), ...inlineScripts(await errorPage(app))];
  const headers = { ...common, 'Content-Security-Policy': headerOf(policy, scripts) };
  const twins = twinsOf(pages);
  return createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.url === '/healthz') return answer(response, 'text/plain; charset=utf-8', 'ok\n');
    if (request.url === listPath) return answer(response, 'application/json', JSON.stringify(offline));
    if (push?.handles(request, response)) return undefined;
    standIn(request);
    speak(request, response, twins);
    app(request, response);
  });
}

function answer(response: ServerResponse, type: string, body: string): void {
  response.setHeader('Content-Type', type).end(body);
}

/** Gives the shell of all conversations at the address of one. */
function standIn(request: IncomingMessage): void {
  const [path = '', ...query] = (request.url ?? '').split('?');
  request.url = [pageFor(path), ...query].join('?');
}

/** Gives a page in the language that the browser asks for, where the page was made in it. */
function speak(request: IncomingMessage, response: ServerResponse, twins: ReturnType<typeof twinsOf>): void {
  const [path = '', query] = (request.url ?? '').split('?');
  const languages = twins.get(path);
  if (!languages) return;
  varyByLanguage(response);
  const language = preferredLanguage(request.headers['accept-language'], [...languages.keys()]);
  const twin = language && languages.get(language);
  if (language) response.setHeader('Content-Language', language);
  if (twin) request.url = query === undefined ? twin : `${twin}?${query}`;
}

/** Added last, as the app's file server sets a Vary of its own. */
function varyByLanguage(response: ServerResponse): void {
  const { writeHead } = response;
  response.writeHead = function (this: ServerResponse, ...answer: unknown[]) {
    response.appendHeader('Vary', 'Accept-Language');
    return Reflect.apply(writeHead, response, answer);
  } as typeof writeHead;
}

/**
 * The page for an address that there is none for: the one page that the app renders with a script of its own. Asked for
 * by `http`, as `fetch` would cost this process some 10 MB for good.
 */
async function errorPage(app: App): Promise<string> {
  const server = createServer(app).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const options = { port, path: '/asked/at/start/for/the/error/page', headers: { accept: 'text/html' } };
    const [answer] = (await once(get({ host: '127.0.0.1', agent: false, ...options }), 'response')) as [
      IncomingMessage
    ];
    return await text(answer);
  } finally {
    server.close();
  }
}
