import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Component } from '../component.ts';
import { toJson } from '../files.ts';
import { answers, ask } from '../probe.ts';
import { originOf } from '../settings.ts';
import type { Zone } from '../zone.ts';
import { federationRoutes, markOf, markPath, routes } from './edge-routes.ts';

const hostPort = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/**
 * Where other homeservers turn when they could not read `.well-known/matrix/server` (Matrix 1.16, server-server API,
 * "Resolving server names"). Synapse keeps such a failure for two minutes to an hour, so that a zone started while the
 * link to another was down would else not reach it for as long after its return.
 */
export const fallbackPort = 8448;

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
  install: { programs: { caddy: 'caddy' } },
  without: null,

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
    const fallback = { ...secure, listen: listen(zone, fallbackPort), routes: federationRoutes(zone) };
    const usual = settings.port === 443;
    const servers = settings.certificate
      ? { main: secure, ...(usual && { redirect: toHttps }), ...(usual && settings.federation && { fallback }) }
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
      logging: { logs: { default: { level: 'INFO', encoder: { format: 'console', level_format: 'upper' } } } },
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
    const paths = [markPath, '/_matrix/client/versions', '/healthz'];
    const found = await Promise.all(paths.map((path) => answers(edgeQuestion(zone, path), finding)));
    const failed = found.flat().slice(0, 1);
    if (failed.length > 0) return failed;
    const { body } = await ask(edgeQuestion(zone, markPath));
    return body === markOf(zone)
      ? []
      : [{ ...finding, level: 'error', symptom: `${finding.who} is answered by another program or machine.` }];
  },

  async version() {
    const { stdout } = await promisify(execFile)('caddy', ['version'], { timeout: 3000 }).catch(() => ({ stdout: '' }));
    return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? null;
  }
};
