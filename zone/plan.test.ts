import { describe, expect, it } from 'vitest';
import { components } from './components/index.ts';
import { damagedDatabase, diskFindings, plan, type Observed } from './plan.ts';
import { secretNames } from './secrets.ts';
import { readSettings } from './settings.ts';

const gigabyte = 1024 ** 3;
const settings = readSettings({}, 'here');
const fresh: Observed = {
  identity: null,
  settingsChanged: true,
  data: '/data',
  secrets: [],
  wantedSecrets: secretNames,
  portless: ['synapse', 'web', 'turn'],
  refusedPorts: [],
  missingPackages: ['caddy', 'coturn'],
  synapseInstalled: false,
  appBuilt: false,
  free: { data: 10 * gigabyte, checkout: 10 * gigabyte },
  orphans: [],
  database: 'none',
  certificate: [],
  built: false
};
const second: Observed = {
  ...fresh,
  identity: { name: 'localhost', created: '2026-01-01T00:00:00.000Z', secrets: secretNames },
  settingsChanged: false,
  secrets: secretNames,
  portless: [],
  missingPackages: [],
  synapseInstalled: true,
  appBuilt: true,
  database: 'sound'
};
const deeds = (observed: Observed) => plan(settings, observed).steps.map((step) => step.do);
const ids = (observed: Observed) => plan(settings, observed).findings.map(({ id }) => id);

describe('the plan', () => {
  it('of a first start installs, makes and starts, the plaza before the door opens', () => {
    expect(plan(settings, fresh)).toEqual({
      findings: [],
      steps: [
        { do: 'install-packages', packages: ['caddy', 'coturn'] },
        { do: 'install-synapse' },
        { do: 'build-app' },
        { do: 'make-secrets', names: secretNames },
        { do: 'keep-settings' },
        { do: 'choose-ports', parts: ['synapse', 'web', 'turn'] },
        { do: 'configure' },
        { do: 'start', parts: ['synapse', 'turn', 'web'] },
        { do: 'furnish' },
        { do: 'start', parts: ['edge'] }
      ]
    });
  });

  it('of a second start makes nothing anew', () => {
    expect(deeds(second)).toEqual(['configure', 'start', 'furnish', 'start']);
  });

  it('starts every part once, after those that it needs', () => {
    const order = plan(settings, fresh).steps.flatMap((step) => (step.do === 'start' ? [...step.parts] : []));
    expect([...order].sort()).toEqual(Object.keys(components).sort());
    for (const { name, needs } of Object.values(components)) {
      for (const needed of needs) expect(order.indexOf(needed)).toBeLessThan(order.indexOf(name));
    }
  });

  it('installs and builds nothing where that has been done for it', () => {
    expect(deeds({ ...fresh, built: true })).not.toContain('install-synapse');
    expect(deeds({ ...fresh, built: true })).not.toContain('build-app');
    expect(deeds({ ...fresh, built: true })).not.toContain('install-packages');
  });

  it('makes a kind of secret that an older zone did not have, and none that was lost', () => {
    const older = secretNames.filter((name) => name !== 'turn');
    const upgraded = { ...second, secrets: older, identity: { name: 'localhost', created: '', secrets: older } };
    expect(plan(settings, upgraded).steps[0]).toEqual({ do: 'make-secrets', names: ['turn'] });
    expect(ids(upgraded)).toEqual([]);
    expect(ids({ ...second, secrets: older })).toEqual(['secrets.lost']);
  });

  it('first stops what a killed supervisor left behind', () => {
    const orphans = [{ name: 'synapse', pid: 7, started: 1 }];
    expect(plan(settings, { ...second, orphans }).steps[0]).toEqual({ do: 'stop-orphans', orphans });
  });
});

describe('what the plan refuses', () => {
  it('another name for a zone that has one, with both names and the ways out', () => {
    const { findings } = plan(readSettings({ name: 'other.example' }, 'here'), second);
    expect(findings).toEqual([
      {
        id: 'settings.name',
        level: 'error',
        symptom: 'The zone in /data is called localhost; it cannot become other.example.',
        effect:
          'Every address and every message carries the name; another one would be another zone. Nothing was changed.',
        fix: 'Start it as --name localhost, or make another zone beside it: --name other.example --data DIR --port N.'
      }
    ]);
  });

  it('a taken port, with its holder and another port', () => {
    const refusedPorts = [{ port: 8080, code: 'EADDRINUSE', holder: 'nginx (pid 12)' }];
    const [finding] = plan(settings, { ...second, refusedPorts }).findings;
    expect(finding?.symptom).toBe('Port 8080 is taken by nginx (pid 12).');
    expect(finding?.fix).toBe('Stop that program, or choose another port: --port 8081.');
  });

  it.each([
    ['EACCES', 'edge.port'],
    ['EADDRNOTAVAIL', 'edge.address']
  ])('a port that cannot be opened: %s', (code, id) => {
    expect(ids({ ...second, refusedPorts: [{ port: 443, code, holder: null }] })).toEqual([id]);
  });

  it('a damaged database, and says that nothing was deleted', () => {
    const observed = { ...second, database: { damaged: 'file is not a database' } };
    expect(plan(settings, observed).findings).toEqual([damagedDatabase('/data', 'file is not a database')]);
    expect(damagedDatabase('/data', 'x').effect).toContain('Nothing was deleted');
  });

  it('a full disk; what an installation takes counts where there is one to do', () => {
    const checkout = 300 * 1024 * 1024;
    expect(ids({ ...fresh, free: { data: 10 * gigabyte, checkout } })).toEqual(['disk.full']);
    expect(ids({ ...second, free: { data: 10 * gigabyte, checkout } })).toEqual([]);
    expect(ids({ ...second, free: { data: 1024, checkout } })).toEqual(['disk.full']);
  });

  it('warns of a disk that will soon be full', () => {
    expect(diskFindings(500 * 1024 * 1024, Infinity)).toMatchObject([{ id: 'disk.low', level: 'warning' }]);
    expect(diskFindings(2 * gigabyte, Infinity)).toEqual([]);
  });
});
