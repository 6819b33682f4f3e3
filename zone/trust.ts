import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileContent } from './files.ts';
import { Trouble } from './finding.ts';
import type { Layout } from './layout.ts';

const systemBundle = '/etc/ssl/certs/ca-certificates.crt';

/** The authorities that this zone's homeserver trusts: the system's, and the community's own. */
export const certificateBundle = (layout: Layout): string => join(layout.synapse, 'authorities.pem');

/**
 * SSL_CERT_FILE takes the place of the system's authorities, so the file holds both; Synapse's own
 * `federation_custom_ca_list` would replace them and read only the first certificate of each file.
 * @throws Trouble where the community's file cannot be read or holds no certificate.
 */
export async function bundleOf(layout: Layout, ca: string): Promise<FileContent> {
  const own = await readFile(ca, 'utf8').catch((thrown: NodeJS.ErrnoException) => thrown);
  const wrong =
    typeof own !== 'string'
      ? `cannot be read (${own.code})`
      : own.includes('BEGIN CERTIFICATE')
        ? null
        : 'holds no certificate';
  if (wrong !== null || typeof own !== 'string') {
    throw new Trouble({
      id: 'settings.federation.ca',
      level: 'error',
      symptom: `The authority's file ${ca} ${wrong}.`,
      effect: 'The zone does not start: it could not tell the other zones from impostors.',
      fix: 'Give a PEM file that you can read: --ca FILE.'
    });
  }
  const system = await readFile(systemBundle, 'utf8').catch(() => '');
  return { path: certificateBundle(layout), mode: 0o600, text: `${system}\n${own.trim()}\n` };
}
