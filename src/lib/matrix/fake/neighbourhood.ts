import type { AccountId, Body, RoomId, UserId } from '../values.ts';
import type { FakeBrowser } from './browser.ts';
import { eveningPicture, tone } from './scene.ts';
import type { FakeRoom } from './room.ts';
import { FakeZone } from './zone.ts';

export type Neighbourhood = {
  readonly zone: FakeZone;
  /** Alba's browser, signed in as `account`. */
  readonly browser: FakeBrowser;
  readonly account: AccountId;
  readonly rooms: Readonly<Record<RoomName, RoomId>>;
  /** The present, ms since the epoch. It stands still unless a test moves it. */
  readonly clock: { at: number };
};

type RoomName = 'plaza' | 'marta' | 'biel' | 'north' | 'assembly' | 'pau' | 'garden';
type PersonName = keyof typeof names;
type Line = readonly [room: RoomName, minutesAgo: number, person: PersonName, said: string | Body];

export const password = 'a long password';
const minute = 60_000;
const day = 24 * 60;
const thursdayEvening = Date.UTC(2026, 4, 14, 16, 45);

const names = {
  alba: 'Alba Puig',
  marta: 'Marta Vidal',
  biel: 'Biel Ferrer',
  jordi: 'Jordi Casals',
  laia: 'Laia Roca',
  pau: 'Pau Soler',
  // Somebody of another zone; a name that is long, and one that is written from right to left.
  nora: 'Nora Haddad de la Font de Dalt i del Carrer de la Mare de Déu dels Desemparats',
  yusuf: 'يوسف'
} as const;

const at = (id: string) => ({ at: 'zone', content: `mxc://zone.example/${id}`, seal: null }) as const;
const shape = { width: 600, height: 344 };
const photo = { type: 'file', kind: 'image', name: 'terrat.jpg', source: at('terrat'), size: 620_000, shape } as const;
const voice = {
  type: 'file',
  kind: 'audio',
  name: 'Missatge de veu',
  source: at('veu'),
  mimetype: 'audio/wav',
  duration: 2000,
  voice: Array.from({ length: 40 }, (_, at) => 0.15 + 0.8 * Math.abs(Math.sin(at * 0.7) * Math.cos(at * 0.23)))
} as const;
const minutes = {
  type: 'file',
  kind: 'file',
  name: 'acta-assemblea-maig.pdf',
  source: at('acta'),
  size: 184_320
} as const;
const automatic = (text: string): Body => ({ type: 'text', style: 'automatic', text });
const emote = (text: string): Body => ({ type: 'text', style: 'emote', text });

/** What was said, oldest first. */
const lines: readonly Line[] = [
  ['pau', 3 * day, 'pau', 'Ens veiem a les 9'],
  ['assembly', 2 * day + 200, 'laia', 'Bon dia! Us passo l’acta de l’assemblea.'],
  ['assembly', 2 * day + 199, 'laia', minutes],
  ['plaza', day + 340, 'jordi', 'El forn tanca dilluns. Algú sap si la font del carrer de Verdi torna a rajar?'],
  ['plaza', day + 338, 'nora', 'Sí, des d’ahir. <b>Gràcies</b> a la gent de l’ajuntament 🙂'],
  ['plaza', day + 330, 'yusuf', 'شكرا جزيلا للجميع'],
  ['north', 150, 'biel', 'El node de la biblioteca no respon des de les dues.'],
  ['north', 149, 'biel', automatic('biblioteca.nord: sense resposta, 3 intents')],
  ['north', 121, 'jordi', emote('puja al terrat amb l’escala')],
  ['north', 118, 'alba', 'Li he canviat la font d’alimentació.'],
  ['north', 117, 'alba', 'El node ja respon.'],
  ['biel', 104, 'biel', 'Tens un moment? Mira-t’ho quan puguis: https://example.org/mapes/xarxa?zoom=14&lat=41.40'],
  ['biel', 100, 'biel', voice],
  ['marta', 24, 'marta', 'Has vist com ha quedat el terrat amb l’antena nova?'],
  ['marta', 24, 'marta', photo],
  ['marta', 20, 'alba', 'Preciós! I ara arribem bé fins a l’escola?'],
  ['plaza', 19, 'laia', 'Dissabte netegem el pati. Porteu guants.'],
  ['plaza', 17, 'nora', 'Hi vinc amb les nenes'],
  ['plaza', 15, 'jordi', 'Qui baixa dissabte?'],
  ['marta', 12, 'marta', 'Sí, 80 megues de sobres.'],
  ['marta', 3, 'marta', 'Et truco quan arribi a casa']
];

