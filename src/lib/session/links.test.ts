import { expect, it } from 'vitest';
import { linksOf } from './links';

it('reads what a link to the page of registration carries', () => {
  expect(linksOf(new URL('http://a.example/register#administrator=abc'))).toEqual({ administrator: 'abc' });
  expect(linksOf(new URL('http://a.example/register?invitation=x%2By'))).toEqual({ invitation: 'x+y' });
  expect(linksOf(new URL('http://a.example/register'))).toEqual({});
  expect(linksOf(new URL('http://a.example/register?invitation=#administrator='))).toEqual({});
});

it('takes the administrator’s token from the fragment alone, which no server sees', () => {
  expect(linksOf(new URL('http://a.example/register?administrator=abc')).administrator).toBeUndefined();
});
