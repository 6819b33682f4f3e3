import { describe, expect, it } from 'vitest';
import { importsOf, type Import } from './house/imports.ts';
import { sources, type Rule, type Source } from './house/sources.ts';

type Direction = { readonly says: string; readonly breaks: (one: Import) => boolean; readonly sample: Source };

const within = (...folders: readonly string[]) => {
  return (path: string) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
};
const isTest = (path: string) => /\.test\.[jt]s$/.test(path) || within('tests')(path);
const isExample = (path: string) => /(?:^|\/)examples?(?:\/|\.)/.test(path);
const isPackage = (name: string) => (target: string) => target === name || target.startsWith(`${name}/`);
const matrixSdk = (target: string) => isPackage('matrix-js-sdk')(target) || target.startsWith('@matrix-org/');
const house = within('src', 'protocol', 'zone', 'synapse', 'bridges', 'tests', 'static');
const sample = (path: string, ...lines: readonly string[]): Source => ({ path, text: lines.join('\n') });

/** By which a page in development reaches the examples; a test of the build says that none of them is left in it. */
const doorToExamples = 'src/lib/session/connector.ts';

/** The directions of the house's map. */
const directions: readonly Direction[] = [
  {
    says: 'only src/lib/matrix/engine imports the Matrix SDK',
    breaks: ({ from, target }) => matrixSdk(target) && !within('src/lib/matrix/engine')(from),
    sample: sample('src/lib/rooms/list.svelte.ts', "export type { Room } from 'matrix-js-sdk/lib/models/room';")
  },
  {
    says: 'only src/lib/media imports livekit-client',
    breaks: ({ from, target }) => isPackage('livekit-client')(target) && !within('src/lib/media')(from),
    sample: sample('src/lib/calls/call.svelte.ts', "const { Room } = await import('livekit-client');")
  },
  {
    says: 'bridges, zone and synapse import nothing of the app',
    breaks: ({ from, target }) => within('bridges', 'zone', 'synapse')(from) && within('src')(target),
    sample: sample('zone/plan.ts', "import type { Failure } from '../src/lib/matrix/failure.ts';")
  },
  {
    says: 'protocol imports nothing outside itself (its tests may use packages)',
    breaks: ({ from, target }) =>
      within('protocol')(from) && !within('protocol')(target) && (!isTest(from) || house(target)),
    sample: sample('protocol/call/machine.ts', "import { z } from 'zod';")
  },
  {
    says: 'design pieces know no Matrix and no feature',
    breaks: ({ from, target }) =>
      within('src/lib/ui')(from) &&
      within('src/lib', 'src/routes')(target) &&
      !within('src/lib/ui', 'src/lib/paraglide', 'src/lib/platform')(target),
    sample: sample(
      'src/lib/ui/Avatar.svelte',
      '<script>',
      "import type { Person } from '$lib/matrix/values';",
      '</script>'
    )
  },
  {
    says: 'only the ports stand between the engine and the app',
    breaks: ({ from, target }) =>
      within('src/lib/matrix/engine')(target) && !within('src/lib/matrix')(from) && !isTest(from),
    sample: sample(
      'src/routes/+page.svelte',
      '<script>',
      "import { start } from '$lib/matrix/engine/engine.ts';",
      '</script>'
    )
  },
  {
    says: 'the fake is for tests and examples',
    breaks: ({ from, target }) =>
      within('src/lib/matrix/fake')(target) &&
      from !== doorToExamples &&
      !within('src/lib/matrix/fake')(from) &&
      !isTest(from) &&
      !isExample(from),
    sample: sample('src/lib/rooms/Rooms.svelte', '<script lang="ts">', "import '$lib/matrix/fake';", '</script>')
  },
  {
    says: 'the fake knows neither the SDK nor the engine nor Svelte',
    breaks: ({ from, target }) =>
      within('src/lib/matrix/fake')(from) && (within('src/lib/matrix/engine')(target) || isPackage('svelte')(target)),
    sample: sample('src/lib/matrix/fake/zone.ts', "import { tick } from 'svelte';")
  },
  {
    says: 'a connector imports the kernel, never another connector',
    breaks: ({ from, target }) => {
      const [connector, other] = [from, target].map((path) => /^bridges\/([^/]+)\//.exec(path)?.[1]);
      return Boolean(connector && other && connector !== other && other !== 'kernel');
    },
    sample: sample('bridges/sip/connector.ts', "import { stanza } from '../xmpp/stanza.ts';")
  },
  {
    says: 'what the app is made of imports no test',
    breaks: ({ from, target }) => within('tests')(target) && !isTest(from) && !/\.config\.[jt]s$/.test(from),
    sample: sample('src/lib/rooms/rooms.ts', "import { until } from '../../../tests/contract/until.ts';")
  }
];

const ruleOf =
  ({ breaks }: Direction): Rule =>
  (files) =>
    files
      .flatMap(importsOf)
      .filter(breaks)
      .map(({ from, target }) => `${from} imports ${target}`);

const emptyNames = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'managers', 'misc']);

