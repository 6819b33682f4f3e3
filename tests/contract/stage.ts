import { expect } from 'vitest';
import { Failure } from '../../src/lib/matrix/failure.ts';
import { patiently } from '../lab/account.ts';
import type { AccountPorts, Matrix } from '../../src/lib/matrix/ports.ts';
import { newTransaction } from '../../src/lib/matrix/transaction.ts';
import type {
  AccountId,
  EventId,
  FailureReason,
  RoomId,
  Row,
  Timeline,
  TransactionId
} from '../../src/lib/matrix/values.ts';
import { until } from './until.ts';

/** One zone with open registration and its plaza, and browsers at it. */
export interface Stage {
  /** The server's name, the part after the colon of its user ids. */
  readonly zone: string;
  /** A new browser with empty storage. */
  browser(): Promise<Matrix>;
  /** Cuts the browser off its zone (running requests fail too). The returned function ends that. */
  cut(browser: Matrix): Promise<() => Promise<void>>;
  /** Somebody sends an event that the ports do not speak of, sealed where the room is. Resolves when it is on its way. */
  post(person: Actor, room: RoomId, event: Posted): Promise<void>;
  /** Ends the person's sessions at the server, as from another device. */
  revoke(person: Actor): Promise<void>;
  /** Another client of the person, which can what ours cannot yet. */
  otherClient(person: Actor): Promise<OtherClient>;
  /** Closes the browsers, of which a group of cases has had its use: each that still runs takes time from the next. */
  rest(): Promise<void>;
  /** Ends the zone, and browsers that still run. */
  stop(): Promise<void>;
}

/** Resolves to the event that was made. */
export interface OtherClient {
  say(room: RoomId, text: string): Promise<EventId>;
  react(room: RoomId, to: EventId, key: string): Promise<EventId>;
  edit(room: RoomId, of: EventId, text: string): Promise<EventId>;
  delete(room: RoomId, of: EventId): Promise<EventId>;
  /** Makes a place that holds these rooms, in this order. */
  place(name: string, rooms: readonly RoomId[]): Promise<RoomId>;
}

/** A message that says whom it addresses, or a call that begins (Matrix 1.16 client-server, `m.mentions`, `m.call.invite`). */
export type Posted =
  { readonly type: 'mention'; readonly of: AccountId | 'room'; readonly text: string } | { readonly type: 'call' };

/** Somebody signed in on a browser. */
export type Actor = AccountPorts & {
  readonly browser: Matrix;
  readonly id: AccountId;
  readonly name: string;
  readonly password: string;
};

export type Message = Extract<Row, { kind: 'message' }>;

/** One real server serves all cases: no name is used twice. */
export const unique = (name: string): string => `${name}${Math.random().toString(36).slice(2, 10)}`;

/** Registers somebody new, on a browser of her own where none is given. */
export async function newcomer(stage: Pick<Stage, 'browser'>, name: string, browser?: Matrix): Promise<Actor> {
  const home = browser ?? (await stage.browser());
  const form = { name: unique(name), password: unique('a long password ') };
  const { id } = await home.accounts.register(form);
  return actor(home, id, form);
}

/** The same person on another browser. */
export async function elsewhere(stage: Stage, person: Actor): Promise<Actor> {
  const browser = await stage.browser();
  const { id } = await browser.accounts.signIn({ name: person.name, password: person.password });
  return actor(browser, id, person);
}

function actor(browser: Matrix, id: AccountId, form: { name: string; password: string }): Actor {
  return { ...browser.account(id), browser, id, name: form.name, password: form.password };
}

/** Resolves when others can write to the person's browser: it has published its keys. */
export async function hasKeys(person: Actor): Promise<void> {
  await until(person.recovery.state(), ({ state }) => state !== 'starting');
}

/** A room of the first person that all the others have joined. */
export async function gathering(form: { sealed: boolean }, host: Actor, ...guests: readonly Actor[]): Promise<RoomId> {
  const asked = { name: unique('Room '), door: 'invitation', sealed: form.sealed } as const;
  // Whoever has just said much is asked to wait.
  const room = await patiently(() => host.conversations.create(asked));
  for (const guest of guests) {
    await patiently(() => host.conversations.invite(room, guest.id));
    await joinInvited(guest, room);
    if (form.sealed) await hasKeys(guest);
  }
  await until(host.conversations.one(room), (one) => one?.memberCount === guests.length + 1);
  return room;
}

/** Waits for the invitation and accepts it. */
export async function joinInvited(guest: Actor, room: RoomId): Promise<void> {
  await until(guest.conversations.one(room), (one) => one?.membership === 'invited');
  await guest.conversations.join(room);
  await until(guest.conversations.one(room), (one) => one?.membership === 'joined');
}

/** Says something, under a name of its own. */
export async function say(person: Actor, room: RoomId, text: string): Promise<TransactionId> {
  const transaction = newTransaction();
  await person.timelines.send(room, { text }, transaction);
  return transaction;
}

/** Says something, and gives its event once the server has it. */
export async function said(person: Actor, room: RoomId, text: string): Promise<EventId> {
  await say(person, room, text);
  const timeline = await until(person.timelines.rows(room), (timeline) => saying(timeline, text)?.delivery === 'sent');
  return saying(timeline, text)?.event ?? expect.fail('has no event');
}

export const messages = (timeline: Timeline | undefined): readonly Message[] =>
  (timeline?.rows ?? []).filter((row): row is Message => row.kind === 'message');

/** What is readable, in order. */
export const texts = (timeline: Timeline | undefined): readonly string[] =>
  messages(timeline).map(({ body }) => (body.type === 'text' ? body.text : `(${body.type})`));

/** The message with this text. */
export const saying = (timeline: Timeline | undefined, text: string): Message | undefined =>
  messages(timeline).find(({ body }) => body.type === 'text' && body.text === text);

/** A command fails for this reason, as a Failure. */
export async function expectFailure(command: Promise<unknown>, reason: FailureReason): Promise<Failure> {
  const thrown: unknown = await command.then(
    (value) => expect.fail(`should fail with ${reason}, gave ${JSON.stringify(value)}`),
    (error: unknown) => error
  );
  expect(thrown).toBeInstanceOf(Failure);
  const failure = thrown as Failure;
  expect(failure.reason).toBe(reason);
  return failure;
}
