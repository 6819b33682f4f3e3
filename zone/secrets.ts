import { createECDH, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeWhole } from './files.ts';
import { type Finding, Trouble } from './finding.ts';
import type { Layout } from './layout.ts';

const token = () => randomBytes(32).toString('base64url');
const isToken = (text: string) => /^[A-Za-z0-9_-]{43}$/.test(text);

/** What each secret is for, how it is made and recognised. Made once; none is ever made again in its place. */
const kinds = {
  /** Registers the zone's own user on loopback. */
  registration: { make: token, valid: isToken },
  /** Signs Synapse's tokens; another one would end sessions that wait for a password. */
  macaroon: { make: token, valid: isToken },
  form: { make: token, valid: isToken },
  /** Between Synapse and the relay: callers get credentials of limited time from it. */
  turn: { make: token, valid: isToken },
  /** The password of the zone's own user. */
  'zone-password': { make: token, valid: isToken },
  /** The one-time link that makes the administrator. */
  administrator: { make: token, valid: isToken },
  /** The key pair by which push services know the zone (RFC 8292): public and private, P-256, base64url. */
  vapid: {
    make: () => {
      const pair = createECDH('prime256v1');
      pair.generateKeys();
      return `${pair.getPublicKey('base64url')} ${pair.getPrivateKey().toString('base64url').padStart(43, 'A')}`;
    },
    valid: (text: string) => /^[\w-]{87} [\w-]{43}$/.test(text)
  },
  /** Ed25519 seed in the form Synapse reads: the zone's signature in every room, for ever. */
  'signing.key': {
    make: () => `ed25519 a_${randomBytes(3).toString('hex')} ${randomBytes(32).toString('base64').replace(/=+$/, '')}`,
    valid: (text: string) => /^ed25519 \w+ [A-Za-z0-9+/]{43}$/.test(text)
  }
} as const;

export type SecretName = keyof typeof kinds;
export type Secrets = Readonly<Record<SecretName, string>>;
export const secretNames = Object.keys(kinds) as SecretName[];

/** Makes one secret, 0600 in a directory 0700. */
export const makeSecret = (layout: Layout, name: SecretName): Promise<void> =>
  writeWhole({ path: layout.secret(name), mode: 0o600, text: `${kinds[name].make()}\n` });

/** Reads those of `names` that exist. @throws Trouble where one is unreadable or damaged. */
export function readSecrets(layout: Layout, names: readonly SecretName[]): Partial<Record<SecretName, string>> {
  const found: Partial<Record<SecretName, string>> = {};
  const findings: Finding[] = [];
  for (const name of names) {
    const path = layout.secret(name);
    try {
      const text = readFileSync(path, 'utf8').trim();
      if (kinds[name].valid(text)) found[name] = text;
      else findings.push(damagedSecret(path, 'does not hold what the zone wrote there'));
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code;
      if (code !== 'ENOENT') findings.push(damagedSecret(path, `cannot be read (${code ?? String(thrown)})`));
    }
  }
  if (findings.length > 0) throw new Trouble(...findings);
  return found;
}

export const damagedSecret = (path: string, what: string): Finding => ({
  id: 'secrets.damaged',
  level: 'error',
  symptom: `${path} ${what}.`,
  effect:
    'The zone does not start: with another secret in its place sessions, calls or the trust of other zones break.',
  fix: `Restore ${path} from your backup of the data directory; nothing else was touched.`
});
