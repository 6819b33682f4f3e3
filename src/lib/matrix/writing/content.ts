import { everybody, isEverybody } from '../everybody.ts';
import type { EventId, Person, UserId, Writing } from '../values.ts';

/** Content of a message that is written (Matrix 1.16 client-server, `m.text`). */
type Said = {
  readonly msgtype: 'm.text';
  readonly body: string;
  readonly format?: typeof htmlFormat;
  readonly formatted_body?: string;
};

/** The one format of `formatted_body` that the specification knows. */
export const htmlFormat = 'org.matrix.custom.html';

/** Without one of these a text has no format: whoever writes a word does not wait for the reader of Markdown. */
const special = /[*_~`[\]|<\\]|^ {0,3}(?:[#>+-]|\d+[.)])/m;
export const mayHaveFormat = (text: string): boolean => special.test(text);

/** What is said, with its format where it has one. The reader of Markdown is loaded when it is first needed. */
async function said(text: string, mentions: readonly Person[]): Promise<Said> {
  if (mentions.length === 0 && !mayHaveFormat(text)) return { msgtype: 'm.text', body: text };
  const { htmlOf } = await import('./markdown.ts');
  const html = htmlOf(text, mentions);
  return { msgtype: 'm.text', body: text, ...(html !== null && { format: htmlFormat, formatted_body: html }) };
}

/** Those of `mentions` whose names still stand in the text. */
export const mentioned = ({ text, mentions = [] }: Writing): readonly Person[] =>
  mentions.filter((one) => text.includes(`@${one.name}`) && !isEverybody(one));

/** All who are in the room are called. */
export const callsAll = ({ text, mentions = [] }: Writing): boolean =>
  mentions.some((one) => isEverybody(one)) && text.includes(`@${everybody.name}`);

/** `m.mentions`: said even where it is nobody, so that no client looks for names in the text (Matrix 1.16, "User and room mentions"). */
const naming = (people: Iterable<UserId>, all: boolean) => {
  const ids = [...new Set(people)];
  return { 'm.mentions': { ...(ids.length > 0 && { user_ids: ids }), ...(all && { room: true }) } };
};

/** The message that is answered: who said it, and the thread that it stands in. */
export type AnsweredEvent = {
  readonly event: EventId;
  readonly sender: UserId;
  readonly thread: EventId | null;
};

/** A message. Whom one answers is addressed, oneself never (Matrix 1.16, "Rich replies"). */
export async function messageOf(writing: Writing, answers: AnsweredEvent | null, me: UserId) {
  const people = mentioned(writing);
  const addressed = [...people.map(({ id }) => id), ...(answers ? [answers.sender] : [])].filter((id) => id !== me);
  return {
    ...(await said(writing.text, people)),
    ...naming(addressed, callsAll(writing)),
    ...(answers && { 'm.relates_to': relationTo(answers) })
  };
}

/** An answer within a thread stays in it (Matrix 1.16, "Threading", replies within threads). */
function relationTo({ event, thread }: AnsweredEvent) {
  const answer = { 'm.in_reply_to': { event_id: event } };
  return thread === null ? answer : { rel_type: 'm.thread', event_id: thread, is_falling_back: false, ...answer };
}

/** What replaces a message (Matrix 1.16, "Event replacements"). Only who had not been addressed before hears of it. */
export async function editOf(event: EventId, writing: Writing, before: readonly UserId[], me: UserId) {
  const people = mentioned(writing);
  const content = await said(writing.text, people);
  const ids = people.map(({ id }) => id).filter((id) => id !== me);
  return {
    ...content,
    body: `* ${content.body}`,
    ...(content.formatted_body !== undefined && { formatted_body: `* ${content.formatted_body}` }),
    // Who was called before is not called once more.
    ...naming(
      ids.filter((id) => !before.includes(id)),
      false
    ),
    'm.new_content': { ...content, ...naming(ids, callsAll(writing)) },
    'm.relates_to': { rel_type: 'm.replace', event_id: event }
  };
}

/** What belongs to the place where something was said. */
const ofItsPlace = new Set(['m.relates_to', 'm.mentions', 'm.new_content', 'tertulia.source']);

/** What a message says, to be said elsewhere: nobody is addressed or answered there, and no old quote stands before it. */
export function forwarded(content: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const said = Object.fromEntries(Object.entries(content).filter(([name]) => !ofItsPlace.has(name)));
  const { body, formatted_body: html } = said;
  return {
    ...said,
    ...(typeof body === 'string' && { body: withoutQuote(body, content) }),
    ...(typeof html === 'string' && { formatted_body: html.replace(/^<mx-reply>.*?<\/mx-reply>/s, '') }),
    'm.mentions': {}
  };
}

/** The text without the quoted lines that old clients put before an answer (Matrix 1.12, "Fallbacks for rich replies"). */
export function withoutQuote(body: string, content: Readonly<Record<string, unknown>>): string {
  const related = content['m.relates_to'];
  const answers = typeof related === 'object' && related !== null && 'm.in_reply_to' in related;
  return answers ? body.replace(/^(?:> .*\n)+\n?/, '') : body;
}

/** Matrix 1.16, "Annotations and reactions". */
export const reactionOf = (event: EventId, key: string) => ({
  'm.relates_to': { rel_type: 'm.annotation', event_id: event, key }
});
