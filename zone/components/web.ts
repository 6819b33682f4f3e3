import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Component } from '../component.ts';
import { toJson } from '../files.ts';
import { answers } from '../probe.ts';
import { originOf } from '../settings.ts';

/**
 * Where this zone's pages may load from and reach beyond what the app itself needs (the web server knows that, and lays
 * this over it): nothing yet.
 */
const policy: Readonly<Record<string, readonly string[]>> = {};

export const web: Component = {
  name: 'web',
  title: 'web app',
  needs: [],
  install: { programs: {} },
  without: null,

  config({ layout, settings, ports, secrets }) {
    const path = join(layout.web, 'policy.json');
    const push = join(layout.web, 'push.json');
    const [publicKey = '', privateKey = ''] = secrets.vapid.split(' ');
    // Push services may want to tell somebody of trouble; the zone's page says who looks after it.
    const origin = originOf(settings);
    const subject = origin.startsWith('https:') ? origin : `mailto:nobody@${settings.name}`;
    return {
      files: [
        { path, mode: 0o600, text: toJson(policy) },
        { path: push, mode: 0o600, text: toJson({ publicKey, privateKey, subject, services: settings.push }) }
      ],
      command: {
        program: process.execPath,
        // A small young generation: pages are served from files, there is little to collect.
        arguments: ['--max-semi-space-size=2', join(layout.checkout, 'src/lib/server/main.ts')],
        environment: {
          NODE_ENV: 'production',
          HOST: '127.0.0.1',
          PORT: String(ports.web),
          ORIGIN: originOf(settings),
          ADDRESS_HEADER: 'x-forwarded-for',
          XFF_DEPTH: '1',
          TERTULIA_POLICY: path,
          TERTULIA_PUSH: push
        }
      }
    };
  },

  health: ({ ports, layout }) =>
    answers(
      { host: '127.0.0.1', port: ports.web, path: '/healthz' },
      {
        id: 'web.health',
        who: 'The web server',
        effect: 'The pages do not open; other Matrix programs still work.',
        fix: `Read ${layout.log('web')}; the zone starts it again by itself when it has ended.`
      }
    ),

  async version({ layout }) {
    const about: unknown = JSON.parse(await readFile(join(layout.checkout, 'package.json'), 'utf8'));
    return typeof about === 'object' && about && 'version' in about ? String(about.version) : null;
  }
};
