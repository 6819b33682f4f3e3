/** A push service as browsers use them (RFC 8030), and a browser's keys to open what comes (RFC 8291). */
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify, type ECDH } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { PushTarget } from '../../src/lib/matrix/values.ts';
import type { Authority } from './authority.ts';

export type Delivered = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What the zone said, opened as the browser does. */
  readonly payload: Readonly<Record<string, unknown>>;
};

export class PushService {
  readonly delivered: Delivered[] = [];
  /** What is answered from now on. */
  status = 201;
  readonly #server: Server;
  readonly #keys: ECDH;
  readonly #auth = randomBytes(16);
  #asked = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.#keys = createECDH('prime256v1');
    this.#keys.generateKeys();
  }

  static async start(authority: Authority): Promise<PushService> {
    const { certificate, key } = await authority.issue(['localhost']);
    const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) });
    const service = new PushService(server);
    server.on('request', async (request, response) => {
      service.#asked++;
      const body = await buffer(request);
      try {
        if (service.status < 300) service.#open(request.url ?? '', request.headers, body);
      } catch {
        // For another browser: a service could not open anything anyway.
      }
      response.writeHead(service.status).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return service;
  }

  /** As settings name it. */
  get host(): string {
    return `localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests that have come, whatever was answered. */
  get asked(): number {
    return this.#asked;
  }

  /** A browser that is reached through it. */
  target(name: string): PushTarget {
    return {
      endpoint: `https://${this.host}/${name}`,
      p256dh: this.#keys.getPublicKey('base64url'),
      auth: this.#auth.toString('base64url')
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** RFC 8291, 3.4, over RFC 8188: one record, whose header carries the sender's key. */
  #open(path: string, headers: Delivered['headers'], body: Buffer): void {
    const [salt, sender, sealed] = [body.subarray(0, 16), body.subarray(21, 21 + (body[20] ?? 0)), body.subarray(86)];
    const shared = this.#keys.computeSecret(sender);
    const about = Buffer.concat([Buffer.from('WebPush: info\0'), this.#keys.getPublicKey(), sender]);
    const derive = (secret: Buffer, salt: Buffer, info: Buffer | string, length: number) =>
      Buffer.from(hkdfSync('sha256', secret, salt, info, length));
    const input = derive(shared, this.#auth, about, 32);
    const key = derive(input, salt, 'Content-Encoding: aes128gcm\0', 16);
    const nonce = derive(input, salt, 'Content-Encoding: nonce\0', 12);
    const cipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16));
    const text = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]).toString('utf8');
    this.delivered.push({
      path,
      headers,
      payload: JSON.parse(text.slice(0, text.lastIndexOf('\x02'))) as Delivered['payload']
    });
  }
}

/** Whether a push is signed by the zone that has this key, for this service (RFC 8292). */
export function isSignedBy(key: string, { headers }: Delivered, audience: string): boolean {
  const [, token = '', named] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(String(headers.authorization)) ?? [];
  const [head = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const part = (from: number) => point.subarray(from, from + 32).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: part(1), y: part(33) }, format: 'jwk' });
  const said = Buffer.from(`${head}.${claims}`);
  const isTrue = verify(
    'sha256',
    said,
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url')
  );
  const { aud, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud: string; exp: number };
  return named === key && isTrue && aud === audience && exp * 1000 > Date.now();
}
