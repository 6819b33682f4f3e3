/** A certificate authority of one lab, and how its browsers and servers come to trust it beside the public ones. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './process.ts';

export type Certificate = { readonly certificate: string; readonly key: string };

const systemRoots = '/etc/ssl/certs/ca-certificates.crt';
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export class Authority {
  /** Its own certificate, PEM. */
  readonly certificate: string;
  /** The system's roots and this one: what `SSL_CERT_FILE` replaces the system's store with. */
  readonly bundle: string;
  readonly #directory: string;
  readonly #key: string;

  private constructor(directory: string) {
    this.#directory = directory;
    this.certificate = join(directory, 'ca.crt');
    this.#key = join(directory, 'ca.key');
    this.bundle = join(directory, 'bundle.crt');
  }

  static async make(directory: string): Promise<Authority> {
    await mkdir(directory, { recursive: true });
    const made = new Authority(directory);
    const files = ['-keyout', made.#key, '-out', made.certificate];
    await run(['openssl', 'req', '-x509', ...newKey, '-days', '7', '-subj', '/CN=Test authority', ...files]);
    writeFileSync(made.bundle, readFileSync(systemRoots, 'utf8') + readFileSync(made.certificate, 'utf8'));
    return made;
  }

  /** A server's certificate (also for a server that is the client of another) for these names. */
  async issue(names: readonly [string, ...string[]]): Promise<Certificate> {
    const path = (end: string): string => join(this.#directory, `${names[0]}.${end}`);
    const leaf = { certificate: path('crt'), key: path('key') };
    writeFileSync(
      path('ext'),
      `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\n` +
        'extendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n'
    );
    await run(['openssl', 'req', ...newKey, '-subj', `/CN=${names[0]}`, '-keyout', leaf.key, '-out', path('csr')]);
    // A serial of its own: two that are issued at once would share the file of the last one.
    const serial = `0x${randomBytes(15).toString('hex')}`;
    const signer = ['-CA', this.certificate, '-CAkey', this.#key, '-set_serial', serial];
    const output = ['-days', '7', '-extfile', path('ext'), '-out', leaf.certificate];
    await run(['openssl', 'x509', '-req', '-in', path('csr'), ...signer, ...output]);
    return leaf;
  }

  /** Makes a browser that has this directory as its HOME trust it (Chromium on Linux reads `~/.pki/nssdb`). */
  async trustInBrowser(home: string): Promise<void> {
    const store = join(home, '.pki', 'nssdb');
    await mkdir(store, { recursive: true });
    await run(['certutil', '-d', `sql:${store}`, '-N', '--empty-password']);
    await run(['certutil', '-d', `sql:${store}`, '-A', '-t', 'C,,', '-n', 'test authority', '-i', this.certificate]);
  }

  /** The environment in which Python, Go and Node trust it. */
  get env(): Readonly<Record<string, string>> {
    return { SSL_CERT_FILE: this.bundle, NODE_EXTRA_CA_CERTS: this.certificate };
  }
}
