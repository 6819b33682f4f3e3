import { describe, expect, it } from 'vitest';
import { heardIn } from './heard.ts';

const content = (rule: Record<string, unknown>) => ({ global: { content: [rule] } });
const sender = (rule: Record<string, unknown>) => ({ global: { sender: [rule] } });

describe('what one hears of', () => {
  it('is as other clients write it', () => {
    const rules = {
      global: {
        content: [
          { rule_id: '.m.rule.contains_user_name', pattern: 'anna', actions: ['notify'], enabled: true },
          { rule_id: 'ladder', pattern: 'ladder', actions: ['notify', { set_tweak: 'highlight' }], enabled: true }
        ],
        sender: [{ rule_id: '@berta:zone.example', actions: [], enabled: true }]
      }
    };
    expect(heardIn(rules)).toEqual({ words: ['ladder'], quiet: ['@berta:zone.example'] });
    expect(heardIn(rules)).toBe(heardIn(rules));
  });

  it.each([
    ['nothing', undefined],
    ['no rules', {}],
    ['no list', { global: { content: 'x', sender: 7 } }],
    ['no rule', { global: { content: [null, 'x'], sender: [null] } }],
    ['one that is off', content({ rule_id: 'x', pattern: 'x', actions: ['notify'], enabled: false })],
    ['one that does nothing', content({ rule_id: 'x', pattern: 'x', actions: ['dont_notify'] })],
    ['one without a word', content({ rule_id: 'x', pattern: ' ', actions: ['notify'] })],
    ['a loud person', sender({ rule_id: '@a:b', actions: ['notify'] })],
    ['nobody', sender({ rule_id: 'somebody', actions: [] })]
  ])('is nothing by %s', (_, rules) => expect(heardIn(rules)).toEqual({ words: [], quiet: [] }));
});
