import { resolve } from 'node:path';
import { Trouble } from './finding.ts';
import type { Said } from './settings.ts';

/** As `zone up` takes them from the command line. */
export type UpFlags = {
  readonly name?: string;
  readonly port?: number;
  readonly address?: readonly string[];
  readonly certificate?: string;
  readonly key?: string;
  readonly federate?: readonly string[];
  readonly ca?: string;
  readonly registration?: string;
  readonly language?: string;
  readonly built?: boolean;
};

/** What flags say, in the words of the settings; checked later, with all the rest. @throws Trouble */
export function saidOn(flags: UpFlags): Said {
  const { name, port, registration, language } = flags;
  const said = {
    name,
    port,
    registration,
    language,
    addresses: flags.address,
    certificate: certificate(flags),
    federation: federation(flags)
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as Said;
}

function certificate({ certificate: file, key }: UpFlags) {
  if (file === undefined && key === undefined) return undefined;
  if (file !== undefined && key !== undefined) return { file: resolve(file), key: resolve(key) };
  throw new Trouble({
    id: 'settings.certificate',
    level: 'error',
    symptom: `--${file === undefined ? 'key' : 'certificate'} is given without --${file === undefined ? 'certificate' : 'key'}.`,
    effect: 'The zone does not start; nothing was changed.',
    fix: 'Give both: --certificate FILE --key FILE.'
  });
}

function federation({ federate, ca }: UpFlags) {
  if (federate === undefined && ca === undefined) return undefined;
  return { ...(federate ? { ranges: [...federate] } : {}), ...(ca ? { ca: resolve(ca) } : {}) };
}
