import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { defaultPolicy, hashOf, headerOf, PolicyError, readPolicy } from './policy.ts';

describe('a zone’s policy', () => {
  it('lies over the default, directive by directive', () => {
    const policy = readPolicy('{"connect-src": ["\'self\'", "wss://meet.far.example"]}', 'policy.json');
    expect(policy).toEqual({ ...defaultPolicy, 'connect-src': ["'self'", 'wss://meet.far.example'] });
  });

  it.each([
    ['not JSON', '{', /policy\.json is not JSON/],
    ['no object', '[]', /policy\.json is a list/],
    ['an unknown directive', '{"script": ["x"]}', /"script" is no directive/],
    ['a word', '"self"', /policy\.json: the policy/],
    ['no list', '{"img-src": "blob:"}', /img-src/],
    ['an empty list', '{"img-src": []}', /img-src: is empty/],
    ['two sources in one', '{"img-src": ["blob: data:"]}', /img-src\.0: is not one source/],
    ['a source that ends the directive', '{"img-src": ["blob:;script-src"]}', /img-src\.0: is not one source/],
    ['inline scripts', '{"script-src": ["\'unsafe-inline\'"]}', /script-src: 'unsafe-inline' would let/],
    ['evaluated scripts', '{"default-src": ["\'unsafe-eval\'"]}', /default-src: 'unsafe-eval' would let/],
    ['scripts from anywhere', '{"script-src": ["*"]}', /script-src: \* would let/]
  ])('refuses %s, and says where', (_what, text, message) => {
    expect(() => readPolicy(text, 'policy.json')).toThrow(PolicyError);
    expect(() => readPolicy(text, 'policy.json')).toThrow(message);
  });
});

describe('the header', () => {
  const script = '\n  console.log("ü");\n';

  it('allows each inline script once, by its hash', () => {
    const header = headerOf(defaultPolicy, [script, 'other()', script]);
    const hash = createHash('sha256').update(Buffer.from(script)).digest('base64');
    expect(header).toContain(`'sha256-${hash}'`);
    expect(header.match(/sha256-/g)?.length).toBe(2);
    expect(header).toContain("default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'sha256-");
    expect(header).not.toContain("unsafe-inline' 'sha256");
  });

  it('is the same whatever the order of the scripts', () => {
    expect(headerOf(defaultPolicy, ['a', 'b'])).toBe(headerOf(defaultPolicy, ['b', 'a']));
  });

  it("does not keep 'none' beside hashes", () => {
    const header = headerOf({ 'script-src': ["'none'"] }, [script]);
    expect(header).toBe(`script-src ${hashOf(script)}`);
  });
});
