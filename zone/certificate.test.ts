import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateFindings } from './certificate.ts';
import { Trouble } from './finding.ts';
import { layoutOf } from './layout.ts';
import { readSettings } from './settings.ts';
import { bundleOf } from './trust.ts';

const day = 86_400_000;
const now = Date.now();
let directory: string;

/** A certificate of 30 days, signed by itself, and its key. */
function make(name: string): { file: string; key: string } {
  const made = { file: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', made.key];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', made.file, '-days', '30', ...subject], { stdio: 'ignore' });
  return made;
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tertulia-certificate-'));
  for (const name of ['a.example', 'b.example']) make(name);
  writeFileSync(join(directory, 'text'), 'no certificate');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the certificate of a zone', () => {
  const found = (file: string, key: string, at = now) => {
    const certificate = { file: join(directory, file), key: join(directory, key) };
    return certificateFindings(readSettings({ name: 'a.example', certificate }, 'here'), at);
  };

  it('is its own, and good for weeks', () => {
    expect(found('a.example.crt', 'a.example.key')).toEqual([]);
  });

  it.each([
    ['that of another', 'b.example.crt', 'b.example.key', 0, 'is not one of a.example'],
    ['without its own key', 'a.example.crt', 'b.example.key', 0, 'does not belong to the certificate'],
    ['that has ended', 'a.example.crt', 'a.example.key', 31, 'ended on'],
    ['that is missing', 'c.example.crt', 'a.example.key', 0, 'cannot be read (ENOENT)'],
    ['that is none', 'text', 'a.example.key', 0, 'are damaged']
  ])('is refused: %s', (_, file, key, days, symptom) => {
    const [finding] = found(file, key, now + days * day);
    expect(finding).toMatchObject({ id: 'edge.certificate', level: 'error' });
    expect(finding?.symptom).toContain(symptom);
  });

  it('is warned of two weeks before it ends', () => {
    expect(found('a.example.crt', 'a.example.key', now + 20.5 * day)).toMatchObject([
      { id: 'edge.certificate', level: 'warning', symptom: 'The certificate ends in 9 days.' }
    ]);
  });

  it('is missed, but by a try-out zone', () => {
    expect(certificateFindings(readSettings({}, 'here'), now)).toEqual([]);
    const plain = certificateFindings(readSettings({ name: 'a.example' }, 'here'), now);
    expect(plain).toMatchObject([{ id: 'edge.plain', level: 'warning' }]);
  });
});

describe('the authority of a community', () => {
  const layout = layoutOf('/checkout', '/data');

  it('is trusted beside those of the system', async () => {
    const { path, text } = await bundleOf(layout, join(directory, 'a.example.crt'));
    expect(path).toBe('/data/synapse/authorities.pem');
    expect(text.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(10);
  });

  it.each([
    ['text', 'holds no certificate'],
    ['missing', 'cannot be read (ENOENT)']
  ])('is a PEM file, or refused: %s', async (name, symptom) => {
    const refused = bundleOf(layout, join(directory, name)).then(
      () => [],
      (thrown: unknown) => (thrown instanceof Trouble ? thrown.findings.map((finding) => finding.symptom) : [])
    );
    expect((await refused)[0]).toContain(symptom);
  });
});
