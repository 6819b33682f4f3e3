import { isUserId } from '$protocol/address.ts';
import { rawEvent, relation, text, wellFormed, type RawEvent, type StrippedEvent } from '../event.ts';
import { inBrief } from '../timeline/file-body.ts';
import { creatorsOf, may, rightsOf, type Rights } from '../people/levels.ts';
import type { Receipts } from '../store/database.ts';
import { isMessage, type Reader } from '../unread/effect.ts';
import { nothingUnread, type Unread } from '../unread/unread.ts';
import type { Body, Door, EventId, Heard, History, Membership, Notify, RoomId, Shelf, UserId } from '../../values.ts';
import { doorOf, historyOf, keepsOf, photoOf } from './rules.ts';
import type { RoomUpdate } from './wire.ts';

/** What is kept of each conversation, whether open or not: enough for its row in the list and to send there safely. */
export type RoomRecord = {
  readonly id: RoomId;
  /** The server's order of activity; rises with each message (MSC4186 `bump_stamp`). */
  readonly bump: number;
  readonly membership: Membership;
  readonly name: string | null;
  readonly heroes: readonly { readonly id: UserId; readonly name: string; readonly photo?: string }[];
  readonly topic: string;
  readonly direct: boolean;
  /** It holds rooms together (Matrix 1.16 client-server, "Spaces"). */
  readonly place: boolean;
  /** The content of `m.room.encryption`. Never goes back to null: a server cannot talk us into plain text. */
  readonly encryption: Record<string, unknown> | null;
  readonly door: Door;
  /** Known, with the next two, while the conversation is open. */
  readonly history: History;
  /** ms; null: for ever. */
  readonly keeps: number | null;
  /** The name by which others find it, `#plaza:zone.example`. */
  readonly address: string | null;
  /** An address of media. */
  readonly photo: string | null;
  readonly notify: Notify;
  readonly shelf: Shelf;
  readonly rights: Rights;
  /** The messages that are pinned, the newest pin last; bounded. */
  readonly pinned: readonly EventId[];
  readonly joinedCount: number;
  readonly invitedCount: number;
  readonly inviter: { readonly id: UserId; readonly name: string } | null;
  /** The newest event that is worth a line in the list, as it came (perhaps encrypted). */
  readonly last: RawEvent | null;
  /** The newest edit of it, as it came. */
  readonly edit: RawEvent | null;
  /** What these two say, where they are encrypted and have been opened: the next start shows it before there is a crypto. */
  readonly said: Readonly<Record<EventId, Body>>;
  /** The newest event seen of any kind. */
  readonly seen: EventId | null;
  /** Names of those who wrote last; bounded. */
  readonly names: Readonly<Record<string, string>>;
  readonly unread: Unread;
  /** Newest read marks, one's own among them; bounded. */
  readonly receipts: Receipts;
};

const mostHeroes = 10;
const mostNames = 40;
const mostReceipts = 60;
/** Pins that are shown; a room may list any number. */
const mostPinned = 100;

const memberships = new Map<unknown, Membership>([
  ['join', 'joined'],
  ['invite', 'invited'],
  ['knock', 'knocked']
]);
export const membershipOf = (value: unknown): Membership => memberships.get(value) ?? 'left';

/** A conversation of which nothing is known yet. */
export const emptyRecord = (id: RoomId): RoomRecord => ({
  id,
  bump: 0,
  membership: 'joined',
  name: null,
  heroes: [],
  topic: '',
  direct: false,
  place: false,
  encryption: null,
  door: 'invitation',
  history: 'members',
  keeps: null,
  address: null,
  photo: null,
  notify: 'all',
  shelf: 'usual',
  rights: [],
  pinned: [],
  joinedCount: 0,
  invitedCount: 0,
  inviter: null,
  last: null,
  edit: null,
  said: {},
  seen: null,
  names: {},
  unread: nothingUnread,
  receipts: {}
});

/** What a server leaves out where nobody has said it. */
const unsaid = {
  name: null,
  heroes: [],
  topic: '',
  door: 'invitation',
  history: 'members',
  keeps: null,
  address: null,
  photo: null,
  pinned: []
} as const satisfies Partial<RoomRecord>;

/** The last `most` entries, newest kept: records stay small whatever a room holds. */
const newest = <T>(entries: Readonly<Record<string, T>>, most: number): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).slice(-most));

