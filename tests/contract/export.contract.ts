import { strFromU8, unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { newTransaction } from '../../src/lib/matrix/transaction.ts';
import type { ExportForm, Export, RoomId } from '../../src/lib/matrix/values.ts';
import { elsewhere, expectFailure, gathering, messages, newcomer, said, type Actor, type Stage } from './stage.ts';
import { until, watch } from './until.ts';

const words = {
  language: 'en',
  title: 'What is hers',
  deleted: '(deleted)',
  unreadable: '(sealed)',
  unsupported: '(unknown)'
};
const [all, wordsAlone]: readonly ExportForm[] = [
  { files: true, words },
  { files: false, words }
];

const isReady = (state: Export): state is Extract<Export, { state: 'ready' }> => state.state === 'ready';

/** All that is one's own, to take along. */
export function exportContract(stage: () => Stage): void {
  describe('one’s own data', () => {
    let anna: Actor;
    let berta: Actor;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
    }, 60_000);

    async function download(person: Actor, form = all ?? expect.fail()) {
      await person.export.begin(form);
      const ended = await until(person.export.state(), ({ state }) => state === 'ready' || state === 'failed');
      if (!isReady(ended)) return expect.fail(JSON.stringify(ended));
      const archive = await person.export.archive();
      expect(archive.size).toBe(ended.bytes);
      const files = unzipSync(new Uint8Array(await archive.arrayBuffer()));
      await person.export.cancel();
      const names = Object.keys(files);
      const text = (name: string) => strFromU8(files[name] ?? expect.fail(`no ${name} among ${names.join(', ')}`));
      /** The record of a conversation, and its page. */
      const conversation = (room: RoomId) => {
        const name = names.find((one) => one.startsWith('conversations/') && text(one).startsWith(`{"id":"${room}"`));
        if (!name) return expect.fail(`${room} is not there`);
        return { record: JSON.parse(text(name)), page: text(name.replace(/json$/, 'html')) };
      };
      const whole = names.map((name) => `${name}\n${text(name)}`).join('\n');
      return { ended, files, names, text, conversation, whole };
    }

    for (const sealed of [false, true]) {
      it(`holds what was said, by oneself and by others, as it stands now, sealed: ${sealed}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        await said(anna, room, 'the ladder is in the shed');
        const edited = await said(berta, room, 'we eat at eight');
        const deleted = await said(berta, room, 'a mistake of yesterday');
        await berta.timelines.edit(room, deleted, { text: 'a mistake of today' }, newTransaction());
        await berta.timelines.edit(room, edited, { text: 'we eat at nine' }, newTransaction());
        await berta.timelines.delete(room, deleted, '', newTransaction());
        await said(berta, room, 'I bring <b>walnuts</b>');
        await until(anna.timelines.rows(room), (timeline) => messages(timeline).length === 4);
        const { conversation, whole, ended, text } = await download(anna);
        const { record, page } = conversation(room);
        expect(record).toMatchObject({ kind: 'room', membership: 'joined', sealed });
        expect(record.members).toContainEqual({ id: berta.id, name: berta.name, membership: 'joined', role: 'member' });
        expect(record.members).toContainEqual({ id: anna.id, name: anna.name, membership: 'joined', role: 'creator' });
        for (const one of ['the ladder is in the shed', 'we eat at nine', 'I bring <b>walnuts</b>'])
          expect(JSON.stringify(record.events)).toContain(one);
        const order = [anna.name, 'the ladder is in the shed', 'we eat at nine', words.deleted, 'walnuts'];
        const places = order.map((one) => page.indexOf(one));
        expect(places).not.toContain(-1);
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        expect(page).toContain(berta.name);
        expect(page).not.toContain('we eat at eight');
        expect(page).not.toContain('<b>walnuts');
        expect(whole).not.toContain('a mistake of');
        expect(ended).toMatchObject({ unreadable: 0, filesLeftOut: 0, roomsLeftOut: 0 });
        expect(text('index.html')).toContain('.html"');
        expect(JSON.parse(text('conversations.json'))).toContainEqual(expect.objectContaining({ id: room, sealed }));
      }, 60_000);

      it(`holds one’s own files, opened, where one wants them, sealed: ${sealed}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        for (const person of [anna, berta]) {
          const bytes = new Blob([`written by ${person.name}`]);
          const file = { kind: 'file', name: `../${person.name}.txt`, bytes } as const;
          await person.timelines.send(room, { text: '', file }, newTransaction());
        }
        await until(anna.timelines.rows(room), (timeline) =>
          messages(timeline).every(({ event }, _at, { length }) => event !== null && length === 2)
        );
        const { names, text, conversation } = await download(anna);
        const name = names.find((one) => one.startsWith('files/') && one.endsWith(`${anna.name}.txt`));
        expect(text(name ?? expect.fail(names.join(', ')))).toBe(`written by ${anna.name}`);
        expect(name?.split('/')).not.toContain('..');
        expect(conversation(room).page).toContain(`${anna.name}.txt</bdi></a>`);
        expect(names.filter((one) => one.includes(berta.name))).toEqual([]);
        expect((await download(anna, wordsAlone)).names.filter((one) => one.startsWith('files/'))).toEqual([]);
      }, 60_000);
    }

    it('lets nobody in and opens nothing', async () => {
      const carla = await newcomer(stage(), 'carla');
      const { key } = await carla.recovery.setUp(carla.password);
      await until(carla.recovery.state(), (state) => state.state === 'ready' && state.left === 0);
      const { whole, text, names } = await download(carla);
      expect(JSON.parse(text('profile.json'))).toMatchObject({ user_id: carla.id, displayname: carla.name });
      expect(JSON.parse(text('devices.json'))).toHaveLength(1);
      expect(names).toContain('account-data.json');
      expect(text('account-data.json')).not.toMatch(/"(?:ciphertext|passphrase|mac|iv)"/);
      expect(whole.replace(/\s/g, '')).not.toContain(key.replace(/\s/g, ''));
      expect(whole).not.toContain(carla.password);
      expect(whole).not.toMatch(/access_token|\bsyt_|"p256dh"/);
    }, 60_000);

    it('says how much of it cannot be opened here', async () => {
      const carla = await newcomer(stage(), 'carla');
      const room = await gathering({ sealed: true }, carla);
      await said(carla, room, 'the beehive hums');
      const other = await elsewhere(stage(), carla);
      await until(other.conversations.one(room), (one) => one !== null);
      const { ended, conversation, whole } = await download(other);
      expect(ended.unreadable).toBe(1);
      expect(conversation(room).page).toContain(words.unreadable);
      expect(whole).not.toContain('beehive');
    }, 60_000);

    it('stands still where the zone does not answer, says so, and goes on', async () => {
      const state = watch(anna.export.state());
      const restore = await stage().cut(anna.browser);
      await anna.export.begin(all ?? expect.fail());
      expect(await state.until((now) => now.state === 'failed')).toEqual({ state: 'failed', reason: 'unreachable' });
      await expectFailure(anna.export.archive(), 'not-found');
      await restore();
      await anna.export.begin(all ?? expect.fail());
      await state.until(isReady);
      const readings = state.seen.flatMap((now) => (now.state === 'reading' ? [now.done] : []));
      expect(readings).toEqual(readings.toSorted((a, b) => a - b));
      await anna.export.cancel();
    }, 60_000);

    it('can be left at any time, and then nothing of it is there', async () => {
      const state = watch(anna.export.state());
      await anna.export.begin(all ?? expect.fail());
      await state.until((now) => now.state === 'reading');
      await anna.export.cancel();
      await state.until((now) => now.state === 'idle');
      await expectFailure(anna.export.archive(), 'not-found');
      await anna.export.begin(all ?? expect.fail());
      await state.until(isReady);
      await anna.export.archive();
      await anna.export.cancel();
      await state.until((now) => now.state === 'idle');
      await expectFailure(anna.export.archive(), 'not-found');
      // What was left does not come back by itself.
      expect(state.seen.filter(isReady)).toHaveLength(1);
    }, 60_000);
  });
}
