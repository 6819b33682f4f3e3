import { feeds } from '../methods.ts';
import type { RoomId, TransactionId, UserId } from '../values.ts';
import { richOf } from '../writing/rich.ts';
import { createFake } from './index.ts';
import { filesOfAllKinds } from './file-examples.ts';
import { pagesOf } from './link-examples.ts';
import { eveningPicture } from './scene.ts';
import { neighbourhood, password, type Neighbourhood } from './neighbourhood.ts';

/** A state of the whole app, for component tests, screenshots and the page of examples. */
export type Example = Pick<Neighbourhood, 'browser' | 'clock'> & {
  /** Null where nobody is signed in. */
  readonly account: UserId | null;
  /** The conversation to show. */
  readonly room: RoomId | null;
};

const day = 86_400_000;

async function start(room: keyof Neighbourhood['rooms'] = 'marta'): Promise<Neighbourhood & Example> {
  const made = await neighbourhood();
  return { ...made, room: made.rooms[room] };
}

/** Every state that a view of messages has. Each call builds a new one. */
export const examples = {
  /** Nobody is signed in; registration is open. */
  nobody: async (): Promise<Example> => {
    const clock = { at: Date.UTC(2026, 4, 14) };
    return { browser: createFake({ now: () => clock.at }), account: null, room: null, clock };
  },
  /** Somebody has just registered: the plaza alone, recovery not set up. */
  newcomer: async (): Promise<Example> => {
    const clock = { at: Date.UTC(2026, 4, 14) };
    const browser = createFake({ now: () => clock.at });
    const { id } = await browser.accounts.register({ name: 'alba', password });
    return { browser, account: id, room: browser.zone.plaza.id, clock };
  },
  /** An account without any conversation. */
  empty: async (): Promise<Example> => {
    const example = await examples.newcomer();
    if (example.account)
      await example.browser.account(example.account).conversations.leave(example.browser.zone.plaza.id);
    return { ...example, room: null };
  },
  /** A direct conversation, encrypted, somebody writing. */
  direct: (): Promise<Example> => start('marta'),
  /** A room with unread messages from several people, one of them of another zone. */
  plaza: (): Promise<Example> => start('plaza'),
  /** Somebody has mentioned her in the plaza, and Biel has called in vain. */
  addressed: async (): Promise<Example> => {
    const example = await start('plaza');
    const { zone, rooms, account } = example;
    zone.say(zone.plaza, zone.resident('jordi').id, 'Pots portar l’escala?', { mentions: [account] });
    const biel = zone.rooms.get(rooms.biel);
    if (biel) zone.ring(biel, zone.resident('biel').id);
    return example;
  },
  /** An encrypted room with automatic messages and emotes. */
  room: (): Promise<Example> => start('north'),
  invitation: (): Promise<Example> => start('garden'),
  /** Nothing is known yet: every feed but the accounts waits. */
  loading: async (): Promise<Example> => {
    const example = await start();
    for (const [port, names] of Object.entries(feeds)) {
      for (const name of names) if (port !== 'accounts') example.browser.network.hold(`${port}.${name}`);
    }
    return example;
  },
  /** The conversation waits for its rows; the list is there. */
  loadingRows: async (): Promise<Example> => {
    const example = await start();
    example.browser.network.hold('timelines.rows');
    return example;
  },
  /** Five hundred messages over three weeks; twenty are loaded. */
  long: async (): Promise<Example> => {
    const example = await start('marta');
    const room = example.zone.plaza;
    const people = [...example.zone.people.keys()].slice(1, 6);
    for (let count = 0; count < 500; count++) {
      const sender = people[Math.floor(count / 3) % people.length];
      const at = example.clock.at - ((500 - count) * 21 * day) / 500;
      if (sender)
        example.zone.say(room, sender, `${count + 1}. ${'bla '.repeat(1 + ((count * 7) % 40)).trim()}`, { at });
    }
    return { ...example, room: room.id };
  },
  /** The same, opened at its hundredth message. */
  longElsewhere: async (): Promise<Example> => {
    const example = await examples.long();
    const hundredth = example.browser.zone.plaza
      .state()
      .lines.find(
        ({ content }) =>
          content.type === 'message' && content.body.type === 'text' && content.body.text.startsWith('100. ')
      );
    const ports = example.account && example.browser.account(example.account);
    if (example.room && hundredth) await ports?.timelines.jump(example.room, { event: hundredth.id });
    return example;
  },
  /** Reading further back has failed. */
  olderFailed: async (): Promise<Example> => {
    const example = await examples.long();
    example.browser.network.failNext('timelines.older', 'unreachable');
    const ports = example.account && example.browser.account(example.account);
    if (example.room) await ports?.timelines.older(example.room).catch(() => undefined);
    return example;
  },
  /** A message of each kind that has no text to show, and an edited one. */
  unreadable: async (): Promise<Example> => {
    const example = await start('marta');
    const room = example.zone.rooms.get(example.rooms.marta);
    const sender = example.zone.resident('marta').id;
    for (const body of [
      { type: 'unreadable', cause: 'waiting' },
      { type: 'unreadable', cause: 'no-key' },
      { type: 'unreadable', cause: 'before-joining' },
      { type: 'deleted' },
      { type: 'unsupported' },
      { type: 'file', kind: 'video', name: 'terrat.mp4' }
    ] as const) {
      if (room) example.zone.say(room, sender, body);
    }
    if (room) example.zone.say(room, sender, 'Ara sí, a les set.', { edited: true });
    return example;
  },
  /** A file of each kind, with and without words, one's own on its way and one that was refused, and some that cannot be had. */
  files: async (): Promise<Example> => {
    const example = await start('marta');
    const { zone, rooms, account, browser } = example;
    const room = zone.rooms.get(rooms.marta);
    for (const body of filesOfAllKinds) if (room) zone.say(room, zone.resident('marta').id, body);
    const { timelines } = browser.account(account);
    const bytes = eveningPicture();
    const [refused, going] = [nameOf(example), nameOf(example)];
    browser.network.failNext('outbox', 'too-large');
    await timelines.send(rooms.marta, { text: '', file: { kind: 'file', name: 'tot.iso', bytes } }, refused);
    await settled(example, refused);
    browser.network.hold('upload');
    const picture = { kind: 'image', name: 'vespre.bmp', bytes, shape: { width: 600, height: 344 } } as const;
    await timelines.send(rooms.marta, { text: 'Des del terrat', file: picture }, going);
    return example;
  },
  /** Messages that people have answered by signs, one by more than a line holds. */
  reactions: async (): Promise<Example> => {
    const example = await start('plaza');
    const { zone, account } = example;
    const people = [...zone.people.keys()].slice(1);
    const messages = zone.plaza.state().lines.filter(({ content }) => content.type === 'message');
    const [many, few] = messages.slice(-2);
    if (few) for (const person of people.slice(0, 2)) zone.react(zone.plaza, person, few.id, '👍');
    if (few) zone.react(zone.plaza, account, few.id, '👍');
    for (const [index, key] of ['🥖', '❤️', '😂', '🎉', '🙏', '👀', '🔥', '💯', '😮', '✅', '🚲', '🌧️'].entries())
      for (const person of people.slice(0, 1 + (index % people.length)))
        if (many) zone.react(zone.plaza, person, many.id, key);
    return example;
  },
  /** Every format that a message can have, of others and of oneself. */
  formatted: async (): Promise<Example> => {
    const example = await start('plaza');
    const { zone, account } = example;
    const marta = zone.resident('marta').id;
    const say = (sender: UserId, html: string, text = '…') => {
      const rich = richOf(html, text);
      zone.say(zone.plaza, sender, { type: 'text', style: 'plain', text, ...(rich && { rich }) });
    };
    say(
      marta,
      `Bon dia, <a href="https://matrix.to/#/${account}">Alba</a> i <a href="https://matrix.to/#/@jordi:zone.example">Jordi</a>! <strong>Dissabte</strong> a les <code>9:00</code>, <em>sense</em> <del>falta</del> <u>excuses</u>: <a href="https://guifi.net/mapa">el mapa</a>. H<sub>2</sub>O, m<sup>2</sup>.`
    );
    say(
      marta,
      `<h1>Acta</h1><p>Què hem dit:</p><ol start="3"><li>El node <strong>nou</strong><ul><li>l’antena</li><li>el cable</li></ul></li><li>La quota</li></ol><blockquote><p>Qui no plora no mama.</p></blockquote><hr><table><thead><tr><th>Node</th><th>Qui</th></tr></thead><tbody><tr><td>Verdi 40</td><td>Jordi</td></tr></tbody></table>`
    );
    say(
      account,
      `<p>Prova-ho així:</p><pre><code class="language-sh">ping -c 3 10.228.0.1 # i si respon, mira també que el camí de tornada sigui el mateix
ip route get 10.228.0.1
</code></pre>`
    );
    say(marta, 'El final: <span data-mx-spoiler="la pel·lícula">tots dormien</span>');
    return example;
  },
  /** Links to a page with a picture, to one that says little, and to one that says nothing. */
  links: async (): Promise<Example> => {
    const example = await start('plaza');
    const { zone, account } = example;
    zone.pages = pagesOf(zone);
    const marta = zone.resident('marta').id;
    zone.say(zone.plaza, marta, 'El forn obre dissabte: https://forn.example/obrim');
    zone.say(zone.plaza, account, 'I el mapa? https://mapa.example/');
    zone.say(zone.plaza, marta, 'https://res.example/un/cami és tot el que sé.');
    return example;
  },
  /** One message failed, one waits for it to be tried again. */
  failed: async (): Promise<Example> => {
    const example = await start('marta');
    const { timelines } = example.browser.account(example.account);
    example.browser.network.failNext('outbox', 'too-large');
    const transaction = nameOf(example);
    await timelines.send(example.rooms.marta, { text: 'Aquest missatge no ha sortit.' }, transaction);
    await settled(example, transaction);
    return example;
  },
  /** No network: two messages wait. */
  offline: async (): Promise<Example> => {
    const example = await start('marta');
    example.browser.network.cut();
    const { timelines } = example.browser.account(example.account);
    await timelines.send(example.rooms.marta, { text: 'Ara no tinc cobertura.' }, nameOf(example));
    await timelines.send(example.rooms.marta, { text: 'T’arribarà quan torni.' }, nameOf(example));
    return example;
  },
  /** This browser has no room for what is new. */
  full: async (): Promise<Example> => {
    const example = await start();
    example.browser.keep(example.account, 'memory');
    return example;
  },
  /** This browser has lost the keys of its device. */
  keysLost: async (): Promise<Example> => {
    const example = await start();
    example.browser.keep(example.account, 'keys-lost');
    return example;
  },
  /** The server no longer takes this browser's token. */
  signedOut: async (): Promise<Example> => {
    const example = await start();
    example.browser.revoke(example.account);
    return example;
  },
  /** Two accounts share this browser; the session of a third has ended. */
  several: async (): Promise<Example> => {
    const example = await start();
    await example.browser.accounts.register({ name: 'ona', password });
    const { id } = await example.browser.accounts.register({ name: 'teo', password });
    example.browser.revoke(id);
    return example;
  },
  /** Recovery is set up on another device; the history is not readable here. */
  locked: async (): Promise<Example> => {
    const example = await start();
    await example.browser.account(example.account).recovery.setUp(password);
    const browser = example.zone.browser();
    await browser.accounts.signIn({ name: 'alba', password });
    return { ...example, browser };
  },
  recovered: async (): Promise<Example> => {
    const example = await start();
    await example.browser.account(example.account).recovery.setUp(password);
    return example;
  },
  /** A thousand conversations. */
  many: async (): Promise<Example> => {
    const example = await start();
    for (let count = 1; count <= 1000; count++) {
      example.zone.open(example.account, { name: `Sala ${count}`, sealed: count % 2 === 0 });
    }
    return example;
  }
} as const satisfies Record<string, () => Promise<Example>>;

/** The same each time that an example is built. */
const nameOf = ({ zone }: Neighbourhood): TransactionId => zone.coin('transaction') as TransactionId;

/** Resolves when the outbox is done with a message. */
function settled({ browser, account, rooms }: Neighbourhood, transaction: TransactionId): Promise<void> {
  const rows = browser.account(account).timelines.rows(rooms.marta);
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    const row = rows.current?.rows.find(({ key }) => key === transaction);
    const delivery = row?.kind === 'message' ? row.delivery : null;
    const waits =
      delivery === 'queued' ||
      delivery === 'sending' ||
      (typeof delivery === 'object' && delivery && 'uploaded' in delivery);
    if (delivery && !waits) resolve();
  };
  const stop = rows.subscribe(look);
  look();
  return promise.finally(stop);
}

export type ExampleName = keyof typeof examples;
