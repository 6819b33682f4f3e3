import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkPreview } from '../../src/lib/matrix/values.ts';
import { openLocal } from '../lab/lab.ts';
import { Zone } from '../lab/zones.ts';
import { Browsers } from './browsers.ts';
import { newcomer, type Actor } from './stage.ts';

const picture = readFileSync(join(import.meta.dirname, '../../static/icon-192.png'));
const shape = { width: 192, height: 192 };

/** The one network that the zone may look at, and another one of the same machine. */
const [allowed, other] = ['127.0.0.2', '127.0.0.3'];

/** From a person's engine through a real homeserver to a small web server. */
describe('a zone shows what links lead to,', () => {
  const browsers = new Browsers();
  /** What the web server was asked for, by host. */
  const asked: string[] = [];
  let port = 0;
  const at = (host: string, path: string) => `http://${host}:${port}${path}`;
  const page = (title: string, image: string) =>
    `<!doctype html><html lang="en"><head><title>not this</title><meta property="og:title" content="${title}">` +
    `<meta property="og:site_name" content="The Neighbours"><meta property="og:image" content="${image}">` +
    `<meta property="og:description" content="Where it&#10;is baked."></head><body>bread</body></html>`;
  let web: Server;
  let local: Awaited<ReturnType<typeof openLocal>>;
  let zone: Zone;
  let anna: Actor;

  beforeAll(async () => {
    web = createServer((request, response) => {
      const { host = '' } = request.headers;
      asked.push(`${host.split(':')[0]}${request.url}`);
      const html = (text: string) => response.setHeader('content-type', 'text/html').end(text);
      if (request.url === '/bread.png') response.setHeader('content-type', 'image/png').end(picture);
      else if (request.url === '/bread') html(page('Bread', '/bread.png'));
      else if (request.url === '/elsewhere') html(page('Bread', at(other, '/bread.png')));
      else if (request.url === '/moved') response.writeHead(302, { location: at(other, '/bread') }).end();
      else response.writeHead(404).end();
    }).listen(0, '0.0.0.0');
    await once(web, 'listening');
    ({ port } = web.address() as AddressInfo);
    local = await openLocal();
    zone = await Zone.local(local.host, { previews: { networks: [`${allowed}/32`] } });
    anna = await newcomer({ browser: () => browsers.open(zone.origin) }, 'anna');
  }, 120_000);
  afterAll(async () => {
    await browsers.close();
    await local.close();
    web.close();
  }, 60_000);

  it('a page by its title, what it says of itself, and its picture', async () => {
    const found = await anna.links.preview(at(allowed, '/bread#crust'));
    expect(found).toEqual({
      title: 'Bread',
      description: 'Where it is baked.',
      site: 'The Neighbours',
      picture: { source: { at: 'zone', content: expect.stringMatching(/^mxc:\/\/localhost\//), seal: null }, shape }
    } satisfies LinkPreview);
    const bytes = await anna.files.bytes(found?.picture?.source ?? expect.fail('has no picture'));
    expect(Buffer.from(await bytes.arrayBuffer())).toEqual(picture);
    // Two who ask at once, and who asks again, are one to the page.
    await Promise.all([anna.links.preview(at(allowed, '/bread')), anna.links.preview(at(allowed, '/bread'))]);
    expect(asked).toEqual([`${allowed}/bread`, `${allowed}/bread.png`]);
  });

  it('and reaches no private network: neither asked, nor led there, nor for a picture', async () => {
    expect(await anna.links.preview(at(other, '/bread'))).toBeNull();
    expect(await anna.links.preview(at(allowed, '/moved'))).toBeNull();
    expect(await anna.links.preview(at(allowed, '/elsewhere'))).toMatchObject({ title: 'Bread', picture: null });
    expect(await anna.links.preview(`http://localhost:${port}/bread`)).toBeNull();
    expect(await anna.links.preview(`http://[::ffff:127.0.0.3]:${port}/bread`)).toBeNull();
    expect(asked).toEqual(expect.arrayContaining([`${allowed}/moved`, `${allowed}/elsewhere`]));
    expect(asked.filter((path) => !path.startsWith(allowed))).toEqual([]);
  });

  it('and nothing of a page that is not there', async () => {
    expect(await anna.links.preview(at(allowed, '/nothing'))).toBeNull();
  });

  it('and writes into no log what they were', () => {
    const log = readFileSync(join(zone.data, 'logs', 'synapse.log'), 'utf8');
    expect(log).not.toBe('');
    expect(log.split('\n').filter((line) => /bread|elsewhere|moved|nothing/i.test(line))).toEqual([]);
  });
});
