import { describe, expect, it } from 'vitest';
import type { UserId } from '$lib/matrix/values';
import { candidates, termAt } from './completion';

describe('a name at the caret', () => {
  it.each<[string, number, string]>([
    ['@', 0, ''],
    ['@mar', 0, 'mar'],
    ['hello @mar', 6, 'mar'],
    ['(@mar', 1, 'mar'],
    ['**@mar', 2, 'mar'],
    ['🙂 @mar', 3, 'mar'],
    ['مرحبا @يو', 6, 'يو'],
    ['one\n@mar', 4, 'mar']
  ])('in %s', (text, at, term) => expect(termAt(text, text.length)).toEqual({ kind: 'person', at, term }));

  it.each(['', 'mar', 'a@mar', '@mar ', 'write to a@b.example', `@${'x'.repeat(41)}`])('is none in %s', (text) =>
    expect(termAt(text, text.length)).toBeNull()
  );

  it('is looked for before the caret alone', () => {
    expect(termAt('@marta', 3)).toEqual({ kind: 'person', at: 0, term: 'ma' });
    expect(termAt('a @marta', 1)).toBeNull();
  });
});

describe('a sign at the caret', () => {
  it.each<[string, number, string]>([
    [':he', 0, 'he'],
    ['good :thumbs_u', 5, 'thumbs_u'],
    ['yes :+1', 4, '+1'],
    ['(:cor', 1, 'cor'],
    ['visca :botifarra', 6, 'botifarra'],
    ['és :àg', 3, 'àg']
  ])('in %s', (text, at, term) => expect(termAt(text, text.length)).toEqual({ kind: 'sign', at, term }));

  it.each([':', ':h', ':-', 'at 10:30', 'https://zone.example', 'note: he', 'a:heart', ': he', `:${'x'.repeat(41)}`])(
    'is none in %s',
    (text) => expect(termAt(text, text.length)).toBeNull()
  );
});

describe('who may be meant', () => {
  const person = (id: string, name: string) => ({ id: `@${id}:zone.example` as UserId, name });
  const people = [
    person('x1', 'Anna Martí'),
    person('marta', 'La Veïna'),
    person('mvidal', 'Marta Vidal'),
    person('nuria', 'Núria'),
    person('jordi1', 'Jordi'),
    person('jordi2', 'Jordi')
  ];
  const names = (term: string) => candidates(people, term).map(({ person }) => person.name);

  it('is found by the name, a word of it, or the address, in this order', () => {
    expect(names('mart')).toEqual(['Marta Vidal', 'Anna Martí', 'La Veïna']);
    expect(names('vid')).toEqual(['Marta Vidal']);
    expect(names('xyz')).toEqual([]);
  });

  it('is found without case and accents', () => {
    expect(names('nur')).toEqual(['Núria']);
    expect(names('NÚR')).toEqual(['Núria']);
  });

  it('is told apart by the address where two have one name', () => {
    expect(candidates(people, 'jor').map(({ address }) => address)).toEqual([
      'jordi1@zone.example',
      'jordi2@zone.example'
    ]);
    expect(candidates(people, 'nur')[0]?.address).toBeNull();
  });

  it('is one of a few', () => {
    const many = Array.from({ length: 40 }, (_, at) => person(`p${at}`, `Pau ${at}`));
    expect(candidates(many, 'pau')).toHaveLength(8);
  });
});
