import { createECDH } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PushGateway } from '../../src/lib/server/push.ts';
import { Authority } from '../lab/authority.ts';
import { freePort } from '../lab/free-port.ts';
import { PushService } from '../lab/push-service.ts';
import { zoneWith } from '../../zone/examples.ts';
import { pushFindings, reachFindings } from '../../zone/checks/push.ts';

const pairOf = () => {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  return { publicKey: pair.getPublicKey('base64url'), privateKey: pair.getPrivateKey('base64url') };
};
const ours = pairOf();
let server: Server;
beforeAll(async () => {
  const gateway = new PushGateway({ ...ours, subject: 'mailto:a@a.example', services: [] });
  server = createServer((request, response) => gateway.handles(request, response) || response.writeHead(404).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

/** What is found in a zone that keeps these keys. */
function found({ publicKey, privateKey }: typeof ours, port = (server.address() as AddressInfo).port) {
  const zone = zoneWith({ push: [] });
  const secrets = { ...zone.secrets, vapid: `${publicKey} ${privateKey}` };
  return pushFindings({ ...zone, secrets, ports: { ...zone.ports, web: port } });
}

describe('how a zone wakes browsers', () => {
  it('is right where the gateway answers by the keys that the zone keeps', async () => {
    expect(await found(ours)).toEqual([]);
  });

  it('is wrong with keys that do not belong together, or with others than the gateway’s', async () => {
    const other = pairOf();
    const mixed = { ...ours, privateKey: other.privateKey };
    expect(await found(mixed)).toMatchObject([{ id: 'push.keys', level: 'error' }]);
    expect(await found({ ...ours, privateKey: '' })).toMatchObject([{ id: 'push.keys' }]);
    expect(await found(other)).toMatchObject([{ id: 'push.gateway', level: 'error' }]);
  });

  it('is wrong where no gateway answers', async () => {
    const [finding] = await found(ours, await freePort());
    expect(finding).toMatchObject({ id: 'push.gateway', symptom: expect.stringContaining('ECONNREFUSED') });
  });
});

describe('push services', () => {
  it('are in reach where one of them answers as itself', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tertulia-reach-'));
    const authority = await Authority.make(directory);
    const service = await PushService.start(authority);
    try {
      const ca = readFileSync(authority.certificate, 'utf8');
      const gone = `localhost:${await freePort()}`;
      expect(await reachFindings([gone, service.host], ca)).toEqual([]);
      // Whom nobody vouches for is not the service.
      const trouble = { id: 'push.reach', level: 'warning', symptom: expect.stringContaining(service.host) };
      expect(await reachFindings([service.host])).toMatchObject([trouble]);
      expect(await reachFindings([gone], ca)).toMatchObject([{ id: 'push.reach' }]);
    } finally {
      await service.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('that stand for many names are not tried', async () => {
    expect(await reachFindings(['.push.example'])).toEqual([]);
  });
});
