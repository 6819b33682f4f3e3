import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Line } from '../export/source.ts';
import { Failure } from '../failure.ts';
import type { RoomId, UserId } from '../values.ts';
import { toConversation } from './conversations/conversation.ts';
import type { Crypto } from './crypto/crypto.ts';
import { ZoneData } from './export.ts';
import { AccountData } from './sync/account-data.ts';
import { fold } from './sync/record.ts';
import { Records } from './sync/records.ts';
import type { AccountDatum } from './sync/wire.ts';
import { event, me, megolm, member, redaction, room, state, update } from './testing/examples.ts';
import { ScriptedServer, type Asked } from './testing/scripted-server.ts';

const keys = { encrypted: { theKey: { iv: 'x', ciphertext: 'secret', mac: 'y' } } };
const day = 86_400_000;

type Given = {
  readonly pages?: (asked: Asked) => unknown;
  readonly data?: readonly AccountDatum[];
  readonly rules?: readonly ReturnType<typeof state>[];
  readonly crypto?: () => Promise<Crypto>;
};

function dataOf({ pages, data = [], rules = [], crypto }: Given) {
  const zone = new ScriptedServer();
  if (pages) zone.on('GET', /\/messages$/, pages);
  zone.on('GET', /\/profile\//, () => ({ displayname: 'Me', avatar_url: 'mxc://zone.test/face' }));
  zone.on('GET', /\/devices$/, () => ({ devices: [{ device_id: 'A', last_seen_ip: '192.0.2.1' }] }));
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const record = fold(undefined, room, update({ required_state: [member(me, 'join'), ...rules] }), me);
  const source = new ZoneData(
    {
      server: zone.server,
      records: new Records([record]),
      accountData: new AccountData(zone.server, me as UserId, data),
      files: { bytes: async () => new Blob(['x']) },
      crypto: crypto ?? (async () => expect.fail('nobody needs it')),
      show: (record) => toConversation(record, { me, direct: new Map(), bodyOf: () => null }),
      me
    },
    life.signal
  );
  return { zone, source };
}

async function read(source: ZoneData, id: RoomId = room): Promise<readonly Line[]> {
  const before = source.history(id);
  const all: Line[] = [];
  for (let lines = await before(); lines; lines = await before()) all.push(...lines);
  return all;
}
const wordsOf = (lines: readonly Line[]) => lines.map(({ body }) => (body?.type === 'text' ? body.text : body?.type));

describe('what the zone knows of an account', () => {
  it('is told whole, but for what keeps or opens secrets, of which the names alone', async () => {
    const secrets = [
      'm.secret_storage.default_key',
      'm.secret_storage.key.abc',
      'm.cross_signing.master',
      'm.megolm_backup.v1',
      'org.matrix.msc3814.dehydrated_device'
    ];
    const data = [
      ...secrets.map((type) => ({ type, content: { secret: 'secret' } })),
      { type: 'com.example.any', content: keys },
      { type: 'm.direct', content: { '@anna:zone.test': ['!a'] } }
    ];
    const { documents, photo } = await dataOf({ data }).source.about();
    expect(documents).toEqual({
      profile: { user_id: me, displayname: 'Me', avatar_url: 'mxc://zone.test/face' },
      devices: [{ device_id: 'A', last_seen_ip: '192.0.2.1' }],
      'account-data': { documents: [data.at(-1)], left_out: [...secrets, 'com.example.any'] }
    });
    expect(photo).toEqual({ at: 'zone', content: 'mxc://zone.test/face', seal: null });
  });
});

describe('a conversation', () => {
  it('is read to its beginning, over parts in which there is nothing, once each', async () => {
    const pages: Record<string, unknown> = {
      '': { chunk: [event('c')], end: '1' },
      1: { chunk: [], end: '2' },
      2: { chunk: [event('b'), event('a')] }
    };
    const { zone, source } = dataOf({ pages: ({ query }) => pages[query.get('from') ?? ''] });
    expect(wordsOf(await read(source))).toEqual(['c', 'b', 'a']);
    expect(zone.asked('GET', /\/messages$/).map(({ query }) => [query.get('dir'), query.get('limit')])).toEqual(
      Array.from({ length: 3 }, () => ['b', '100'])
    );
  });

  it('waits as long as the zone asks it to', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let asked = 0;
    const pages = (request: Asked) => {
      if (asked++ === 0) return void request.refuse(429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 7000 });
      return { chunk: [event('a')] };
    };
    const { source } = dataOf({ pages });
    const reading = read(source);
    await vi.advanceTimersByTimeAsync(6900);
    expect(asked).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(wordsOf(await reading)).toEqual(['a']);
  });

  it('can be asked for again where the zone did not answer, and loses nothing', async () => {
    let isLost = true;
    const pages = (request: Asked) => {
      if (request.query.get('from') === null) return { chunk: [event('b')], end: '1' };
      if (isLost) return void request.lose();
      return { chunk: [event('a')] };
    };
    const before = dataOf({ pages }).source.history(room);
    expect(wordsOf((await before()) ?? [])).toEqual(['b']);
    await expect(before()).rejects.toMatchObject({ reason: 'unreachable' });
    isLost = false;
    expect(wordsOf((await before()) ?? [])).toEqual(['a']);
    expect(await before()).toBeNull();
  });

  it('tells nothing of what was deleted, also where it was said in other words', async () => {
    const edit = event('$edit', {
      content: {
        msgtype: 'm.text',
        body: '* mistake',
        'm.new_content': { msgtype: 'm.text', body: 'mistake' },
        'm.relates_to': { rel_type: 'm.replace', event_id: '$said' }
      }
    });
    const gone = event('$said', { content: {}, unsigned: { redacted_because: {} } });
    const chunks = [
      [redaction('$said'), edit],
      [gone, event('a')]
    ];
    const pages = ({ query }: Asked) =>
      query.get('from') ? { chunk: chunks[1] } : { chunk: chunks[0], end: 'further' };
    const lines = await read(dataOf({ pages }).source);
    expect(JSON.stringify(lines)).not.toContain('mistake');
    expect(wordsOf(lines)).toEqual([undefined, 'deleted', 'a']);
  });

  it('tells nothing of what is older than it keeps', async () => {
    const [old, young] = [Date.now() - 3 * day, Date.now() - day].map((at) => ({ origin_server_ts: at }));
    const { source } = dataOf({
      rules: [state('$keeps', 'm.room.retention', { max_lifetime: 2 * day })],
      pages: () => ({ chunk: [event('young', young), event('old', old)] })
    });
    expect(wordsOf(await read(source))).toEqual(['young']);
  });

  it('stays as it is sealed where nothing here opens it, and says so', async () => {
    const sealed = event('$sealed', { type: 'm.room.encrypted', content: { ciphertext: 'x' } });
    const { source } = dataOf({
      rules: [state('$e', 'm.room.encryption', megolm)],
      crypto: () => Promise.reject(new Failure('keys-lost')),
      pages: () => ({ chunk: [sealed] })
    });
    expect(await read(source)).toMatchObject([
      { original: { content: { ciphertext: 'x' }, opened: { unreadable: 'waiting' } }, body: { type: 'unreadable' } }
    ]);
  });
});
