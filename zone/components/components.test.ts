import { BlockList, isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { communityZone, zoneWith } from '../examples.ts';
import type { Zone } from '../zone.ts';
import { edge } from './edge.ts';
import { markOf } from './edge-routes.ts';
import { components } from './index.ts';
import { relayUris, turn } from './turn.ts';

const local = zoneWith();
const text = (zone: Zone, component: keyof typeof components, name: string): string =>
  components[component].config(zone).files.find(({ path }) => path.endsWith(name))?.text ?? '';
const json = (zone: Zone, component: keyof typeof components, name: string) =>
  JSON.parse(text(zone, component, name)) as Record<string, unknown>;

describe('the commands of a zone', () => {
  it('homeserver', () => {
    expect(components.synapse.config(local).command).toEqual({
      program: '/python',
      arguments: ['-m', 'synapse.app.homeserver', '--config-path', '/data/synapse/homeserver.yaml'],
      environment: {
        PYTHONPATH: '/checkout/synapse/module',
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONUNBUFFERED: '1',
        MALLOC_ARENA_MAX: '2'
      }
    });
    expect(components.synapse.config(communityZone()).command.environment).toMatchObject({
      SSL_CERT_FILE: '/data/synapse/authorities.pem'
    });
  });

  it('call relay', () => {
    expect(components.turn.config(local).command).toEqual({
      program: 'turnserver',
      arguments: ['-c', '/data/turn/turnserver.conf'],
      environment: {}
    });
  });

  it('web app', () => {
    expect(components.web.config(local).command).toEqual({
      program: process.execPath,
      arguments: ['--max-semi-space-size=2', '/checkout/src/lib/server/main.ts'],
      environment: {
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: '4002',
        ORIGIN: 'http://localhost:8080',
        ADDRESS_HEADER: 'x-forwarded-for',
        XFF_DEPTH: '1',
        TERTULIA_POLICY: '/data/web/policy.json',
        TERTULIA_PUSH: '/data/web/push.json'
      }
    });
  });

  it('web app, which tells push services of whom to ask in a way that they take, whatever the zone is called', () => {
    const subjectOf = (zone: Zone) => json(zone, 'web', 'push.json').subject;
    expect(subjectOf(local)).toBe('mailto:nobody@localhost');
    expect(subjectOf(zoneWith({ name: 'b.example' }))).toBe('mailto:nobody@b.example');
    expect(subjectOf(communityZone())).toBe('https://a.example');
  });

  it('edge', () => {
    expect(components.edge.config(local).command).toEqual({
      program: 'caddy',
      arguments: ['run', '--config', '/data/edge/caddy.json'],
      environment: { XDG_DATA_HOME: '/data/edge/storage', XDG_CONFIG_HOME: '/data/edge/storage', GOGC: '50' }
    });
  });

  it('carry no secret, and their files are nobody else’s', () => {
    for (const component of Object.values(components)) {
      const { command, files } = component.config(communityZone());
      expect(JSON.stringify(command)).not.toMatch(/REGISTRATION|MACAROON|FORM|TURN"|PASSWORD|ADMINISTRATOR/);
      for (const { mode, path } of files) expect({ path, mode }).toEqual({ path, mode: 0o600 });
    }
  });
});

describe('the homeserver’s configuration', () => {
  const config = (zone: Zone) => json(zone, 'synapse', 'homeserver.yaml');

  it('of a try-out zone listens on loopback, talks to no other and takes everybody', () => {
    expect(config(local)).toMatchObject({
      server_name: 'localhost',
      public_baseurl: 'http://localhost:8080/',
      listeners: [{ port: 4001, bind_addresses: ['127.0.0.1'], x_forwarded: true, resources: [{ names: ['client'] }] }],
      federation_domain_whitelist: [],
      trusted_key_servers: [],
      enable_registration: true,
      enable_registration_without_verification: true,
      auto_join_rooms: ['#plaza:localhost'],
      autocreate_auto_join_rooms: false,
      presence: { enabled: false },
      max_upload_size: '50M'
    });
  });

  it('of a community’s zone reaches its ranges and asks invitations of newcomers', () => {
    const settings = config(communityZone());
    expect(settings).toMatchObject({
      ip_range_whitelist: ['10.0.0.0/8'],
      registration_requires_token: true,
      federation: { destination_min_retry_interval: '5s', destination_max_retry_interval: '1m' },
      turn_uris: [
        'turn:a.example:4003?transport=udp',
        'turn:a.example:4003?transport=tcp',
        'turns:a.example:5349?transport=tcp'
      ]
    });
    expect(settings).not.toHaveProperty('federation_domain_whitelist');
    expect(settings).not.toHaveProperty('enable_registration_without_verification');
  });

  it('looks at the pages of links, and reaches no private network by them but those that are said', () => {
    const { url_preview_ip_range_blacklist: never, ...settings } = config(zoneWith({ language: 'ca' }));
    expect(settings).toMatchObject({
      url_preview_enabled: true,
      url_preview_ip_range_whitelist: [],
      max_spider_size: '2M',
      url_preview_accept_language: ['ca', 'en;q=0.5', '*;q=0.1']
    });
    const blocked = new BlockList();
    for (const range of never as string[]) {
      const [address = '', bits] = range.split('/');
      blocked.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
    }
    const inside = ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '100.64.0.1', '169.254.169.254', '224.0.0.1'];
    for (const ip of [...inside, '0.0.0.0', '255.255.255.255']) expect([ip, blocked.check(ip)]).toEqual([ip, true]);
    for (const ip of ['::1', 'fd00::1', 'fe80::1', 'ff02::1', '64:ff9b::7f00:1', '2002:7f00:1::']) {
      expect([ip, blocked.check(ip, 'ipv6')]).toEqual([ip, true]);
    }
    for (const ip of ['1.1.1.1', '172.32.0.1', '100.128.0.1']) expect([ip, blocked.check(ip)]).toEqual([ip, false]);
    expect(blocked.check('2a00:1450::1', 'ipv6')).toBe(false);
    expect(config(zoneWith({ previews: { networks: ['10.0.0.0/8'] } }))).toMatchObject({
      url_preview_ip_range_whitelist: ['10.0.0.0/8']
    });
    expect(config(zoneWith({ previews: null }))).toMatchObject({ url_preview_enabled: false });
  });

  it('of a closed zone takes nobody', () => {
    expect(config(zoneWith({ registration: 'closed' }))).toMatchObject({ enable_registration: false });
  });
});

describe('the relay’s configuration', () => {
  const lines = (zone: Zone) => text(zone, 'turn', 'turnserver.conf').split('\n');

  it('of a try-out zone is reached on loopback only, and relays no TCP', () => {
    expect(lines(local)).toEqual(
      expect.arrayContaining([
        'listening-ip=127.0.0.1',
        'relay-ip=127.0.0.1',
        'allow-loopback-peers',
        'no-tcp-relay',
        'no-cli'
      ])
    );
    expect(relayUris(local)).toEqual(['turn:127.0.0.1:4003?transport=udp', 'turn:127.0.0.1:4003?transport=tcp']);
  });

  it('of a community’s zone admits its ranges, and neither loopback nor other private networks', () => {
    const config = lines(communityZone());
    expect(config).toContain('allowed-peer-ip=10.0.0.0-10.255.255.255');
    for (const denied of ['127.0.0.0-127.255.255.255', '192.168.0.0-192.168.255.255', '::1']) {
      expect(config).toContain(`denied-peer-ip=${denied}`);
    }
    expect(config).not.toContain('allow-loopback-peers');
  });
});

describe('the edge’s configuration', () => {
  const listeners = (zone: Zone) => {
    const { apps } = json(zone, 'edge', 'caddy.json') as {
      apps: { http: { servers: Record<string, { listen: string[] }> } };
    };
    return Object.fromEntries(Object.entries(apps.http.servers).map(([name, { listen }]) => [name, listen]));
  };

  it('is one port, on both loopbacks', () => {
    expect(listeners(local)).toEqual({ main: ['127.0.0.1:8080', '[::1]:8080'] });
    expect(listeners({ ...local, ipv6: false })).toEqual({ main: ['127.0.0.1:8080'] });
    expect(listeners(zoneWith({ name: 'a.example' }))).toEqual({ main: [':8080'] });
  });

  it('speaks https with a certificate, and sends plain requests there', () => {
    expect(listeners(communityZone())).toMatchObject({ main: ['10.1.0.1:443'], redirect: ['10.1.0.1:80'] });
  });

  it('is where other homeservers look without its .well-known, and for nothing else', () => {
    expect(listeners(communityZone())).toMatchObject({ fallback: ['10.1.0.1:8448'] });
    expect(listeners(local)).not.toHaveProperty('fallback');
    const { apps } = json(communityZone(), 'edge', 'caddy.json') as {
      apps: { http: { servers: Record<string, { routes: { match?: { path: string[] }[] }[] }> } };
    };
    const paths = apps.http.servers.fallback?.routes.map(({ match }) => match?.[0]?.path);
    expect(paths).toEqual([['/_matrix/federation/*', '/_matrix/key/*'], undefined]);
  });

  it('keeps its second listeners to the usual port', () => {
    const certificate = { file: '/c', key: '/k' };
    const other = zoneWith({ name: 'a.example', port: 8443, certificate, federation: { ranges: [] } });
    expect(Object.keys(listeners(other))).toEqual(['main']);
  });

  it('compresses text, but neither media nor what comes as a stream', () => {
    const { apps } = json(local, 'edge', 'caddy.json') as {
      apps: { http: { servers: { main: { routes: unknown[] } } } };
    };
    const [first] = apps.http.servers.main.routes;
    expect(first).toMatchObject({
      match: [{ not: [{ path: expect.arrayContaining(['/_matrix/media/*', '/_matrix/client/v1/media/*']) }] }],
      handle: [{ handler: 'encode', prefer: ['zstd', 'gzip'] }]
    });
    expect(first).not.toHaveProperty('terminal');
    const types = JSON.stringify(first);
    expect(types).toContain('application/json*');
    expect(types).not.toMatch(/event-stream|"\*/);
  });

  it('has no administration interface', () => {
    expect(json(local, 'edge', 'caddy.json')).toMatchObject({ admin: { disabled: true } });
  });

  it('marks each zone with another mark, which gives nothing away', () => {
    const other: Zone = { ...local, secrets: { ...local.secrets, form: 'OTHER' } };
    expect(markOf(other)).not.toBe(markOf(local));
    expect(markOf(local)).not.toContain('FORM');
  });
});

it('two zones differ in every place that they could share', () => {
  const [a, b] = ['/data-a', '/data-b'].map((data) => {
    const zone = { ...local, layout: { ...local.layout, turn: `${data}/turn`, edge: `${data}/edge` } };
    return [turn, edge].map((component) => component.config(zone).files[0]?.text);
  });
  expect(a?.some((file, index) => file === b?.[index])).toBe(false);
});
