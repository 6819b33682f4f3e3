import { describe, expect, it, vi } from 'vitest';
import { Failure } from '$lib/matrix/failure';
import type { NewRoom as Form, RoomId } from '$lib/matrix/values';
import { NewRoom } from './new-room.svelte';

function begin() {
  const create = vi.fn(async (_form: Form) => '!new' as RoomId);
  return { create, form: new NewRoom({ create }) };
}

describe('making a room', () => {
  it('asks for a name', async () => {
    const { create, form } = begin();
    expect(form.nameMissing).toBe(false);
    expect(await form.submit()).toBeNull();
    expect(form.nameMissing).toBe(true);
    expect(create).not.toHaveBeenCalled();
  });

  it('is by invitation and encrypted, unless one says otherwise', async () => {
    const { create, form } = begin();
    form.name = ' Hort ';
    expect(await form.submit()).toBe('!new');
    expect(create).toHaveBeenCalledWith({
      kind: 'room',
      name: 'Hort',
      topic: undefined,
      door: 'invitation',
      sealed: true
    });
  });

  it('that is open is not encrypted, and is again when it is closed', async () => {
    const { form } = begin();
    form.door = 'open';
    expect(form.sealed).toBe(false);
    form.door = 'knock';
    expect(form.sealed).toBe(true);
    form.sealed = false;
    expect(form.sealed).toBe(false);
  });

  it('makes a place, in which nobody writes', async () => {
    const { create, form } = begin();
    form.kind = 'place';
    form.name = 'Barri';
    await form.submit();
    expect(create.mock.calls[0]?.[0]).toMatchObject({ kind: 'place', sealed: false });
  });

  it('keeps the form when it fails', async () => {
    const { create, form } = begin();
    create.mockRejectedValueOnce(new Failure('unreachable'));
    form.name = 'Hort';
    form.topic = 'Reg';
    expect(await form.submit()).toBeNull();
    expect([form.failure?.reason, form.name, form.topic, form.busy]).toEqual(['unreachable', 'Hort', 'Reg', false]);
  });
});
