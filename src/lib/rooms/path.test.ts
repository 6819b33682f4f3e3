import { expect, it } from 'vitest';
import { pathOfLink } from './path';

const here = 'https://zone.example';

it.each([
  ['https://matrix.to/#/%23plaza%3Azone.example', '/chats/%23plaza%3Azone.example'],
  ['#plaza:zone.example', '/chats/%23plaza%3Azone.example'],
  ['matrix:roomid/abc?via=a.example&via=b.example', '/chats/!abc?via=a.example&via=b.example'],
  ['https://matrix.to/#/!abc/%24event', '/chats/!abc?event=%24event'],
  ['matrix:u/alba:zone.example', '/people?find=%40alba%3Azone.example'],
  ['https://zone.example/chats/!abc?event=%24event', '/chats/!abc?event=%24event']
])('%s is opened here', (link, path) => {
  expect(pathOfLink(link, here)).toBe(path);
});

it.each([
  '',
  'plaza',
  '#plaza',
  'https://zone.example/',
  'https://zone.example/chats/',
  'https://zone.example/settings/security',
  'https://other.example/chats/!abc',
  '//other.example/chats/!abc',
  'javascript:alert(1)'
])('%j is not', (link) => {
  expect(pathOfLink(link, here)).toBeNull();
});
