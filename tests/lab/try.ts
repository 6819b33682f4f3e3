import { Lab } from './lab.ts';
import { Zone } from './zones.ts';
import { Account } from './account.ts';
let t = performance.now();
const lap = (s: string) => {
  console.log(s, Math.round(performance.now() - t));
  t = performance.now();
};
const lab = await Lab.open(['a', 'b']);
const [za, zb] = await Promise.all([Zone.on(lab, 'a'), Zone.on(lab, 'b')]);
lap('two zones');
const al = await Account.register(za, 'alba'),
  bo = await Account.register(zb, 'bo');
const room = await al.createRoom({ preset: 'private_chat', invite: [bo.id] });
while (!(await bo.isInvited(room)));
await bo.join(room, 'a.test');
await al.send(room, 'one');
while (!(await bo.texts(room)).includes('one'));
lap('federated');
for (const cut of [90, 90, 90, 90, 90]) {
  const text = 'cut' + Math.random();
  await lab.network.link('a', 'b').cut();
  await al.send(room, text);
  await new Promise((r) => setTimeout(r, cut * 1000));
  await lab.network.link('a', 'b').mend();
  t = performance.now();
  while (!(await bo.texts(room)).includes(text)) await new Promise((r) => setTimeout(r, 100));
  lap('after cut of ' + cut);
}
await lab.close();
lap('close');