/** No file or folder is named after nothing. */
const tellingNames: Rule = (files) =>
  files
    .filter(({ path }) =>
      path
        .split('/')
        .flatMap((part) =>
          part
            .replace(/([a-z\d])([A-Z])/g, '$1-$2')
            .toLowerCase()
            .split(/[^a-z\d]+/)
        )
        .some((word) => emptyNames.has(word))
    )
    .map(({ path }) => `${path} has a name that says nothing`);

/** A longer file says in its first ten lines why it is "longer than 300 lines". */
const shortFiles: Rule = (files) =>
  files
    .filter(({ path }) => /\.(?:svelte|css|py|lua|sh|[cm]?[jt]s)$/.test(path))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n') }))
    .filter(({ lines }) => lines.length > 300 && !/longer than 300 lines/i.test(lines.slice(0, 10).join('\n')))
    .map(({ path, lines }) => `${path} has ${lines.length} lines and does not say why`);

describe('the directions of the house', () => {
  const files = sources();

  it.each(directions)('$says', (direction) => {
    const rule = ruleOf(direction);
    expect(rule([direction.sample]), 'the rule sees its own sample').not.toEqual([]);
    expect(rule(files)).toEqual([]);
  });

  it('no rule forbids what the map allows', () => {
    const allowed = [
      sample('src/lib/matrix/engine/engine.ts', "import { createClient } from 'matrix-js-sdk/lib/client.js';"),
      sample('src/lib/matrix/remote/connect.ts', "import type { Engine } from '../engine/engine.ts';"),
      sample('protocol/address.test.ts', "import { it } from 'vitest';", "import { isUserId } from './address.ts';"),
      sample('zone/plan.ts', "import { isLocalpart } from '../protocol/address.ts';"),
      sample('src/lib/ui/Button.svelte', '<script>', "import { m } from '$lib/paraglide/messages';", '</script>'),
      sample(
        'src/routes/examples/+page.svelte',
        '<script>',
        "import { examples } from '$lib/matrix/fake/examples';",
        '</script>'
      ),
      sample('bridges/sip/connector.ts', "import type { Connector } from '../kernel/connector.ts';")
    ];
    expect(allowed.flatMap(importsOf).length).toBe(allowed.length + 1);
    expect(directions.flatMap((direction) => ruleOf(direction)(allowed))).toEqual([]);
  });

  it('names say what a thing is', () => {
    const bad = ['src/lib/utils/time.ts', 'src/lib/rooms/RoomManager.ts', 'zone/misc.ts', 'src/lib/date-helpers.ts'];
    expect(tellingNames(bad.map((path) => sample(path))).length).toBe(bad.length);
    expect(tellingNames([sample('src/lib/community/committee.ts')])).toEqual([]);
    expect(tellingNames(files)).toEqual([]);
  });

  it('files can be read in one sitting', () => {
    const long = 'line\n'.repeat(301);
    expect(shortFiles([sample('src/lib/a.ts', long), sample('LICENSE', long)]).length).toBe(1);
    expect(shortFiles([sample('src/lib/a.ts', `/* Longer than 300 lines: one table. */\n${long}`)])).toEqual([]);
    expect(shortFiles(files)).toEqual([]);
  });
});
