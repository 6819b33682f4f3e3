import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { examples } from '$lib/matrix/fake/examples';
import { showConversation } from '../../../tests/component/conversation';
import { faults } from '../../../tests/component/stage';

async function open() {
  const example = await examples.direct();
  const { browser, room, account } = example;
  if (!room || !account) throw new Error('nobody is here');
  await showConversation(example);
  await page.getByRole('button', { name: 'Record a voice message' }).click();
  const last = () => browser.zone.rooms.get(room)?.state().lines.at(-1)?.content;
  return { last };
}

/** A tone of half the greatest loudness, as a microphone gives it. */
function microphone(): { readonly stream: MediaStream; readonly isOn: () => boolean } {
  const context = new AudioContext();
  const [tone, half, to] = [context.createOscillator(), context.createGain(), context.createMediaStreamDestination()];
  half.gain.value = 0.5;
  tone.connect(half).connect(to);
  tone.start();
  return { stream: to.stream, isOn: () => to.stream.getTracks().some(({ readyState }) => readyState === 'live') };
}

function given(answer: MediaStream | DOMException) {
  const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia');
  return answer instanceof MediaStream ? asked.mockResolvedValue(answer) : asked.mockRejectedValue(answer);
}
const timer = () => page.getByRole('timer');

afterEach(() => void vi.restoreAllMocks());

describe('a voice message', () => {
  it('is spoken, sent and shown with how loud it was; the microphone is let go', async () => {
    const { stream, isOn } = microphone();
    given(stream);
    const { last } = await open();
    await expect.element(timer()).toHaveTextContent('0:01');
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Send' }).click();
    await expect.poll(last).toMatchObject({ type: 'message', body: { kind: 'audio', voice: expect.any(Array) } });
    const content = last();
    const body = content?.type === 'message' && content.body.type === 'file' ? content.body : expect.fail('no file');
    expect(body.duration).toBeGreaterThan(400);
    expect(body.voice).toHaveLength(60);
    // The tone is as loud all along; the beginning is still without it.
    expect(body.voice?.slice(20).every((level) => level > 0.8)).toBe(true);
    expect(body.size).toBeGreaterThan(500);
    expect(isOn()).toBe(false);
    await expect.element(page.getByRole('button', { name: 'Play Voice message' }).last()).toBeVisible();
    await expect.element(page.getByRole('textbox', { name: 'Write a message' })).toHaveFocus();
  });

  it('can be given up: nothing is sent, and the microphone is let go', async () => {
    const { stream, isOn } = microphone();
    given(stream);
    const { last } = await open();
    await expect.element(timer()).toBeVisible();
    const before = last();
    await userEvent.keyboard('{Escape}');
    await expect.element(timer()).not.toBeInTheDocument();
    await expect.poll(isOn).toBe(false);
    expect(last()).toBe(before);
  });

  it('that is given up while the microphone is asked for lets go of it when it comes', async () => {
    const { stream, isOn } = microphone();
    const answer = Promise.withResolvers<MediaStream>();
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockReturnValue(answer.promise);
    await open();
    await page.getByRole('button', { name: 'Discard the recording' }).click();
    answer.resolve(stream);
    await expect.poll(isOn).toBe(false);
    await expect.element(timer()).not.toBeInTheDocument();
  });

  it.each([
    ['NotAllowedError', 'The browser does not let this page hear you.'],
    ['NotFoundError', 'There is no microphone.']
  ])('where there is no microphone (%s), it is said why and what to do', async (name, words) => {
    given(new DOMException('', name));
    await open();
    await expect.element(page.getByRole('alert').getByText(words)).toBeVisible();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Close' }).click();
    await expect.element(page.getByRole('textbox', { name: 'Write a message' })).toBeVisible();
  });
});
