/**
 * `npm run screenshots`: makes the pictures of the README from the running app: a zone, two people, a talk. They are
 * written beside this file.
 */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { eveningPicture } from '../../src/lib/matrix/fake/scene.ts';
import { Person } from '../e2e/pages/person.ts';
import { Account } from '../lab/account.ts';
import { launch } from '../lab/browsers.ts';
import { openLocal } from '../lab/lab.ts';
import { Zone } from '../lab/zones.ts';

const views = { desk: { width: 1280, height: 800 }, phone: { width: 375, height: 812 } } as const;

async function shoot(page: Page, what: string): Promise<void> {
  for (const [where, viewport] of Object.entries(views)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      const path = join(import.meta.dirname, `${what}-${where}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled' });
    }
  }
}

/** One who speaks over HTTP under a whole name, as people do. */
async function neighbour(place: Parameters<typeof Account.register>[0], name: string, shown: string): Promise<Account> {
  const account = await Account.register(place, name);
  await account.call('PUT', `/v3/profile/${encodeURIComponent(account.id)}/displayname`, { displayname: shown });
  return account;
}

const local = await openLocal();
const zone = await Zone.local(local.host);
const place = { origin: zone.origin, host: local.host };
const { browser } = await launch(local.host);

const alba = await Person.arrive(browser, zone.origin);
await shoot(await alba.context.newPage().then(async (page) => (await page.goto('/sign-in'), page)), 'sign-in');
await alba.register('alba');
const [marta, jordi, laia] = [
  await neighbour(place, 'marta', 'Marta Vidal'),
  await neighbour(place, 'jordi', 'Jordi Roca'),
  await neighbour(place, 'laia', 'Laia Serra')
];
const me = `@${alba.name}:localhost`;
const talk = await marta.createRoom({
  preset: 'private_chat',
  name: 'Plaça de Gràcia',
  topic: 'La xarxa del barri',
  invite: [me, jordi.id, laia.id]
});
for (const guest of [jordi, laia]) await guest.join(talk);
await alba.chats.accept('Plaça de Gràcia');
await alba.chats.open('Plaça de Gràcia');
await marta.send(talk, 'Has vist com ha quedat el terrat amb l’antena nova?');
const evening = Buffer.from(await eveningPicture().arrayBuffer());
await alba.conversation.attach({ name: 'vespre.bmp', mimeType: 'image/bmp', buffer: evening });
await alba.conversation.send('Preciós! I ara arribem bé fins a l’escola?');
await alba.conversation.reached('Preciós!').waitFor();
await jordi.send(talk, 'De sobres: 40 ms menys que abans. Dissabte hi pugem amb la canalla.');
await laia.send(talk, 'Jo porto la coca 🍰');
await marta.send(talk, 'Et truco quan arribi a casa');
await alba.conversation.messages('Et truco quan').waitFor();
const assembly = await laia.createRoom({ preset: 'private_chat', name: 'Assemblea', invite: [me] });
await alba.chats.accept('Assemblea');
await alba.chats.open('Plaça de Gràcia');
await laia.send(assembly, 'L’acta d’ahir ja és a la carpeta');
await alba.chats.unread('Assemblea', 1).waitFor();
await alba.page.mouse.move(0, 0);
await shoot(alba.page, 'conversation');
await alba.page.setViewportSize(views.phone);
await alba.page.goto('/chats');
await alba.chats.shown();
await shoot(alba.page, 'chats');

await browser.close();
await local.close();
