/**
 * What journeys share: a try-out zone and a browser for all of them, people in contexts of their own, and the rule that a
 * browser has nothing to complain of.
 */
import { test as base, type Browser } from '@playwright/test';
import { launch, type Watched } from '../lab/browsers.ts';
import { openLocal } from '../lab/lab.ts';
import { Zone } from '../lab/zones.ts';
import type { Witness } from '../lab/witness.ts';
import { Person } from './pages/person.ts';

type Local = Awaited<ReturnType<typeof openLocal>>;

/** Where a test serves pages that the zone may look at. */
export const pagesAt = '127.0.0.2';

type Shared = {
  local: Local;
  /** A try-out zone at localhost, shared: use people and rooms of one's own. */
  zone: Zone;
  watched: Watched;
  /** Those whose complaints fail a test. */
  witnesses: Set<Witness>;
};

type Each = {
  /** A browser with nobody signed in, at a zone (the shared one) and in a browser (the shared one). */
  arrive: (at?: { zone?: Zone; browser?: Browser }) => Promise<Person>;
  /** Complaints that a journey brings about on purpose. */
  tolerated: RegExp[];
  quiet: void;
};

export const test = base.extend<Each, Shared>({
  local: [
    async ({}, use) => {
      const local = await openLocal();
      await use(local);
      await local.close();
    },
    { scope: 'worker' }
  ],
  zone: [
    async ({ local }, use) => {
      await use(await Zone.local(local.host, { previews: { networks: [`${pagesAt}/32`] } }));
    },
    { scope: 'worker', timeout: 120_000 }
  ],
  watched: [
    async ({ local, witnesses }, use) => {
      const watched = await launch(local.host);
      witnesses.add(watched.witness);
      await use(watched);
      await watched.browser.close();
    },
    { scope: 'worker' }
  ],
  browser: [async ({ watched }, use) => use(watched.browser), { scope: 'worker' }],
  witnesses: [async ({}, use) => use(new Set()), { scope: 'worker' }],

  arrive: async ({ zone, browser }, use) => {
    const people: Person[] = [];
    await use(async (at = {}) => {
      const person = await Person.arrive(at.browser ?? browser, (at.zone ?? zone).origin);
      people.push(person);
      return person;
    });
    await Promise.all(people.map((person) => person.close()));
  },
  tolerated: async ({}, use) => use([]),
  quiet: [
    async ({ witnesses, tolerated }, use) => {
      await use();
      const heard = [...witnesses].flatMap((witness) => witness.take());
      const unexpected = heard.filter(({ text }) => !tolerated.some((pattern) => pattern.test(text)));
      base.expect(unexpected, 'what browsers complained of').toEqual([]);
    },
    { auto: true }
  ]
});

export { expect } from '@playwright/test';
