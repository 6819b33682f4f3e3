import { describe, expect, it } from 'vitest';
import { exitCode, render, type Finding } from './finding.ts';

const error: Finding = {
  id: 'turn.relay',
  level: 'error',
  symptom: 'TURN answers but refuses peers in 10.0.0.0/8.',
  effect: 'calls behind NAT have no sound.',
  fix: 'zone check --fix turn.relay'
};

describe('a finding', () => {
  it('is one symptom, one effect, one fix', () => {
    expect(render(error)).toBe(
      [
        '✖ turn.relay  TURN answers but refuses peers in 10.0.0.0/8.',
        '  Effect: calls behind NAT have no sound.',
        '  Fix:    zone check --fix turn.relay'
      ].join('\n')
    );
  });

  it('shows the last lines of the log that explains it', () => {
    const text = render({ ...error, level: 'warning', log: { path: '/data/logs/turn.log', lines: ['one', 'two'] } });
    expect(text.startsWith('⚠ turn.relay')).toBe(true);
    expect(text.endsWith('  Log:    /data/logs/turn.log\n    │ one\n    │ two')).toBe(true);
  });

  it('makes the exit code', () => {
    expect(exitCode([])).toBe(0);
    expect(exitCode([{ ...error, level: 'warning' }])).toBe(1);
    expect(exitCode([{ ...error, level: 'warning' }, error])).toBe(2);
  });
});
