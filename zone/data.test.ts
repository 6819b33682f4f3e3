import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { integrityProblem, openingProblem } from './checks/database.ts';
import { writeWhereDifferent, writeWhole } from './files.ts';
import { Trouble } from './finding.ts';
import { readIdentity } from './identity.ts';
import { alone } from './install/lock.mjs';
import { layoutOf, type Layout } from './layout.ts';
import { lastLines, follow } from './logs.ts';
import { readPorts } from './observe.ts';
import { makeSecret, readSecrets, secretNames } from './secrets.ts';
import { settle } from './settings-file.ts';
import { askSupervisor, serveControl, type Report } from './supervision/control.ts';
import { startOf } from './supervision/started.mjs';
import { orphansOf, recordProcesses } from './supervision/processes.ts';
import { logLimit, rotate } from './supervision/rotation.ts';
import { findingsOf } from './unexpected.ts';

let data: string;
let layout: Layout;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'tertulia-data-'));
  layout = layoutOf('/checkout', data);
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const troubles = async (run: () => unknown): Promise<readonly string[]> => {
  try {
    await run();
  } catch (thrown) {
    if (thrown instanceof Trouble) return thrown.findings.map(({ id, symptom }) => `${id} ${symptom}`);
    throw thrown;
  }
  return [];
};

describe('secrets', () => {
  it('are made 0600 in a directory 0700, each another, and recognised', async () => {
    for (const name of secretNames) await makeSecret(layout, name);
    const secrets = readSecrets(layout, secretNames);
    expect(Object.keys(secrets)).toEqual(secretNames);
    expect(new Set(Object.values(secrets)).size).toBe(secretNames.length);
    expect(modeOf(layout.secrets)).toBe('700');
    for (const name of secretNames) expect(modeOf(layout.secret(name))).toBe('600');
  });

  it('that are damaged are named, and not overwritten', async () => {
    await makeSecret(layout, 'turn');
    writeFileSync(layout.secret('turn'), 'half');
    const found = await troubles(() => readSecrets(layout, secretNames));
    expect(found).toEqual([`secrets.damaged ${layout.secret('turn')} does not hold what the zone wrote there.`]);
    expect(readFileSync(layout.secret('turn'), 'utf8')).toBe('half');
  });
});

describe('damaged files', () => {
  it.each([
    ['settings.json', () => settle(layout, {})],
    ['identity.json', () => readIdentity(layout)],
    ['ports.json', () => readPorts(layout)]
  ])('%s is named, and not overwritten', async (name, read) => {
    writeFileSync(join(data, name), '{"half":');
    const [found] = await troubles(read);
    expect(found).toMatch(new RegExp(`^data\\.damaged ${data}/${name} is damaged \\(`));
    expect(readFileSync(join(data, name), 'utf8')).toBe('{"half":');
  });

  it('the database: what is none, and what is damaged inside', async () => {
    const path = join(data, 'homeserver.db');
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE t (x); CREATE INDEX i ON t (x); BEGIN');
    for (let row = 0; row < 2000; row += 1) database.prepare('INSERT INTO t VALUES (?)').run(`row ${row}`);
    database.exec('COMMIT');
    database.close();
    expect([openingProblem(path), integrityProblem(path)]).toEqual([null, null]);

    const whole = readFileSync(path);
    const damaged = Buffer.from(whole);
    damaged.fill(0xab, 8192, 16_384);
    writeFileSync(path, damaged);
    expect(integrityProblem(path)).not.toBeNull();
    writeFileSync(path, Buffer.concat([Buffer.alloc(100, 1), whole.subarray(100)]));
    expect(openingProblem(path)).toBe('file is not a database');
  });
});

describe('writing', () => {
  it('replaces a file whole, with its mode, and only where it differs', async () => {
    const file = { path: join(data, 'a/b'), mode: 0o600, text: 'one' };
    await writeWhole(file);
    expect(await writeWhereDifferent(file)).toBe(false);
    expect(await writeWhereDifferent({ ...file, text: 'two' })).toBe(true);
    expect(readFileSync(file.path, 'utf8')).toBe('two');
    expect(modeOf(file.path)).toBe('600');
    expect(existsSync(`${file.path}.new`)).toBe(false);
  });
});

