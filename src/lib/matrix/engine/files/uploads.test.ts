import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openFile } from '../../media/sealed-file.ts';
import { newTransaction } from '../../transaction.ts';
import type { FileSeal } from '../../values.ts';
import { contentOfFile } from '../../writing/file-content.ts';
import { room } from '../testing/examples.ts';
import type { Server } from '../server.ts';
import type { OutboxItem } from '../store/database.ts';
import { send, startOutbox, took } from '../testing/outbox-session.ts';
import { settled, type Asked } from '../testing/scripted-server.ts';
import { Uploads } from './uploads.ts';

let names = 0;
let name: string;
beforeEach(() => {
  name = `uploads-${names++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
});

const upload = /\/media\/v3\/upload$/;
const bytes = new Blob(['the minutes'], { type: 'application/pdf' });
const thumbnail = new Blob(['small'], { type: 'image/webp' });
const words = { msgtype: 'm.text', body: '' };

async function start(more: Parameters<typeof startOutbox>[1] = {}) {
  const session = await startOutbox(name, more);
  const attach = async (preview?: Blob) => {
    const transaction = newTransaction();
    const content = contentOfFile({ kind: 'file', name: 'acta.pdf', bytes }, words);
    const file = { bytes, ...(preview && { thumbnail: preview }) };
    await session.outbox.add(room, 'm.room.message', content, transaction, file);
    return transaction;
  };
  const put = () => session.zone.next('POST', upload);
  return { ...session, attach, put };
}
const stored = (asked: Asked, id: string) => asked.reply({ content_uri: `mxc://zone.test/${id}` });

describe('a file', () => {
  it('is at the zone before its message is sent, under its name and type', async () => {
    const { attach, put, next, zone, store } = await start();
    await attach();
    const asked = await put();
    expect(asked.query.get('filename')).toBe('acta.pdf');
    expect(asked.headers.get('content-type')).toBe('application/pdf');
    expect(asked.headers.get('authorization')).toBe('Bearer a-secret-token');
    expect(await asked.bytes?.text()).toBe('the minutes');
    expect(zone.asked('PUT', send)).toEqual([]);
    stored(asked, 'here');
    const message = await next();
    expect(message.body).toMatchObject({ msgtype: 'm.file', url: 'mxc://zone.test/here', info: { size: 11 } });
    took(message);
    await settled();
    expect(await store.outbox()).toEqual([]);
  });

  it('is sealed where the conversation is: the zone learns neither its name nor its kind', async () => {
    const { attach, put, next } = await start({ encrypts: () => true });
    await attach(thumbnail);
    const asked: Asked[] = [];
    for (const id of ['small', 'large']) {
      const one = await put();
      asked.push(one);
      expect(one.query.get('filename')).toBeNull();
      expect(one.headers.get('content-type')).toBe('application/octet-stream');
      stored(one, id);
    }
    const { body } = await next();
    expect(body).not.toHaveProperty('url');
    const { file, info } = body as { file: Sent; info: { thumbnail_file: Sent } };
    for (const [sent, one, text] of [
      [info.thumbnail_file, asked[0], 'small'],
      [file, asked[1], 'the minutes']
    ] as const) {
      const closed = (await one?.bytes?.arrayBuffer()) ?? expect.fail('nothing was sent');
      expect(new TextDecoder().decode(closed)).not.toBe(text);
      expect(new TextDecoder().decode(await openFile(closed, sealIn(sent)))).toBe(text);
    }
  });

  it('that is there is not sent again after a reload: only its message is', async () => {
    const { attach, put, next, stop } = await start();
    const transaction = await attach();
    stored(await put(), 'here');
    await next();
    await stop();
    const later = await start();
    const message = await later.next();
    expect(message.path.endsWith(transaction)).toBe(true);
    expect(message.body).toMatchObject({ url: 'mxc://zone.test/here' });
    expect(later.zone.asked('POST', upload)).toEqual([]);
  });

  it('that was cut off is sent anew, also after a reload, and named once', async () => {
    const first = await start();
    await first.attach();
    (await first.put()).lose();
    await settled();
    expect(first.waiting()).toMatchObject([['acta.pdf', 'queued']]);
    await first.stop();
    const later = await start();
    const again = await later.put();
    expect(await again.bytes?.text()).toBe('the minutes');
    stored(again, 'second');
    expect((await later.next()).body).toMatchObject({ url: 'mxc://zone.test/second' });
  });

  it('that lies in clear goes again, sealed, where the conversation became encrypted meanwhile', async () => {
    let sealed = false;
    const seal = async (_room: unknown, type: string, content: Record<string, unknown>) =>
      sealed ? { type: 'm.room.encrypted', content: { hidden: content } } : { type, content };
    const { attach, put, next, zone } = await start({ encrypts: () => sealed, seal });
    await attach();
    const plain = await put();
    sealed = true;
    stored(plain, 'clear');
    const closed = await put();
    expect(await closed.bytes?.text()).not.toBe('the minutes');
    stored(closed, 'sealed');
    const message = await next();
    expect(message.body).toMatchObject({ hidden: { file: { url: 'mxc://zone.test/sealed' } } });
    expect(message.body).not.toHaveProperty('hidden.url');
    expect(zone.asked('PUT', send)).toHaveLength(1);
  });

  it('is taken back while it is on its way: it stops, and what waits behind it goes', async () => {
    const { attach, put, next, outbox, say } = await start();
    const transaction = await attach();
    await say('behind');
    const asked = await put();
    expect(outbox.of(room)[0]).toMatchObject({ uploaded: 0, sending: false });
    await outbox.cancel(transaction);
    expect(asked.aborted).toBe(true);
    expect((await next()).body).toMatchObject({ body: 'behind' });
    expect(outbox.of(room)).toHaveLength(1);
    expect(outbox.file(transaction)).toBeUndefined();
  });

  it('is taken back before it is on its way: nothing of it leaves', async () => {
    const known = Promise.withResolvers<boolean>();
    const { attach, zone, outbox, next, say } = await start({ encrypts: () => known.promise });
    const transaction = await attach();
    await settled();
    await outbox.cancel(transaction);
    await say('behind');
    known.resolve(false);
    expect((await next()).body).toMatchObject({ body: 'behind' });
    expect(zone.asked('POST', upload)).toEqual([]);
  });

  it('that is refused by its conversation lies where it lies: tried again, only its message goes', async () => {
    const { attach, put, next, outbox, zone } = await start();
    const transaction = await attach();
    stored(await put(), 'here');
    (await next()).refuse(403, 'M_FORBIDDEN');
    await vi.waitFor(() => expect(outbox.of(room)).toMatchObject([{ failed: 'forbidden' }]));
    await outbox.retry(transaction);
    expect((await next()).body).toMatchObject({ url: 'mxc://zone.test/here' });
    expect(zone.asked('POST', upload)).toHaveLength(1);
  });

  it('that is larger than the zone takes is not even sent', async () => {
    const { attach, zone, outbox } = await start({ largestFile: 10 });
    await attach();
    await vi.waitFor(() => expect(outbox.of(room)).toMatchObject([{ failed: 'too-large' }]));
    expect(zone.asked('POST', upload)).toEqual([]);
  });

  it('that the zone refuses all the same says why', async () => {
    const { attach, put, outbox } = await start();
    await attach();
    (await put()).refuse(413, 'M_TOO_LARGE');
    await vi.waitFor(() => expect(outbox.of(room)).toMatchObject([{ failed: 'too-large' }]));
  });
});

describe('a file of 500 MB', () => {
  /** It has no bytes: whoever reads them finds out. */
  function large() {
    const file = new Blob([]);
    const read = vi.fn(() => expect.fail('somebody read it'));
    const ways = ['arrayBuffer', 'bytes', 'slice', 'stream', 'text'].map((way) => [way, { value: read }] as const);
    return Object.defineProperties(file, { size: { value: 500_000_000 }, ...Object.fromEntries(ways) });
  }
  function uploads(most: number, encrypts: boolean) {
    const sent = vi.fn<Server['send']>().mockResolvedValue({ content_uri: 'mxc://zone.test/here' });
    const server = { call: async () => ({ 'm.upload.size': most }), send: sent } as unknown as Server;
    return { sent, uploads: new Uploads({ server, encrypts: async () => encrypts }, new AbortController().signal) };
  }
  const item = { room, transaction: newTransaction(), content: {} } as unknown as OutboxItem;

  it.each([true, false])('that the zone does not take is neither read nor sent; sealed: %s', async (encrypts) => {
    const { sent, uploads: one } = uploads(50_000_000, encrypts);
    await expect(one.place(item, { bytes: large() }, vi.fn())).rejects.toMatchObject({ reason: 'too-large' });
    await expect(one.put(large())).rejects.toMatchObject({ reason: 'too-large' });
    expect(sent).not.toHaveBeenCalled();
  });

  it('that it takes is handed on as it is: the browser reads it while it goes', async () => {
    const { sent, uploads: one } = uploads(1_000_000_000, false);
    const file = large();
    await one.place(item, { bytes: file }, vi.fn());
    expect(sent.mock.calls.map(([, , bytes]) => bytes)).toEqual([file]);
    expect(sent.mock.calls[0]?.[2]).toBe(file);
  });
});

type Sent = { key: { k: string }; iv: string; hashes: { sha256: string } };
const sealIn = ({ key, iv, hashes }: Sent): FileSeal => ({ key: key.k, iv, sha256: hashes.sha256 });
