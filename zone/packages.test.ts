import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installFinding, installScript, nodeFindings, packagesAreThere } from './packages.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tertulia-packages-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('npm packages', () => {
  const a = { version: '1.0.0', integrity: 'sha512-a' };
  const b = { version: '2.0.0', integrity: 'sha512-b' };
  const elsewhere = { version: '3.0.0', integrity: 'sha512-c', optional: true };
  const node = { version: '24.0.0', integrity: 'sha512-n', optional: true };
  const ours = `node_modules/node-${process.platform}-${process.arch}`;
  const wanted = {
    '': {},
    'node_modules/a': a,
    'node_modules/b': b,
    'node_modules/elsewhere': elsewhere,
    [ours]: node
  };

  const lay = (there: Record<string, object> | string, folders: readonly string[] = Object.keys(there)) => {
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    const text = typeof there === 'string' ? there : JSON.stringify({ packages: there });
    writeFileSync(join(root, 'node_modules/.package-lock.json'), text);
    for (const folder of folders) {
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, 'package.json'), '{}');
    }
  };
  const all = { 'node_modules/a': a, 'node_modules/b': b, [ours]: node };

  it('are there where the lock and what npm wrote down agree; one for another system may lack', () => {
    lay(all);
    expect(packagesAreThere(root)).toBe(true);
  });

  it.each([
    ['npm was interrupted before it wrote its list', '', []],
    ['the list was cut short', '{"packages": {', []],
    ['one is missing', { 'node_modules/a': a, [ours]: node }, undefined],
    ['one has another version', { ...all, 'node_modules/b': { ...b, version: '1.9.9' } }, undefined],
    ['one has other content', { ...all, 'node_modules/b': { ...b, integrity: 'sha512-x' } }, undefined],
    ['a folder was removed by hand', all, ['node_modules/a', ours]],
    ['our Node is missing', { 'node_modules/a': a, 'node_modules/b': b }, undefined]
  ])('are not there where %s', (_, there, folders) => {
    lay(there, folders);
    expect(packagesAreThere(root)).toBe(false);
  });

  it('are not there in a fresh clone', () => {
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
    expect(packagesAreThere(root)).toBe(false);
  });
});

describe('installing Debian packages', () => {
  /** Runs the script with an apt-get that writes down who may start services while it runs. */
  const install = (exitCode: number) => {
    const policy = join(root, 'policy-rc.d');
    const bin = join(root, 'bin');
    mkdirSync(bin, { recursive: true });
    const apt = `#!/bin/sh\necho "$@" >> ${root}/calls\ncp ${policy} ${root}/seen\nexit ${exitCode}\n`;
    writeFileSync(join(bin, 'apt-get'), apt);
    chmodSync(join(bin, 'apt-get'), 0o755);
    writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\necho "$@" >> ${root}/services\n`);
    chmodSync(join(bin, 'systemctl'), 0o755);
    const { status } = spawnSync('sh', ['-c', installScript(['caddy', 'coturn'], policy)], {
      env: { PATH: `${bin}:/usr/bin:/bin` }
    });
    const calls = readFileSync(join(root, 'calls'), 'utf8').trim().split('\n');
    return { status, calls, policy, during: spawnSync('sh', [join(root, 'seen')]).status };
  };

  it('lets none start a service, and leaves no policy behind', () => {
    const { status, calls, policy, during } = install(0);
    expect(status).toBe(0);
    expect(calls).toEqual(['install -y --no-install-recommends -o DPkg::Lock::Timeout=120 caddy coturn']);
    // 101: "action not allowed" (Debian policy, invoke-rc.d).
    expect(during).toBe(101);
    expect(existsSync(policy)).toBe(false);
  });

  it('leaves no service behind that would start with the machine', () => {
    install(0);
    const said = readFileSync(join(root, 'services'), 'utf8').replace(' --now', '');
    expect(said).toBe('disable caddy.service caddy-api.service coturn.service\n');
  });

  it('puts the system’s own policy back, also when it fails', () => {
    writeFileSync(join(root, 'policy-rc.d'), '#!/bin/sh\nexit 0\n');
    const { status, calls, policy, during } = install(100);
    expect(status).not.toBe(0);
    expect(calls[1]).toBe('update');
    expect(during).toBe(101);
    expect(readFileSync(policy, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  });

  it('takes a policy that it left behind by dying for its own', () => {
    const left =
      installScript(['caddy'], join(root, 'policy-rc.d'))
        .split('\n')
        .find((line) => line.startsWith('printf')) ?? '';
    execFileSync('sh', ['-c', `policy=${root}/policy-rc.d; mark='# by tertulia, while it installs'; ${left}`]);
    expect(existsSync(join(root, 'policy-rc.d'))).toBe(true);
    expect(existsSync(install(0).policy)).toBe(false);
  });
});

describe('an installer that fails', () => {
  it.each([
    ['npm error code ENOSPC', 'disk.full', 'Make room on the disk'],
    ['OSError: [Errno 28] No space left on device', 'disk.full', 'Make room on the disk'],
    ['npm error getaddrinfo EAI_AGAIN registry.example', 'network.none', 'Connect this machine'],
    ['Temporary failure in name resolution', 'network.none', 'Connect this machine'],
    ['error TS2322', 'web.build', 'Read the lines below']
  ])('%s', (output, id, fix) => {
    const finding = installFinding('web.build', 'The web app could not be built', `one\n${output}\n`, 'npm start');
    expect(finding.id).toBe(id);
    expect(finding.fix).toContain(fix);
    expect(finding.log?.lines).toEqual(['one', output]);
  });
});

describe('the Node that starts it all', () => {
  it('is 20 or newer', () => {
    expect(nodeFindings('v20.0.0')).toEqual([]);
    expect(nodeFindings('v24.1.0')).toEqual([]);
    expect(nodeFindings('v18.20.4')[0]?.symptom).toBe('This is Node v18.20.4; 20 or newer is needed.');
  });
});
