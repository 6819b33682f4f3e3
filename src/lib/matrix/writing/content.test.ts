import { describe, expect, it } from 'vitest';
import type { EventId, UserId } from '../values.ts';
import { everybody } from '../everybody.ts';
import { editOf, messageOf, reactionOf } from './content.ts';

const [me, marta, jordi] = ['@me:zone.example', '@marta:zone.example', '@jordi:zone.example'] as UserId[];
const event = '$event' as EventId;
const people = [
  { id: marta as UserId, name: 'Marta' },
  { id: jordi as UserId, name: 'Jordi' }
];

describe('a message', () => {
  it('is its text, and addresses nobody', async () => {
    expect(await messageOf({ text: 'hello' }, null, me as UserId)).toEqual({
      msgtype: 'm.text',
      body: 'hello',
      'm.mentions': {}
    });
  });

  it('addresses those whose names still stand in it', async () => {
    expect(await messageOf({ text: 'hello @Marta', mentions: people }, null, me as UserId)).toMatchObject({
      body: 'hello @Marta',
      format: 'org.matrix.custom.html',
      'm.mentions': { user_ids: [marta] }
    });
  });

  it('calls everybody where that was chosen and still stands in it, and no person is meant by it', async () => {
    const all = { text: 'hello @room and @Marta', mentions: [everybody, ...people] };
    const called = await messageOf(all, null, me as UserId);
    expect(called['m.mentions']).toEqual({ user_ids: [marta], room: true });
    expect(called.formatted_body).not.toContain('matrix.to/#/@room');
    expect((await messageOf({ ...all, text: 'hello' }, null, me as UserId))['m.mentions']).toEqual({});
    expect((await messageOf({ text: 'hello @room' }, null, me as UserId))['m.mentions']).toEqual({});
    // Said better it calls nobody once more.
    const edit = await editOf(event, { text: 'hello @room', mentions: [everybody] }, [], me as UserId);
    expect(edit).toMatchObject({ 'm.mentions': {}, 'm.new_content': { 'm.mentions': { room: true } } });
  });

  it('names the one it answers and addresses who said that, never oneself', async () => {
    const answers = { event, sender: marta as UserId, thread: null };
    expect(await messageOf({ text: 'yes' }, answers, me as UserId)).toEqual({
      msgtype: 'm.text',
      body: 'yes',
      'm.mentions': { user_ids: [marta] },
      'm.relates_to': { 'm.in_reply_to': { event_id: event } }
    });
    const own = await messageOf({ text: 'and' }, { ...answers, sender: me as UserId }, me as UserId);
    expect(own['m.mentions']).toEqual({});
  });

  it('stays in the thread of the one it answers', async () => {
    const answers = { event, sender: marta as UserId, thread: '$root' as EventId };
    expect((await messageOf({ text: 'yes' }, answers, me as UserId))['m.relates_to']).toEqual({
      rel_type: 'm.thread',
      event_id: '$root',
      is_falling_back: false,
      'm.in_reply_to': { event_id: event }
    });
  });
});

describe('an edit', () => {
  it('says the new words, and in older clients too; only who is new to it hears', async () => {
    const text = '**hello** @Marta @Jordi';
    const edit = await editOf(event, { text, mentions: people }, [marta as UserId], me as UserId);
    expect(edit).toMatchObject({
      body: `* ${text}`,
      'm.mentions': { user_ids: [jordi] },
      'm.new_content': { body: text, 'm.mentions': { user_ids: [marta, jordi] } },
      'm.relates_to': { rel_type: 'm.replace', event_id: event }
    });
    expect(edit.formatted_body).toBe(`* ${edit['m.new_content'].formatted_body}`);
  });
});

it('a sign names the event and the key', () => {
  expect(reactionOf(event, '👍')).toEqual({ 'm.relates_to': { rel_type: 'm.annotation', event_id: event, key: '👍' } });
});
