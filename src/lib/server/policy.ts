import { createHash } from 'node:crypto';
import * as v from 'valibot';

/** A content security policy: each directive with its sources (CSP level 3). */
export type Policy = Readonly<Record<string, readonly string[]>>;

/** What the app needs and no more; the zone's file replaces single directives (its conference servers, say). */
export const defaultPolicy: Policy = {
  'default-src': ["'self'"],
  // The crypto library is compiled WebAssembly.
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  // `style=` attributes place menus and the rows of long lists.
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'blob:', 'data:'],
  'media-src': ["'self'", 'blob:', 'data:'],
  'connect-src': ["'self'"],
  'worker-src': ["'self'"],
  'font-src': ["'self'"],
  'manifest-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"]
};

const directives = [
  ...Object.keys(defaultPolicy),
  'frame-src',
  'child-src',
  'script-src-elem',
  'script-src-attr'
] as const;
const scripts = (directive: string): boolean => directive === 'default-src' || directive.startsWith('script-src');
// A space, a comma or a semicolon would end the source and begin something else.
const source = v.pipe(v.string(), v.regex(/^[^\s,;]+$/, 'is not one source'));

const schema = v.record(
  v.picklist(directives, ({ received }) => `${received} is no directive that this server knows`),
  v.pipe(v.array(source), v.minLength(1, "is empty; write ['none'] with its quotes"))
);

/** A policy file that cannot be used; the message says where and why. */
export class PolicyError extends Error {}

/** Reads a zone's policy and lays it over the default. Fails with `PolicyError`; `where` names the file in it. */
export function readPolicy(text: string, where: string): Policy {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new PolicyError(`${where} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  if (Array.isArray(value)) throw new PolicyError(`${where} is a list, not an object of directives`);
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new PolicyError(`${where}: ${v.getDotPath(issue) ?? 'the policy'}: ${issue.message}`);
  }
  for (const [directive, sources] of Object.entries(parsed.output)) {
    const loose = sources.find((one) => /^'unsafe-(?:inline|eval|hashes)'$/i.test(one) || one === '*');
    if (scripts(directive) && loose)
      throw new PolicyError(`${where}: ${directive}: ${loose} would let foreign scripts run`);
  }
  return { ...defaultPolicy, ...parsed.output };
}

/** The source that allows one inline script. */
export const hashOf = (script: string): string => `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

/** The header's value: the policy, with the inline scripts of our own pages allowed by their hashes. */
export function headerOf(policy: Policy, inlineScripts: readonly string[]): string {
  const hashes = [...new Set(inlineScripts.map(hashOf))].sort();
  const base = policy['script-src'] ?? [];
  const merged: Policy = { ...policy, 'script-src': [...base.filter((one) => one !== "'none'"), ...hashes] };
  return Object.entries(merged)
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ');
}