/** All of them (Matrix 1.16 client-server, `m.room.pinned_events`). */
export function pinnedIn({ pinned }: RawEvent['content']): readonly EventId[] {
  if (!Array.isArray(pinned)) return [];
  const events = pinned.filter((id) => typeof id === 'string' && id.startsWith('$') && id.length <= 255);
  return [...new Set(events as EventId[])];
}

function foldState(
  record: RoomRecord,
  event: Pick<RawEvent, 'type' | 'content'> & { state_key?: string; sender: string },
  me: UserId
): RoomRecord {
  const { type, content } = event;
  if (event.state_key === undefined) return record;
  if (type === 'm.room.member') {
    const name = text(content.displayname, 100) ?? '';
    const named = { ...record, names: newest({ ...record.names, [event.state_key]: name }, mostNames) };
    return event.state_key === me ? { ...named, membership: membershipOf(content.membership) } : named;
  }
  if (event.state_key !== '') return record;
  if (type === 'm.room.encryption') return { ...record, encryption: record.encryption ?? content };
  if (type === 'm.room.topic') return { ...record, topic: text(content.topic, 1000) ?? '' };
  if (type === 'm.room.name') return { ...record, name: text(content.name) ?? null };
  if (type === 'm.room.create') {
    const made = { ...record, place: content.type === 'm.space' };
    return creatorsOf(event).has(me) ? { ...made, rights: 'all' } : made;
  }
  if (type === 'm.room.power_levels')
    return record.rights === 'all' ? record : { ...record, rights: rightsOf(me, content) };
  if (type === 'm.room.pinned_events') return { ...record, pinned: pinnedIn(content).slice(-mostPinned) };
  if (type === 'm.room.join_rules') return { ...record, door: doorOf(content) };
  if (type === 'm.room.history_visibility') return { ...record, history: historyOf(content) };
  if (type === 'm.room.retention') return { ...record, keeps: keepsOf(content) };
  if (type === 'm.room.canonical_alias') return { ...record, address: text(content.alias) ?? null };
  if (type === 'm.room.avatar') return { ...record, photo: photoOf(content.url) };
  return record;
}

/** The state of an invitation is the inviting server's word, unverified: it can say who asks us in, not that we are in. */
function foldInvitation(record: RoomRecord, state: readonly StrippedEvent[], me: UserId): RoomRecord {
  const isMine = (event: StrippedEvent) => event.type === 'm.room.member' && event.state_key === me;
  // Our own server adds the invitation itself behind what it was given.
  const mine = state.findLast(isMine);
  const inviter = mine && isUserId(mine.sender) ? mine.sender : null;
  const member = state.find((event) => event.type === 'm.room.member' && event.state_key === inviter);
  const folded = state
    .filter((event) => !isMine(event))
    .reduce((folded, event) => foldState(folded, event, me), record);
  return {
    ...folded,
    membership: mine?.content.membership === 'knock' ? 'knocked' : 'invited',
    inviter: inviter && { id: inviter, name: text(member?.content.displayname, 100) ?? '' },
    direct: folded.direct || mine?.content.is_direct === true
  };
}

/**
 * Folds one room of a sync answer into its record. What the server leaves out is unchanged; on `initial` all is told
 * anew, except what we alone know (read marks, the count, that it is encrypted).
 */
export function fold(old: RoomRecord | undefined, id: RoomId, update: RoomUpdate, me: UserId): RoomRecord {
  const base: RoomRecord = old && update.initial ? { ...old, ...unsaid } : (old ?? emptyRecord(id));
  let record: RoomRecord = {
    ...base,
    bump: update.bump_stamp ?? base.bump,
    name: text(update.name) ?? base.name,
    direct: update.is_dm ?? base.direct,
    joinedCount: update.joined_count ?? base.joinedCount,
    invitedCount: update.invited_count ?? base.invitedCount,
    heroes: update.heroes?.slice(0, mostHeroes).map((hero) => heroOf(hero)) ?? base.heroes
  };
  if (update.invite_state) return foldInvitation(record, update.invite_state, me);
  // One's own join or leave elsewhere may come in the timeline alone.
  for (const event of [...update.required_state, ...update.timeline]) record = foldState(record, event, me);
  if (record.membership === 'joined') record = { ...record, inviter: null };
  const news = latest(record, update.timeline);
  return {
    ...record,
    ...news,
    said: saidOf(news, record.said),
    seen: update.timeline.at(-1)?.event_id ?? record.seen
  };
}

