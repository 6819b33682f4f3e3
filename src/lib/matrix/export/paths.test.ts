import { describe, expect, it } from 'vitest';
import { heap, markup, megabytes, turning } from '../../../../tests/hostile.ts';
import { linkTo, pathPart } from './paths.ts';

const hostile = ['..', '../../etc/passwd', 'C:\\a.txt', 'a\u0000b', '.bashrc', 'con', 'a/', ' . ', 'x\n', '~', '|', ''];

describe('a part of a path', () => {
  it('is what somebody is called, with a number before it', () => {
    expect(pathPart(7, 'Plaça del Nord')).toBe('0007-Plaça del Nord');
    expect(pathPart(7, 'terrat.png')).toBe('0007-terrat.png');
    expect(pathPart(12345, 'नमस्ते')).toBe('12345-नमस्ते');
    expect(pathPart(1, '🎉')).toBe('0001');
  });

  it.each([...hostile, ...markup, ...turning, ...megabytes, heap])('leads nowhere and hides nothing: %j', (name) => {
    const part = pathPart(1, name);
    expect(part).toMatch(/^0001(?:-[\p{L}\p{M}\p{N}._ -]*[^. ])?$/u);
    expect(part).not.toContain('..');
    expect([...part].length).toBeLessThan(80);
    expect(new URL(linkTo(`files/${part}`), 'https://zone.example/a/').pathname.split('/')).toHaveLength(4);
  });

  it('keeps the extension of a long name', () => {
    expect(pathPart(1, `${'x'.repeat(300)}.pdf`)).toMatch(/^0001-x{60}\.pdf$/);
  });
});