describe('a lock', () => {
  const { signal } = new AbortController();

  it('lets one work after the other', async () => {
    const words: string[] = [];
    const work = (name: string) =>
      alone(join(data, 'lock'), signal, async () => {
        words.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        words.push(`${name} ends`);
      });
    await Promise.all([work('a'), work('b')]);
    const first = words[0]?.[0];
    const second = first === 'a' ? 'b' : 'a';
    expect(words).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`]);
  });

  it('of a dead owner is nobody’s', async () => {
    await writeFile(join(data, 'lock'), `${process.pid} 1`);
    expect(await alone(join(data, 'lock'), signal, async () => 'mine')).toBe('mine');
    expect(readdirSync(data)).toEqual([]);
  });

  it('is not waited for by who has been told to end', async () => {
    const ending = new AbortController();
    const first = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const working = alone(join(data, 'lock'), signal, () => {
      begun.resolve();
      return first.promise;
    });
    await begun.promise;
    const waiting = alone(join(data, 'lock'), ending.signal, async () => 'too late');
    ending.abort();
    await expect(waiting).rejects.toThrow();
    first.resolve();
    await working;
  });
});

describe('processes left behind', () => {
  it('are told from others that got their number', async () => {
    const started = startOf(process.pid) ?? 0;
    await mkdir(layout.run);
    await recordProcesses(layout, [
      { name: 'web', pid: process.pid, started },
      { name: 'turn', pid: process.pid, started: started + 1 },
      { name: 'edge', pid: 2 ** 22 + 1, started }
    ]);
    expect(orphansOf(layout)).toEqual([{ name: 'web', pid: process.pid, started }]);
  });

  it('are none where the list was cut short', async () => {
    await mkdir(layout.run);
    writeFileSync(layout.processes, '[{"name":');
    expect(orphansOf(layout)).toEqual([]);
  });
});

describe('the supervisor’s socket', () => {
  const report: Report = { pid: 1, name: 'localhost', origin: 'http://localhost:1', since: 0, parts: [] };

  it('answers, however long the directory is called, and to its owner only', async () => {
    layout = layoutOf('/checkout', join(data, 'd'.repeat(120)));
    let downs = 0;
    const silence = await serveControl(layout, { status: () => report, down: async () => void (downs += 1) });
    expect(await askSupervisor(layout, 'status')).toEqual(report);
    expect(await askSupervisor(layout, 'down')).toEqual({});
    expect(downs).toBe(1);
    expect(modeOf(layout.run)).toBe('700');
    silence();
    expect(await askSupervisor(layout, 'status')).toBeNull();
  });

  it('that nobody serves any more counts as nobody', async () => {
    await mkdir(layout.run);
    writeFileSync(join(layout.run, 'control.sock'), '');
    expect(await askSupervisor(layout, 'status')).toBeNull();
  });
});

describe('logs', () => {
  it('give their last lines', async () => {
    const path = join(data, 'a.log');
    expect(await lastLines(path, 2)).toEqual([]);
    writeFileSync(path, 'one\ntwo\nthree\n');
    expect(await lastLines(path, 2)).toEqual(['two', 'three']);
  });

  it('are followed, also over a cut', async () => {
    const path = join(data, 'a.log');
    writeFileSync(path, 'before\n');
    const ending = new AbortController();
    let told = '';
    const three = Promise.withResolvers<void>();
    const following = follow(
      [path],
      (_, text) => {
        told += text;
        if (told.includes('cut')) three.resolve();
        else writeFileSync(path, 'cut\n');
      },
      ending.signal
    );
    // The watcher is there once the first sizes are known.
    const writing = setInterval(() => writeFileSync(path, 'added\n', { flag: 'a' }), 20);
    await three.promise;
    clearInterval(writing);
    ending.abort();
    await following;
    expect(told).not.toContain('before');
    expect(told).toContain('added');
  });

  it('begin anew when they have grown too long', async () => {
    const path = join(data, 'a.log');
    writeFileSync(path, 'short');
    await rotate(path);
    expect(readFileSync(path, 'utf8')).toBe('short');
    writeFileSync(path, Buffer.alloc(logLimit, 'x'));
    await rotate(path);
    expect([statSync(path).size, statSync(`${path}.1`).size]).toEqual([0, logLimit]);
  });
});

describe('what nobody foresaw', () => {
  it('is a sentence, and its stack is in the log that the sentence names', () => {
    const [finding] = findingsOf(new Error('the moon is full'), layout);
    expect(finding).toMatchObject({
      id: 'zone.unexpected',
      symptom: 'Something that nobody foresaw: the moon is full.'
    });
    expect(finding?.fix).toContain(layout.log('zone'));
    expect(readFileSync(layout.log('zone'), 'utf8')).toMatch(/Error: the moon is full\n {4}at /);
  });

  it.each([
    ['ENOSPC', 'disk.full'],
    ['EACCES', 'data.access'],
    ['EROFS', 'data.access']
  ])('%s is foreseen', (code, id) => {
    const thrown = Object.assign(new Error('no'), { code, path: '/data/x' });
    expect(findingsOf(thrown, layout).map((finding) => finding.id)).toEqual([id]);
  });
});
