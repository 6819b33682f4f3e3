import { describe, expect, it } from 'vitest';
import { Trouble, type Finding } from './finding.ts';
import { originOf, override, readSettings, type Said } from './settings.ts';
import { saidOn } from './flags.ts';

const findings = (run: () => unknown): readonly Finding[] => {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof Trouble) return thrown.findings;
    throw thrown;
  }
  return [];
};
const refused = (said: unknown) => findings(() => readSettings(said, 'settings.json'));

describe('settings', () => {
  it('make a try-out zone of nothing said: on this machine only, open, alone', () => {
    expect(readSettings({}, 'here')).toEqual({
      name: 'localhost',
      port: 8080,
      addresses: ['127.0.0.1', '::1'],
      certificate: null,
      registration: 'open',
      federation: null,
      push: ['fcm.googleapis.com', 'updates.push.services.mozilla.com', '.push.apple.com', '.notify.windows.com'],
      tidy: '1h',
      previews: { networks: [] },
      language: 'en'
    });
  });

  it('open no other zone to everybody unless it is said', () => {
    const settings = readSettings({ name: 'zone.example' }, 'here');
    expect(settings).toMatchObject({
      registration: 'by-invitation',
      addresses: [],
      federation: { ranges: [], ca: null }
    });
    expect(readSettings({ name: 'zone.example', registration: 'open' }, 'here').registration).toBe('open');
  });

  it.each([
    ['10.0.0.1', 'is an IP address'],
    ['[fd00::1]', 'is an IP address'],
    ['fd00::1', 'is an IP address'],
    ['Zone.example', 'is no host name'],
    ['zone.example:8448', 'is no host name'],
    ['-zone.example', 'is no host name'],
    ['<script>', 'is no host name']
  ])('refuse the name %s with the reason', (name, reason) => {
    const [finding] = refused({ name });
    expect(finding?.id).toBe('settings.name');
    expect(finding?.symptom).toContain(`“${name}”`);
    expect(finding?.symptom).toContain(reason);
    expect(finding?.fix).toContain('--name zone.example.org');
  });

  it.each([
    [{ port: 0 }, 'settings.port'],
    [{ port: Number.NaN }, 'settings.port'],
    [{ addresses: ['here'] }, 'settings.addresses.0'],
    [{ addresses: ['0.0.0.0'] }, 'settings.addresses'],
    [{ addresses: [] }, 'settings.addresses'],
    [{ federation: { ranges: ['10.0.0.0/8'] } }, 'settings.federation'],
    [{ name: 'a.example', federation: { ranges: ['10.0.0.0/33'] } }, 'settings.federation.ranges.0'],
    [{ previews: { networks: ['10.0.0.0'] } }, 'settings.previews.networks.0'],
    [{ previews: false }, 'settings.previews'],
    [{ registration: 'yes' }, 'settings.registration'],
    [{ nmae: 'zone.example' }, 'settings.form'],
    [[], 'settings.form'],
    ['text', 'settings.form']
  ])('refuse %j', (said, id) => {
    expect(refused(said).map((finding) => finding.id)).toEqual([id]);
  });

  it('name the place to correct', () => {
    expect(refused({ port: 99999 })[0]?.fix).toBe('Correct it in settings.json.');
  });
});

describe('what is said now', () => {
  const before: Said = { name: 'a.example', port: 8443, federation: { ranges: ['10.0.0.0/8'], ca: '/ca.pem' } };

  it('goes over what was said before, and leaves the rest', () => {
    expect(override(before, saidOn({ port: 9000 }))).toEqual({ ...before, port: 9000 });
    expect(override(before, saidOn({}))).toEqual(before);
  });

  it('changes one thing about federation without forgetting the other', () => {
    const { federation } = override(before, saidOn({ federate: ['10.1.0.0/16', '10.2.0.0/16'] }));
    expect(federation).toEqual({ ranges: ['10.1.0.0/16', '10.2.0.0/16'], ca: '/ca.pem' });
  });

  it('keeps files by their whole path', () => {
    expect(saidOn({ certificate: '/a.crt', key: '/a.key' })).toEqual({
      certificate: { file: '/a.crt', key: '/a.key' }
    });
    expect(saidOn({ ca: 'ca.pem' }).federation?.ca).toMatch(/^\/.*\/ca\.pem$/);
  });

  it('is refused where a certificate comes without its key', () => {
    expect(findings(() => saidOn({ certificate: '/a.crt' }))[0]?.symptom).toBe('--certificate is given without --key.');
    expect(findings(() => saidOn({ key: '/a.key' }))[0]?.symptom).toBe('--key is given without --certificate.');
  });
});

describe('the address of a zone', () => {
  const certificate = { file: '/a.crt', key: '/a.key' };

  it.each([
    [{}, 'http://localhost:8080'],
    [{ port: 80 }, 'http://localhost'],
    [{ name: 'a.example', certificate }, 'https://a.example'],
    [{ name: 'a.example', certificate, port: 8443 }, 'https://a.example:8443'],
    [{ name: 'a.example' }, 'http://a.example:8080']
  ])('%j', (said, origin) => {
    expect(originOf(readSettings(said, 'here'))).toBe(origin);
  });
});
