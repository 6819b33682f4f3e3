import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Component } from '../component.ts';
import { toJson } from '../files.ts';
import { answers } from '../probe.ts';
import { originOf } from '../settings.ts';
import type { Zone } from '../zone.ts';
import { maxUpload } from '../../synapse/homeserver.ts';

const json = 'application/json';
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
 * no trusted proxies. Where the part is being started again the request waits for it, up to 10 s.
 */
const proxyTo = (port: number): Handler => ({
  handler: 'reverse_proxy',
  upstreams: [{ dial: `127.0.0.1:${port}` }],
  load_balancing: { try_duration: '10s', try_interval: '250ms' },
  // No bound on the answer's first byte: a long poll waits half a minute, joining a far room longer.
  transport: { protocol: 'http', dial_timeout: '3s' },
  headers: { request: { delete: ['Forwarded', 'X-Real-Ip'] } }
});

const anyOrigin = { 'Access-Control-Allow-Origin': ['*'] };

function routes(zone: Zone) {
  const { settings, ports } = zone;
  const origin = originOf(settings);
  const federation = settings.federation
    ? [route(['/.well-known/matrix/server'], respond(200, { 'm.server': `${settings.name}:${settings.port}` }))]
    : [];
  const nothing = respond(404, { errcode: 'M_NOT_FOUND', error: 'Not found' });
  return [
    {
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
    route(['/.well-known/matrix/*'], nothing),
    route(['/_synapse/client/*', '/_tertulia/*'], bodyUpTo(maxRequest), proxyTo(ports.synapse)),
    // The administration interface of Synapse answers on loopback only.
    route(['/_synapse/*'], nothing),
    route(['/_matrix/media/*'], bodyUpTo(maxUpload), proxyTo(ports.synapse)),
    ...(settings.federation ? [] : [route(['/_matrix/federation/*', '/_matrix/key/*'], nothing)]),
    route(['/_matrix/*'], bodyUpTo(maxRequest), proxyTo(ports.synapse)),
    route(null, bodyUpTo(maxRequest), proxyTo(ports.web))
  ];
}

const hostPort = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

function listen({ settings, ipv6 }: Zone, port: number): string[] {
  if (settings.addresses.length === 0) return [`:${port}`];
  return settings.addresses
    .filter((address) => ipv6 || !address.includes(':'))
    .map((address) => hostPort(address, port));
}

/** The edge as this machine reaches it. */
export function edgeQuestion({ settings }: Zone, path: string) {
  const host = settings.addresses[0] ?? '127.0.0.1';
  const tls = settings.certificate ? { tls: { name: settings.name } } : {};
  return { host, port: settings.port, path, headers: { Host: settings.name }, ...tls };
}

export const edge: Component = {
  name: 'edge',
  title: 'edge',
  needs: ['synapse', 'web'],
  install: { debian: ['caddy'], synapse: false, build: false },

  config(zone) {
    const { layout, settings } = zone;
    const common = {
      // A client sends its headers at once; what follows may be a long upload over a thin line.
      read_header_timeout: '10s',
      idle_timeout: '2m',
      protocols: ['h1', 'h2'],
      automatic_https: { disable: true }
    };
    const main = { ...common, listen: listen(zone, settings.port), routes: routes(zone) };
    const toHttps = {
      ...common,
      listen: listen(zone, 80),
      routes: [
        {
          handle: [
            {
              handler: 'static_response',
              status_code: 308,
              headers: { Location: [`${originOf(settings)}{http.request.uri}`] }
            }
          ]
        }
      ]
    };
    const secure = { ...main, tls_connection_policies: [{ default_sni: settings.name }] };
    const servers = settings.certificate
      ? { main: secure, ...(settings.port === 443 ? { redirect: toHttps } : {}) }
      : { main };
    const tls = settings.certificate
      ? {
          tls: {
            certificates: { load_files: [{ certificate: settings.certificate.file, key: settings.certificate.key }] }
          }
        }
      : {};
    const path = join(layout.edge, 'caddy.json');
    const config = {
      admin: { disabled: true, config: { persist: false } },
      logging: { logs: { default: { level: 'INFO', encoder: { format: 'console' } } } },
      storage: { module: 'file_system', root: join(layout.edge, 'storage') },
      // Long polls hang open for half a minute; stopping does not wait for them.
      apps: { http: { grace_period: '500ms', servers }, ...tls }
    };
    return {
      files: [{ path, mode: 0o600, text: toJson(config) }],
      command: {
        program: 'caddy',
        arguments: ['run', '--config', path],
        environment: {
          XDG_DATA_HOME: join(layout.edge, 'storage'),
          XDG_CONFIG_HOME: join(layout.edge, 'storage'),
          GOGC: '50'
        }
      }
    };
  },

  async health(zone) {
    const finding = {
      id: 'edge.health',
      who: `The zone’s address ${originOf(zone.settings)}`,
      effect: 'Nobody reaches the zone.',
      fix: `Read ${zone.layout.log('edge')}.`
    };
    const found = await Promise.all(
      ['/_matrix/client/versions', '/healthz'].map((path) => answers(edgeQuestion(zone, path), finding))
    );
    return found.flat();
  },

  async version() {
    const { stdout } = await promisify(execFile)('caddy', ['version'], { timeout: 3000 }).catch(() => ({ stdout: '' }));
    return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? null;
  }
};
