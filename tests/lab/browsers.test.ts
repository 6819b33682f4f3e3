import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from './browsers.ts';
import { Lab } from './lab.ts';
import { until } from './process.ts';

/** Serves a page that starts a shared and a service worker, on 443; its policy forbids images. */
const server = `
const [cert, key] = process.argv.slice(1).map((path) => require('node:fs').readFileSync(path));
const files = {
  '/': ['text/html', '<!doctype html><title>b</title><script src="/page.js"></script>'],
  '/page.js': ['text/javascript', \`
    window.shared = new Promise((said) => (new SharedWorker('/shared.js').port.onmessage = ({ data }) => said(data)));
    window.service = navigator.serviceWorker.register('/service.js').then(() => 'registered');\`],
  '/shared.js': ['text/javascript', \`
    onconnect = ({ ports: [port] }) => { port.postMessage('shared'); console.error('from the', 'worker'); Promise.reject(new Error('let go')); }\`],
  '/service.js': ['text/javascript', 'onfetch = () => {}']
};
require('node:https').createServer({ cert, key }, ({ url }, response) => {
  const [type, body] = files[url] ?? ['text/plain', ''];
  response.writeHead(files[url] ? 200 : 404, { 'content-type': type, 'content-security-policy': "img-src 'none'" }).end(body);
}).listen(443, '0.0.0.0', () => console.log('up'));`;

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open(['a', 'b']);
}, 30_000);
afterAll(() => lab.close());

test('a browser in a host is as in the field, and nothing that it complains of is missed', async () => {
  const { certificate, key } = await lab.authority.issue(['b.test']);
  const serving = lab.host('b').spawn([process.execPath, '-e', server, certificate, key], {
    stdio: ['ignore', 'pipe', 'inherit']
  });
  if (serving.stdout) await once(serving.stdout, 'data');
  const { browser, witness } = await launch(lab.host('a'), lab.authority);
  const page = await (await browser.newContext()).newPage();
  await page.goto('https://b.test/');
  const seen = 'Promise.all([isSecureContext, navigator.language, shared, service])';
  expect(await page.evaluate(seen)).toEqual([true, 'en-US', 'shared', 'registered']);

  await page.evaluate(`document.body.append(Object.assign(new Image(), { src: '/x.png' }))`);
  await page.evaluate(`void Promise.reject(new Error('forgotten'))`);
  const heard: string[] = [];
  const wanted = [/from the worker/, /let go/, /Content Security Policy/, /forgotten/];
  await until('all complaints', () => {
    heard.push(...witness.take().map(({ text }) => text));
    return wanted.every((pattern) => heard.some((text) => pattern.test(text)));
  });
  expect(heard).toHaveLength(wanted.length);

  const before = await lab.network.way('a', 'b').counts();
  // A worker that takes the place of one that was listened to must not wait for a debugger.
  for (let i = 0; i < 5; i++) {
    await page.reload();
    expect(await page.evaluate('shared')).toBe('shared');
  }
  expect((await lab.network.way('a', 'b').counts()).passed).toBeGreaterThan(before.passed);
  await browser.close();
}, 30_000);
