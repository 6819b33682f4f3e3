/** Zones for tests. */
import { layoutOf } from './layout.ts';
import { readSettings, type Said } from './settings.ts';
import type { Zone } from './zone.ts';

export const layout = layoutOf('/checkout', '/data');

export const zoneWith = (said: Said = {}): Zone => ({
  settings: readSettings(said, 'here'),
  layout,
  ports: { synapse: 4001, web: 4002, turn: 4003 },
  secrets: {
    registration: 'REGISTRATION',
    macaroon: 'MACAROON',
    form: 'FORM',
    turn: 'TURN',
    'zone-password': 'PASSWORD',
    administrator: 'ADMINISTRATOR',
    'signing.key': 'KEY',
    vapid: 'PUBLIC PRIVATE'
  },
  python: '/python',
  ipv6: true
});

/** A zone of a community network: its own name, address and certificate, and neighbours in 10/8. */
export const communityZone = (): Zone =>
  zoneWith({
    name: 'a.example',
    addresses: ['10.1.0.1'],
    certificate: { file: '/a.crt', key: '/a.key' },
    federation: { ranges: ['10.0.0.0/8'], ca: '/ca.pem' }
  });
