import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { homeserverFiles } from '../../synapse/homeserver.ts';
import type { Component } from '../component.ts';
import { answers } from '../probe.ts';
import { originOf } from '../settings.ts';
import { plazaAlias, zoneUserId } from '../zone.ts';
import { relayUris } from './turn.ts';
import { certificateBundle } from '../trust.ts';

export const synapse: Component = {
  name: 'synapse',
  title: 'homeserver',
  needs: [],
  install: { programs: {} },
  without: null,

  config(zone) {
    const { layout, settings, ports, secrets } = zone;
    const files = homeserverFiles({
      name: settings.name,
      origin: originOf(settings),
      directory: layout.synapse,
      database: layout.database,
      port: ports.synapse,
      registration: settings.registration,
      tidy: settings.tidy,
      federation: settings.federation,
      previews: settings.previews,
      language: settings.language,
      relay: { uris: relayUris(zone), secret: secrets.turn },
      secrets: { registration: secrets.registration, macaroon: secrets.macaroon, form: secrets.form },
      signingKey: layout.secret('signing.key'),
      plaza: plazaAlias(zone),
      zoneUser: zoneUserId(zone)
    });
    const environment: Record<string, string> = {
      PYTHONPATH: layout.synapseModules,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONUNBUFFERED: '1',
      // Each of glibc's arenas keeps freed memory of its own; Synapse's threads would make eight a core.
      MALLOC_ARENA_MAX: '2'
    };
    if (settings.federation?.ca) environment.SSL_CERT_FILE = certificateBundle(layout);
    return {
      files,
      command: {
        program: zone.python,
        arguments: ['-m', 'synapse.app.homeserver', '--config-path', join(layout.synapse, 'homeserver.yaml')],
        environment
      }
    };
  },

  health: ({ ports, layout }) =>
    answers(
      { host: '127.0.0.1', port: ports.synapse, path: '/health' },
      {
        id: 'synapse.health',
        who: 'The homeserver',
        effect: 'Nobody can sign in, write or read.',
        fix: `Read ${layout.log('synapse')}; the zone starts it again by itself when it has ended.`
      }
    ),

  async version({ python }) {
    const packages = join(dirname(dirname(python)), 'lib');
    for (const release of await readdir(packages).catch(() => [])) {
      const names = await readdir(join(packages, release, 'site-packages')).catch(() => []);
      const found = names.map((entry) => /^matrix_synapse-(.+)\.dist-info$/.exec(entry)?.[1]).find(Boolean);
      if (found) return found;
    }
    return null;
  }
};
