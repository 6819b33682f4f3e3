import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { preferredLanguage } from './language.ts';
import { inlineScripts, prerenderedPages, twinsOf } from './pages.ts';

describe('inline scripts', () => {
  it('are those that a browser runs', () => {
    const html = `<script>\n one </script><script src="/x.js"></script><script type="module">two</script>
      <SCRIPT data-src="no">three</SCRIPT><script type="application/json">{"no": 1}</script>`;
    expect(inlineScripts(html)).toEqual(['\n one ', 'two', 'three']);
  });
});

describe('prerendered pages', () => {
  const page = (language: string, script: string) =>
    `<!doctype html><html lang="${language}"><script>${script}</script></html>`;

  it('are found with their language and scripts, and know their twins', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pages-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'ca'));
    for (const [file, language] of [
      ['index.html', 'en'],
      ['ca.html', 'ca'],
      ['en.html', 'en'],
      ['sign-in.html', 'en'],
      ['ca/sign-in.html', 'ca'],
      ['chats.html', 'en']
    ] as const) {
      writeFileSync(join(folder, file), page(language, file));
    }
    const pages = prerenderedPages(folder);
    expect(pages.map(({ path }) => path).sort()).toEqual(['/', '/ca', '/ca/sign-in', '/chats', '/en', '/sign-in']);
    expect(pages.find(({ path }) => path === '/')?.scripts).toEqual(['index.html']);
    const twins = twinsOf(pages);
    expect([...twins.keys()].sort()).toEqual(['/', '/sign-in']);
    expect(twins.get('/sign-in')).toEqual(
      new Map([
        ['ca', '/ca/sign-in'],
        ['en', '/sign-in']
      ])
    );
    expect(twins.get('/')).toEqual(
      new Map([
        ['ca', '/ca'],
        ['en', '/']
      ])
    );
  });
});

describe('the preferred language', () => {
  it.each([
    ['ca-ES,ca;q=0.9,en;q=0.8', 'ca'],
    ['en;q=0.5, es;q=0.9', 'es'],
    ['de, fr;q=0.8, *;q=0.1', null],
    ['ca;q=0, en', 'en'],
    ['CA', 'ca'],
    ['', null],
    [undefined, null]
  ])('of %s is %s', (accepted, language) => {
    expect(preferredLanguage(accepted, ['en', 'ca', 'es'])).toBe(language);
  });
});
