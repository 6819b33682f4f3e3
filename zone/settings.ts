import { isIP } from 'node:net';
import { z } from 'zod';
import { type Finding, Trouble } from './finding.ts';

const dnsName = /^(?=.{1,230}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const isRange = (text: string): boolean => {
  const [address = '', bits = '', ...rest] = text.split('/');
  const width = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= width;
};

const name = z
  .string()
  .refine(
    (text) => isIP(text.replace(/^\[|\]$/g, '')) === 0,
    'is an IP address; addresses of people end in this name for ever, and a number cannot move'
  )
  .refine((text) => dnsName.test(text), 'is no host name (lower-case letters, digits, hyphens and dots; no port)');
const address = z.string().refine((text) => isIP(text) !== 0, 'is no IP address');
const range = z.string().refine(isRange, 'is no range such as 10.0.0.0/8');
/** As Synapse reads durations. */
const duration = z.string().regex(/^\d+[smhd]$/, 'is no duration such as 5s or 10m');

const pushService = z.string().regex(/^\.?[a-z0-9.-]+(?::\d+)?$/, 'is no name of a host');
/** Of Chromium and its kin, Firefox, Safari, Edge. */
const pushServices = [
  'fcm.googleapis.com',
  'updates.push.services.mozilla.com',
  '.push.apple.com',
  '.notify.windows.com'
];

const federation = z.strictObject({
  /** Private ranges in which other zones live; everything else private is refused (Synapse's ip_range_whitelist). */
  ranges: z.array(range).default([]),
  /** A PEM file with the certificate of the community's own authority, beside the system's. */
  ca: z.string().nullable().default(null),
  /** How soon a zone that did not answer is tried again. */
  retry: z
    .strictObject({ minimum: duration, maximum: duration, multiplier: z.number().min(1).max(10) })
    .prefault({ minimum: '5s', maximum: '1m', multiplier: 2 })
});

const previews = z.strictObject({
  /** Private ranges whose pages the zone looks at all the same, such as a community network's own (Synapse's url_preview_ip_range_whitelist). */
  networks: z.array(range).default([])
});

const schema = z
  .strictObject({
    /** The name that addresses of this zone end in. Permanent. */
    name: name.default('localhost'),
    port: z.int().min(1).max(65535).optional(),
    /** Where the edge and the relay listen. Empty: on every address of the machine. */
    addresses: z.array(address).optional(),
    certificate: z.strictObject({ file: z.string(), key: z.string() }).nullable().default(null),
    registration: z.enum(['open', 'by-invitation', 'closed']).optional(),
    /** null: this zone talks to no other. */
    federation: federation.nullable().optional(),
    /** The push services that browsers may be reached through; `.` before a name stands for all below it. */
    push: z.array(pushService).default(pushServices),
    /** How often messages and files are deleted that are older than their room keeps them. */
    tidy: duration.default('1h'),
    /** Whether the zone looks at the pages behind links, to show what they are; null: it does not. */
    previews: previews.nullable().prefault({}),
    /** For the texts that the zone itself writes (its plaza's topic), and the language in which it asks for pages. */
    language: z.enum(['en', 'ca', 'es']).default('en')
  })
  .transform((given) => {
    const local = given.name === 'localhost';
    return {
      ...given,
      port: given.port ?? (given.certificate ? 443 : 8080),
      addresses: given.addresses ?? (local ? ['127.0.0.1', '::1'] : []),
      registration: given.registration ?? (local ? ('open' as const) : ('by-invitation' as const)),
      federation: given.federation === undefined ? (local ? null : federation.parse({})) : given.federation
    };
  });

export type Settings = z.output<typeof schema>;
/** What is kept in settings.json: only what was said. */
export type Said = z.input<typeof schema>;

const loopback = (ip: string): boolean => ip.startsWith('127.') || ip === '::1';

/**
 * What was said, completed and checked. `origin` names where it was said, for the findings.
 * @throws Trouble with a finding for each thing that cannot be.
 */
export function readSettings(said: unknown, origin: string): Settings {
  const parsed = schema.safeParse(said);
  if (!parsed.success) throw new Trouble(...parsed.error.issues.map((issue) => refusal(issue, said, origin)));
  const settings = parsed.data;
  if (settings.name === 'localhost') {
    const outside = settings.addresses.filter((ip) => !loopback(ip));
    if (outside.length > 0 || settings.addresses.length === 0) throw new Trouble(localhostOutside(outside));
    if (settings.federation) throw new Trouble(localhostFederates);
  }
  return settings;
}

/** What is said now over what was said before; a key that is not said keeps its value. */
export function override(before: Said, now: Said): Said {
  const said = Object.fromEntries(Object.entries(now).filter(([, value]) => value !== undefined)) as Said;
  const merged = { ...before, ...said };
  if (before.federation && now.federation) merged.federation = { ...before.federation, ...now.federation };
  return merged;
}

/** The zone's address as people type it, without a path. */
export function originOf({ name, port, certificate }: Settings): string {
  const usual = certificate ? 443 : 80;
  return `${certificate ? 'https' : 'http'}://${name}${port === usual ? '' : `:${port}`}`;
}

function refusal(issue: z.core.$ZodIssue, said: unknown, origin: string): Finding {
  const path = issue.path.join('.');
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], said);
  const shown = typeof value === 'string' || typeof value === 'number' ? ` “${value}”` : '';
  return {
    id: path ? `settings.${path}` : 'settings.form',
    level: 'error',
    symptom: `${origin}: ${path}${shown}${path ? ': ' : ''}${issue.message}.`,
    effect: 'The zone does not start; nothing was changed.',
    fix:
      issue.path[0] === 'name'
        ? 'Give a name of your own: --name zone.example.org (or localhost to try it out).'
        : `Correct it in ${origin}.`
  };
}

const localhostOutside = (outside: readonly string[]): Finding => ({
  id: 'settings.addresses',
  level: 'error',
  symptom: `A zone called localhost cannot listen on ${outside.join(', ') || 'every address'}.`,
  effect: 'Anybody on the network could register, and no other device could use it: cameras and keys need https.',
  fix: 'Leave out --address, or start a zone with a name of its own: --name zone.example.org --data DIR.'
});

const localhostFederates: Finding = {
  id: 'settings.federation',
  level: 'error',
  symptom: 'A zone called localhost cannot talk to other zones.',
  effect: 'To every other machine “localhost” means itself.',
  fix: 'Leave out --federate, or start a zone with a name of its own: --name zone.example.org --data DIR.'
};
