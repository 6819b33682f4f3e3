import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Component } from '../component.ts';
import type { Finding } from '../finding.ts';

/** Whether a program can be started by its name. */
export const isInstalled = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      // Not in this directory; perhaps in the next.
      return false;
    }
  });

/** A finding for each program of the system that a part lacks. */
export const missingPrograms = ({ name, title, install, without }: Component): Finding[] =>
  Object.entries(install.programs)
    .filter(([program]) => !isInstalled(program))
    .map(([program, debian]) => ({
      id: `${name}.missing`,
      level: without === null ? 'error' : 'warning',
      symptom: `The ${title} is not installed (${program}).`,
      effect: without ?? 'The zone cannot start without it.',
      fix: `Install ${program} as your system does it; on Debian: apt-get install ${debian}`
    }));
