import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Component } from '../component.ts';
import { allocate } from '../relay/allocate.ts';
import { firstToLast } from '../relay/ranges.ts';
import type { Zone } from '../zone.ts';

const local = ({ settings }: Zone): boolean => settings.name === 'localhost';
const tlsPort = 5349;

/** Where callers find the relay. By address on the try-out zone: a browser may resolve localhost to ::1 first. */
export function relayUris(zone: Zone): string[] {
  const host = local(zone) ? '127.0.0.1' : zone.settings.name;
  const plain = ['udp', 'tcp'].map((transport) => `turn:${host}:${zone.ports.turn}?transport=${transport}`);
  return zone.settings.certificate ? [...plain, `turns:${host}:${tlsPort}?transport=tcp`] : plain;
}

/** Where the relay can be asked from this machine. */
export const relayAddress = (zone: Zone): string =>
  local(zone) ? '127.0.0.1' : (zone.settings.addresses[0] ?? '127.0.0.1');

/** What nobody may reach through the relay: this machine's loopback, links, and private networks but our own. */
const denied = [
  '0.0.0.0-0.255.255.255',
  '10.0.0.0-10.255.255.255',
  '100.64.0.0-100.127.255.255',
  '127.0.0.0-127.255.255.255',
  '169.254.0.0-169.254.255.255',
  '172.16.0.0-172.31.255.255',
  '192.0.0.0-192.0.0.255',
  '192.168.0.0-192.168.255.255',
  '198.18.0.0-198.19.255.255',
  '240.0.0.0-255.255.255.255',
  '::1',
  '64:ff9b::-64:ff9b::ffff:ffff',
  'fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'
];

/**
 * Which peers the relay admits. On the try-out zone the callers are on this machine, and only they reach the relay.
 * Elsewhere the ranges of the community's zones, and our own addresses (two callers behind the same relay).
 */
function peers(zone: Zone): string[] {
  if (local(zone)) return ['allow-loopback-peers'];
  const ranges = zone.settings.federation?.ranges ?? [];
  return [
    ...denied.map((range) => `denied-peer-ip=${range}`),
    ...ranges.map((range) => `allowed-peer-ip=${firstToLast(range)}`),
    ...zone.settings.addresses.map((address) => `allowed-peer-ip=${address}`)
  ];
}

export const turn: Component = {
  name: 'turn',
  title: 'call relay',
  needs: [],
  install: { programs: { turnserver: 'coturn' } },
  without: 'Calls between people behind different routers have no sound.',

  config(zone) {
    const { layout, settings, ports, secrets } = zone;
    const listening = local(zone) ? ['127.0.0.1'] : settings.addresses;
    const tls = settings.certificate
      ? [
          `tls-listening-port=${tlsPort}`,
          `cert=${settings.certificate.file}`,
          `pkey=${settings.certificate.key}`,
          'no-tlsv1',
          'no-tlsv1_1',
          'no-dtls'
        ]
      : ['no-tls', 'no-dtls'];
    const lines = [
      `listening-port=${ports.turn}`,
      ...listening.flatMap((address) => [`listening-ip=${address}`, `relay-ip=${address}`]),
      // Above the range that the system takes for outgoing connections.
      'min-port=61000',
      'max-port=65535',
      `realm=${settings.name}`,
      'use-auth-secret',
      `static-auth-secret=${secrets.turn}`,
      'fingerprint',
      ...tls,
      // A relay to TCP services of other machines would be a way around their firewalls.
      'no-tcp-relay',
      'no-multicast-peers',
      ...peers(zone),
      // Each call needs a few; one person must not take the whole range of ports.
      'user-quota=16',
      'total-quota=1200',
      'stale-nonce=600',
      // Its console on port 5766 would be one for every zone of this machine. The password is asked for even so,
      // where loopback peers are admitted.
      'no-cli',
      `cli-password=${secrets.turn}`,
      'no-rfc5780',
      'no-stun-backward-compatibility',
      'response-origin-only-with-rfc5780',
      'no-software-attribute',
      `userdb=${join(layout.turn, 'users.db')}`,
      `pidfile=${join(layout.turn, 'turnserver.pid')}`,
      'log-file=stdout',
      'simple-log',
      'relay-threads=2'
    ];
    const path = join(layout.turn, 'turnserver.conf');
    return {
      files: [{ path, mode: 0o600, text: `${lines.join('\n')}\n` }],
      command: { program: 'turnserver', arguments: ['-c', path], environment: {} }
    };
  },

  async health(zone) {
    const result = await allocate({ host: relayAddress(zone), port: zone.ports.turn, secret: zone.secrets.turn });
    return result.kind === 'relayed' ? [] : [relayFinding(zone, result.why)];
  },

  async version() {
    const { stdout } = await promisify(execFile)('turnserver', ['--version'], { timeout: 3000 }).catch(
      (thrown: { stdout?: string }) => ({ stdout: thrown.stdout ?? '' })
    );
    return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? null;
  }
};

const relayFinding = (zone: Zone, why: string) =>
  ({
    id: 'turn.relay',
    level: 'error',
    symptom: `The call relay at ${relayAddress(zone)}:${zone.ports.turn} ${why}.`,
    effect: 'Calls between people behind different routers have no sound.',
    fix: `Read ${zone.layout.log('turn')}; see that nothing else took the port.`
  }) as const;
