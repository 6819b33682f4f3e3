import { describe, expect, it } from 'vitest';
import { richOf } from '$lib/matrix/writing/rich';
import type { Body } from '$lib/matrix/values';
import { links } from '../../../tests/hostile';
import { firstLink } from './first-link';

const own = 'https://zone.example';
const plain = (text: string): Body => ({ type: 'text', style: 'plain', text });
const formatted = (html: string): Body => ({ ...plain(''), ...{ rich: richOf(html, '') ?? [] } });
const inText = (text: string) => firstLink(plain(text), own);
const inHtml = (html: string) => firstLink(formatted(html), own);

describe('the link of a message', () => {
  it('is the first one to a page', () => {
    expect(inText('see https://guifi.net/mapa, and https://other.example')).toBe('https://guifi.net/mapa');
    expect(inText('write to mailto:a@b.example or www.guifi.net')).toBe('https://www.guifi.net/');
    expect(inHtml('<ul><li>no</li><li><b>see <a href="http://a.example/b">this</a></b></li></ul>')).toBe(
      'http://a.example/b'
    );
    expect(inHtml('<table><tr><td>https://a.example/c</td></tr></table>')).toBe('https://a.example/c');
  });

  it('is none to somebody or something of Matrix, nor into this app', () => {
    const all = 'https://matrix.to/#/#plaza:zone.example https://zone.example/chats https://a.example/';
    expect(inText(all)).toBe('https://a.example/');
    expect(inHtml('<a href="https://matrix.to/#/@a:b.example">A</a>')).toBeNull();
  });

  it('is none that stands in code, in a quote, or in what is not to be seen yet', () => {
    const link = 'https://a.example/';
    for (const html of [
      `<code>${link}</code>`,
      `<pre><code>${link}</code></pre>`,
      `<blockquote>${link}</blockquote>`,
      `<span data-mx-spoiler><a href="${link}">x</a></span>`
    ]) {
      expect([html, inHtml(html)]).toEqual([html, null]);
      expect(inHtml(`${html}<p>https://b.example/</p>`)).toBe('https://b.example/');
    }
  });

  it('is none of what only looks like one, nor of what is no text', () => {
    for (const html of links) expect([html, inHtml(html)]).toEqual([html, null]);
    expect(inText('nothing here')).toBeNull();
    expect(firstLink({ type: 'file', kind: 'file', name: 'https://a.example/' }, own)).toBeNull();
    expect(firstLink({ type: 'deleted' }, own)).toBeNull();
  });
});
