import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Account, AccountId } from '$lib/matrix/values';
import script from '../../picture.js?raw';
import { forgetPicture, hearPicture, keepPicture, takeDownPicture } from './picture';

const alba = '@alba:zone.example' as AccountId;
const bo = '@bo:zone.example' as AccountId;
const key = 'tertulia.picture';
const account = (id: AccountId): Account => ({ id, device: 'D', state: 'signed-in' });

/** A page with the list, of which the row at `first` is the uppermost. */
function list(first = 0): void {
  document.body.innerHTML = `
    <div data-shell>
      <div role="status"><p>No connection</p></div>
      <section data-list-pane><ul>
        <li data-index="${first}"><a data-row href="/chats/%21attic" aria-current="page">Attic &lt;b&gt;bold&lt;/b&gt;</a></li>
        <li data-index="${first + 1}"><a data-row href="/chats/%21plaza" tabindex="0">Plaza</a></li>
      </ul></section>
      <div data-room-pane><p>a whole conversation</p></div>
    </div>`;
}

/** The page as it opens anew, at `path`, before any script of the app. */
function open(path = '/chats'): HTMLElement | null {
  history.replaceState(null, '', path);
  document.body.innerHTML = '';
  const element = document.createElement('script');
  element.textContent = script;
  document.body.append(element);
  return document.getElementById('picture');
}

const before = location.href;

beforeEach(() => {
  localStorage.setItem('tertulia.account', alba);
  document.documentElement.dataset.build = '1';
});

afterEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  document.body.innerHTML = '';
  delete document.documentElement.dataset.build;
  history.replaceState(null, '', before);
});

describe('the picture of the list', () => {
  it('shows it before the app is there, without the conversation and what is passing', () => {
    list();
    keepPicture(alba);
    const picture = open();
    expect([...(picture?.querySelectorAll('[data-row]') ?? [])].map((row) => row.textContent)).toEqual([
      'Attic <b>bold</b>',
      'Plaza'
    ]);
    expect(picture?.textContent).not.toMatch(/No connection|a whole conversation/);
    expect(picture?.querySelector('[tabindex="0"], [aria-current]')).toBeNull();
    expect(picture?.ariaHidden).toBe('true');
  });

  it('shows on a wide window which conversation is open', () => {
    list();
    keepPicture(alba);
    const current = open('/chats/%21plaza')?.querySelector('[aria-current]');
    if (matchMedia('(min-width: 48rem)').matches) expect(current?.textContent).toBe('Plaza');
    else expect(current).toBeUndefined();
  });

  it('is of the beginning of the list alone', () => {
    list(40);
    keepPicture(alba);
    expect(localStorage.getItem(key)).toBeNull();
  });

  it.each([
    ['another account', () => localStorage.setItem('tertulia.account', bo)],
    ['another account in this tab', () => sessionStorage.setItem('tertulia.account', bo)],
    ['another build', () => (document.documentElement.dataset.build = '2')],
    ['another language', () => localStorage.setItem('PARAGLIDE_LOCALE', 'ca')],
    ['what is damaged', () => localStorage.setItem(key, '{"html')]
  ])('is not shown to %s', (_who, change) => {
    list();
    keepPicture(alba);
    change();
    expect(open()).toBeNull();
  });

  it('is not shown where there is no list', () => {
    list();
    keepPicture(alba);
    expect(open('/settings')).toBeNull();
  });

  it('holds a click until the app goes there, and hears the next one', () => {
    list();
    keepPicture(alba);
    const picture = open();
    const click = (name: string) =>
      [...(picture?.querySelectorAll('a') ?? [])].find((link) => link.textContent?.includes(name))?.click();
    click('Attic');
    expect(picture?.querySelector('[aria-current]')?.textContent).toContain('Attic');
    const go = vi.fn();
    const stop = hearPicture(go);
    click('Plaza');
    expect(go.mock.calls).toEqual([['/chats/%21attic'], ['/chats/%21plaza']]);
    stop();
    takeDownPicture();
    expect(document.getElementById('picture')).toBeNull();
  });

  it('goes with its account, and when it is damaged', () => {
    list();
    keepPicture(alba);
    forgetPicture([account(bo), account(alba)]);
    expect(localStorage.getItem(key)).not.toBeNull();
    forgetPicture([account(bo)]);
    expect(localStorage.getItem(key)).toBeNull();
    localStorage.setItem(key, '{"acc');
    forgetPicture([account(alba)]);
    expect(localStorage.getItem(key)).toBeNull();
  });

  it('gives way where the browser has no room for it', () => {
    list();
    keepPicture(alba);
    const full = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    keepPicture(alba);
    full.mockRestore();
    expect(localStorage.getItem(key)).toBeNull();
  });
});
