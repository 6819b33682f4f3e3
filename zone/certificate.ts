import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Finding } from './finding.ts';
import type { Settings } from './settings.ts';

const day = 86_400_000;

/** What is wrong with the certificate that a zone was given, or with having none. `now` in ms since the epoch. */
export function certificateFindings({ name, certificate }: Settings, now: number): Finding[] {
  if (!certificate) return name === 'localhost' ? [] : [plain(name)];
  const finding = (level: Finding['level'], symptom: string, effect: string): Finding => ({
    id: 'edge.certificate',
    level,
    symptom,
    effect,
    fix: `Give the certificate of ${name} and its key: --certificate FILE --key FILE.`
  });
  const refuse = (symptom: string) => [
    finding('error', symptom, 'Browsers would refuse the zone; it was not started.')
  ];
  try {
    const leaf = new X509Certificate(readFileSync(certificate.file));
    const left = Math.floor((Date.parse(leaf.validTo) - now) / day);
    if (!leaf.checkPrivateKey(createPrivateKey(readFileSync(certificate.key)))) {
      return refuse(`The key ${certificate.key} does not belong to the certificate ${certificate.file}.`);
    }
    if (leaf.checkHost(name) === undefined) return refuse(`The certificate ${certificate.file} is not one of ${name}.`);
    if (left < 0) return refuse(`The certificate ${certificate.file} ended on ${leaf.validTo}.`);
    if (left >= 14) return [];
    return [finding('warning', `The certificate ends in ${left} days.`, 'From then on browsers refuse the zone.')];
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException;
    const what = error.code === 'ENOENT' || error.code === 'EACCES' ? `cannot be read (${error.code})` : 'are damaged';
    return refuse(`The certificate ${certificate.file} or its key ${what}.`);
  }
}

const plain = (name: string): Finding => ({
  id: 'edge.plain',
  level: 'warning',
  symptom: `The zone speaks plain http as ${name}.`,
  effect: 'Browsers give its pages no camera, no microphone and no encryption; everybody on the way reads along.',
  fix: 'Give it a certificate: --certificate FILE --key FILE.'
});
