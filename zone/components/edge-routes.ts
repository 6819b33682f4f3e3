import { maxUpload } from '../../synapse/homeserver.ts';
import { sha256 } from '../files.ts';
import { originOf } from '../settings.ts';
import type { Zone } from '../zone.ts';

const json = 'application/json';
/** Where the edge says which zone it is. */
export const markPath = '/_tertulia/mark';
/** Known to this zone alone: another machine that answers at its name has another one, or none. */
export const markOf = ({ secrets }: Zone): string => sha256(`mark ${secrets.form}`).slice(0, 32);

/** More than any request of Matrix but an upload: Synapse itself takes 200 events of 64 KiB. */
const maxRequest = 16 * 1024 * 1024;

/** Text that shrinks. Never `text/event-stream`: an encoder would hold its events back. */
const compressed = [
  'application/json*',
  'application/javascript*',
  'application/manifest+json*',
  'application/wasm*',
  'image/svg+xml*',
  'text/css*',
  'text/html*',
  'text/javascript*',
  'text/plain*'
];

/** Files that people share, as clients and other zones ask for them. */
const mediaPaths = ['/_matrix/media/*', '/_matrix/client/v1/media/*', '/_matrix/federation/v1/media/*'];

type Handler = Readonly<Record<string, unknown>> & { readonly handler: string };
const route = (path: readonly string[] | null, ...handle: Handler[]) => ({
  ...(path ? { match: [{ path }] } : {}),
  handle,
  terminal: true
});
const bodyUpTo = (bytes: number): Handler => ({ handler: 'request_body', max_size: bytes });
const respond = (status: number, body: unknown, headers: Record<string, string[]> = {}): Handler => ({
  handler: 'static_response',
  status_code: status,
  headers: { 'Content-Type': [json], ...headers },
  body: JSON.stringify(body)
});

/**
 * To an inner part. Caddy writes X-Forwarded-For from the peer itself and drops what the client sent there, as it has
 * no trusted proxies. Where the part is being started again the request waits for it, up to 15 s.
 */
const proxyTo = (port: number): Handler => ({
  handler: 'reverse_proxy',
  upstreams: [{ dial: `127.0.0.1:${port}` }],
  load_balancing: { try_duration: '15s', try_interval: '250ms' },
  // No bound on the answer's first byte: a long poll waits half a minute, joining a far room longer.
  // The homeserver closes a connection after a minute at rest; a request that meets that moment would be lost.
  transport: { protocol: 'http', dial_timeout: '3s', keep_alive: { idle_timeout: '30s' } },
  headers: { request: { delete: ['Forwarded', 'X-Real-Ip'] } }
});

const anyOrigin = { 'Access-Control-Allow-Origin': ['*'] };

/** What the edge does with each address of the one origin; the first route that fits is taken. */
export function routes(zone: Zone) {
  const { settings, ports } = zone;
  const origin = originOf(settings);
  const federation = settings.federation
    ? [route(['/.well-known/matrix/server'], respond(200, { 'm.server': `${settings.name}:${settings.port}` }))]
    : [];
  const nothing = respond(404, { errcode: 'M_NOT_FOUND', error: 'Not found' });
  return [
    {
      // Media are compressed as they are; the browser's parts of a file are counted in bytes as they lie.
      match: [{ not: [{ path: mediaPaths }] }],
      handle: [
        {
          handler: 'encode',
          encodings: { zstd: {}, gzip: {} },
          prefer: ['zstd', 'gzip'],
          minimum_length: 512,
          match: { headers: { 'Content-Type': compressed } }
        }
      ]
    },
    route(['/.well-known/matrix/client'], respond(200, { 'm.homeserver': { base_url: origin } }, anyOrigin)),
    ...federation,
    route([markPath], { handler: 'static_response', body: markOf(zone) }),
    route(['/.well-known/matrix/*'], nothing),
    route(['/_synapse/client/*', '/_tertulia/*'], bodyUpTo(maxRequest), proxyTo(ports.synapse)),
    // The administration interface of Synapse answers on loopback only.
    route(['/_synapse/*'], nothing),
    route(['/_matrix/media/*'], bodyUpTo(maxUpload), proxyTo(ports.synapse)),
    // Where the homeserver tells of news for browsers that have no page open.
    route(['/_matrix/push/v1/notify'], bodyUpTo(maxRequest), proxyTo(ports.web)),
    ...(settings.federation ? [] : [route(['/_matrix/federation/*', '/_matrix/key/*'], nothing)]),
    route(['/_matrix/*'], bodyUpTo(maxRequest), proxyTo(ports.synapse)),
    route(null, bodyUpTo(maxRequest), proxyTo(ports.web))
  ];
}

/** What other homeservers ask, and nothing else. */
export const federationRoutes = ({ ports }: Zone) => [
  route(['/_matrix/federation/*', '/_matrix/key/*'], bodyUpTo(maxRequest), proxyTo(ports.synapse)),
  route(null, respond(404, { errcode: 'M_NOT_FOUND', error: 'Not found' }))
];
