import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from './lab.ts';
import { openProbe } from './network/probe.ts';
import { isAlive, until, type ProcessId } from './process.ts';
import { sweep } from './scratch.ts';

/** Interfaces of this process's networks that are still the machine's. */
const interfaces = (pid: number): string[] =>
  readdirSync('/sys/class/net').filter((name) => name.startsWith(`lab${pid.toString(36)}-`));

describe('hosts and links', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.open(['a', 'b', 'c']);
  }, 30_000);
  afterAll(() => lab.close());

  test('opened with links that do what they are told', () => {
    expect(lab.figures.throughCut).toBe(0);
    expect(lab.figures.delayed - lab.figures.plain).toBeGreaterThan(35);
  });

  test('a host sees itself and its link, and nothing of the machine', async () => {
    const host = lab.host('a');
    expect((await host.run(['ip', '-o', 'link'])).trim().split('\n')).toHaveLength(2);
    expect((await host.run(['hostname'])).trim()).toBe('a');
    expect((await host.run(['ps', '-o', 'args=', 'ax'])).trim().split('\n')).toHaveLength(3);
    expect(interfaces(process.pid)).toEqual([]);
  });

  test('names and certificates hold between hosts; a cut closes one link only', async () => {
    const { certificate, key } = await lab.authority.issue(['b.test']);
    const serve = `const [cert, key] = process.argv.slice(1).map((path) => require('node:fs').readFileSync(path));
      require('node:https').createServer({ cert, key }, (request, response) => response.end(request.socket.remoteAddress))
        .listen(443, '0.0.0.0', () => console.log('up'));`;
    const server = lab.host('b').spawn([process.execPath, '-e', serve, certificate, key], {
      stdio: ['ignore', 'pipe', 'inherit']
    });
    if (server.stdout) await once(server.stdout, 'data');
    const ask = (from: string) => lab.host(from).fetch('https://b.test/', { seconds: 2 });

    expect(await (await ask('a')).text()).toBe(lab.network.address('a'));
    await lab.network.link('a', 'b').cut();
    await expect(ask('a')).rejects.toThrow();
    expect(await (await ask('c')).text()).toBe(lab.network.address('c'));
    await lab.network.link('a', 'b').mend();
    expect((await ask('a')).status).toBe(200);
  }, 20_000);

  test('one way can differ from the other', async () => {
    const [near, far] = [openProbe(lab.host('a')), openProbe(lab.host('c'))];
    const { echo } = await far.listen();
    const [there, back] = [lab.network.way('a', 'c'), lab.network.way('c', 'a')];
    const before = [await there.counts(), await back.counts()] as const;
    await back.set({ loss: 1 });
    expect(await near.trips(lab.network.address('c'), echo, 20, 1, 50)).toEqual([]);
    const since = async () => [
      (await there.counts()).passed - before[0].passed,
      (await back.counts()).dropped - before[1].dropped
    ];
    // The last of them may still be under way on a busy machine.
    await until('all to be there, and none to come back', async () => String(await since()) === '20,20', {
      seconds: 5
    });
    await lab.network.link('a', 'c').reset();
    await Promise.all([near.close(), far.close()]);
  });

  test('a busy test does not hold packets back', async () => {
    const [near, far] = [openProbe(lab.host('a')), openProbe(lab.host('b'))];
    const { echo } = await far.listen();
    const measured = near.trips(lab.network.address('b'), echo, 500, 1, 200);
    const busyUntil = performance.now() + 500;
    while (performance.now() < busyUntil);
    const trips = (await measured).sort((a, b) => a - b);
    expect(trips).toHaveLength(500);
    // Held back by it, half of them would take a quarter of a second and more.
    expect(trips[250]).toBeLessThan(50);
    await Promise.all([near.close(), far.close()]);
  });
});

describe('afterwards', () => {
  test('two labs run side by side, and leave nothing', async () => {
    const labs = await Promise.all([Lab.open(['a', 'b']), Lab.open(['a', 'b'])]);
    const [one, two] = labs;
    expect(one.network.subnet).not.toBe(two.network.subnet);
    await one.close();
    expect(await two.host('a').run(['ip', '-o', 'addr', 'show', 'net0'])).toContain(two.network.address('a'));
    await two.close();
    for (const lab of labs) expect(existsSync(lab.directory)).toBe(false);
    expect(interfaces(process.pid)).toEqual([]);
  }, 30_000);

  test('nothing is left of a lab whose owner was killed', async () => {
    const owner = fork(join(import.meta.dirname, 'left-open.ts'));
    const [message] = await Promise.race([once(owner, 'message'), once(owner, 'exit')]);
    expect(message).toHaveProperty('made');
    const { made, directory } = message as { made: ProcessId[]; directory: string };
    // The router with two carriers, and for each host its holder, its first process and that one's sleep; the stubborn one.
    expect(made.length).toBeGreaterThanOrEqual(11);
    expect(existsSync(directory)).toBe(true);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await until('the end of all its processes', () => made.every((process) => !isAlive(process)), { seconds: 5 });
    expect(interfaces(owner.pid ?? 0)).toEqual([]);
    expect(sweep()).toContain(directory);
    expect(existsSync(directory)).toBe(false);
  }, 30_000);
});