/** A zone with a dozen people and conversations of each kind, as Alba sees it on a Thursday evening. */
export async function neighbourhood(options: { at?: number } = {}): Promise<Neighbourhood> {
  const clock = { at: options.at ?? thursdayEvening };
  const now = clock.at;
  const zone = new FakeZone({ name: 'zone.example', now: () => clock.at });
  clock.at = now - 5 * day * minute;
  const browser = zone.browser();
  const { id: account } = await browser.accounts.register({ name: 'alba', password });
  zone.resident('alba').name = names.alba;
  const people = settle(zone, account);
  const rooms = furnish(zone, people);
  for (const [room, minutesAgo, person, said] of lines) {
    zone.say(rooms[room], people[person], said, { at: now - minutesAgo * minute });
  }
  clock.at = now;
  zone.media.set(photo.source.content, eveningPicture());
  zone.media.set(voice.source.content, tone());
  zone.media.set(minutes.source.content, new Blob(['acta']));
  await markRead(zone, rooms, people);
  zone.member(rooms.garden, people.laia, account, 'invited');
  rooms.marta.typing.add(people.marta);
  zone.changed();
  const ids = Object.fromEntries(Object.entries(rooms).map(([name, room]) => [name, room.id]));
  return { zone, browser, account, clock, rooms: ids as Record<RoomName, RoomId> };
}

function settle(zone: FakeZone, alba: UserId): Record<PersonName, UserId> {
  const ids = Object.entries(names).map(([local, name]) => {
    if (local === 'alba') return [local, alba] as const;
    const foreign = local === 'nora';
    const id = foreign ? (`@nora:far.example` as UserId) : zone.enrol({ name: local, password }).id;
    if (foreign) zone.meet({ id, name });
    else zone.resident(local).name = name;
    return [local, id] as const;
  });
  return Object.fromEntries(ids) as Record<PersonName, UserId>;
}

function furnish(zone: FakeZone, people: Record<PersonName, UserId>): Record<RoomName, FakeRoom> {
  const { alba, marta, biel, jordi, laia, pau, nora } = people;
  const room = (creator: UserId, form: Parameters<FakeZone['open']>[1], ...others: UserId[]) => {
    const made = zone.open(creator, form);
    for (const person of others) zone.member(made, creator, person, 'invited');
    for (const person of others) zone.member(made, person, person, 'joined');
    return made;
  };
  const direct = { direct: true, sealed: true };
  zone.member(zone.plaza, nora, nora, 'joined');
  zone.plaza.moderators.set(laia, 'moderator');
  const north = { name: 'Xarxa nord', topic: 'Nodes, antenes i terrats del nord del barri', sealed: true };
  const garden = { name: 'Hort del carrer', topic: 'Torns de reg i collita', sealed: true };
  return {
    plaza: zone.plaza,
    pau: room(pau, direct, alba),
    assembly: room(
      laia,
      { name: 'Assemblea', topic: 'Cada primer dilluns, a les set', door: 'open' },
      alba,
      jordi,
      biel
    ),
    north: room(biel, north, alba, jordi),
    biel: room(alba, direct, biel),
    marta: room(marta, direct, alba),
    garden: room(laia, garden, jordi)
  };
}

/** Alba has read all but the last of the plaza and of Biel; the others have read what she wrote. */
async function markRead(zone: FakeZone, rooms: Record<RoomName, FakeRoom>, people: Record<PersonName, UserId>) {
  const unread: readonly FakeRoom[] = [rooms.plaza, rooms.biel];
  for (const room of Object.values(rooms)) {
    const said = room.state().events.filter(({ content }) => content.type === 'message');
    const upTo = unread.includes(room) ? said.at(room === rooms.plaza ? -4 : -3) : said.at(-1);
    if (upTo) zone.read(room, people.alba, upTo);
  }
  const north = rooms.north.state().events.at(-2);
  if (north) zone.read(rooms.north, people.jordi, north);
}
