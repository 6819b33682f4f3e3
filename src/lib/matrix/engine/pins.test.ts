import { expect, it } from 'vitest';
import type { EventId, RoomId } from '../values.ts';
import { Pins } from './pins.ts';
import { Records } from './sync/records.ts';
import { ScriptedServer } from './testing/scripted-server.ts';

const room = '!plaza' as RoomId;
const many = Array.from({ length: 150 }, (_, at) => `$${at}`);

it.each([
  ['one more', '$new', true, [...many, '$new']],
  ['one less', '$7', false, many.filter((id) => id !== '$7')]
] as const)('keeps all that others have pinned, however many: %s', async (_what, event, pinned, after) => {
  const zone = new ScriptedServer();
  zone.on('GET', /m\.room\.pinned_events/, () => ({ pinned: many }));
  zone.on('PUT', /m\.room\.pinned_events/, () => ({}));
  await new Pins({ server: zone.server, records: new Records([]) }).set(room, event as EventId, pinned);
  expect(zone.asked('PUT', /./).map(({ body }) => body)).toEqual([{ pinned: after }]);
});