function heroOf({ user_id: id, displayname, avatar_url }: NonNullable<RoomUpdate['heroes']>[number]) {
  const photo = photoOf(avatar_url);
  return { id, name: text(displayname, 100) ?? '', ...(photo !== null && { photo }) };
}

/** Characters of an opened message that are kept for the list. */
const mostSaid = 300;

/** Of what was opened, what the list still says: nothing of what was deleted stays on the disk. */
function saidOf({ last, edit }: Pick<RoomRecord, 'last' | 'edit'>, said: RoomRecord['said']): RoomRecord['said'] {
  const kept = Object.entries(said).filter(([id]) =>
    [last, edit].some((event) => event?.event_id === id && Object.keys(event.content).length > 0)
  );
  return kept.length === Object.keys(said).length ? said : Object.fromEntries(kept);
}

/** With what a message says that the list shows; the same record where it shows another by now. */
export function withSaid(record: RoomRecord, event: EventId, body: Body): RoomRecord {
  const line = body.type === 'text' ? { ...body, text: body.text.slice(0, mostSaid) } : inBrief(body);
  const said = saidOf(record, { ...record.said, [event]: line });
  return Object.hasOwn(said, event) ? { ...record, said } : record;
}

/** What the list says last, and how that was edited, once `arrived` has come. What was deleted since is not quoted any longer. */
export function latest(known: Pick<RoomRecord, 'last' | 'edit'>, arrived: readonly RawEvent[]): typeof known {
  const last = arrived.findLast(isMessage) ?? known.last;
  if (!last) return known;
  const redactions = arrived.filter(({ type }) => type === 'm.room.redaction');
  const deleted = new Set(redactions.map(({ content, redacts }) => content.redacts ?? redacts));
  if (deleted.has(last.event_id)) return { last: { ...last, content: {}, unsigned: {} }, edit: null };
  const edits = [bundledEdit(last), known.edit, ...arrived]
    .filter((event) => event !== null)
    .filter((event) => isEditOf(event, last) && !deleted.has(event.event_id));
  return { last, edit: edits.toSorted((a, b) => a.origin_server_ts - b.origin_server_ts).at(-1) ?? null };
}

/** Her own words, of the same kind, and sealed where they were sealed (Matrix 1.16, "Validity of replacement events"). */
const isEditOf = (event: RawEvent, last: RawEvent): boolean => {
  const related = relation(event.content);
  const replaces = related?.type === 'm.replace' && related.event === last.event_id;
  return replaces && event.state_key === undefined && event.sender === last.sender && event.type === last.type;
};

/** The newest edit, as servers send it with an event (Matrix 1.16, "Server-side aggregation of m.replace"). */
function bundledEdit({ unsigned }: RawEvent): RawEvent | null {
  const relations = unsigned['m.relations'];
  const edit =
    typeof relations === 'object' && relations !== null && 'm.replace' in relations && relations['m.replace'];
  return wellFormed(rawEvent, [edit])[0] ?? null;
}

/**
 * What stays of a conversation that one has left: nothing, but that it was encrypted. Whoever comes back is not told
 * by a server that it never was.
 */
export const huskOf = ({ id, encryption }: Pick<RoomRecord, 'id' | 'encryption'>): RoomRecord | null =>
  encryption && { ...emptyRecord(id), membership: 'left', encryption };

/** Folds read marks in: only newer ones count. */
export function foldReceipts(record: RoomRecord, marks: Receipts, me: UserId): RoomRecord {
  const receipts = { ...record.receipts };
  for (const [user, mark] of Object.entries(marks)) {
    if ((receipts[user]?.at ?? -1) >= mark.at) continue;
    delete receipts[user];
    receipts[user] = mark;
  }
  const mine = receipts[me];
  const kept = newest(receipts, mostReceipts);
  if (mine) kept[me] = mine;
  return { ...record, receipts: kept };
}

/** Who looks at the events of a conversation. */
export const readerOf = ({ names, rights }: RoomRecord, me: UserId, heard?: Heard): Reader => ({
  me,
  ...(heard && { heard }),
  name: names[me],
  opens: may('invite', rights) && may('remove', rights)
});
