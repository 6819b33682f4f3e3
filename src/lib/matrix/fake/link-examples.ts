import type { LinkPreview } from '../values.ts';
import { eveningPicture } from './scene.ts';
import type { FakeZone } from './zone.ts';

/** Pages of the neighbourhood: one that says all that a page can, with a picture, and one that says little. */
export function pagesOf({ name, media }: Pick<FakeZone, 'name' | 'media'>): Map<string, LinkPreview> {
  const content = `mxc://${name}/bread`;
  media.set(content, eveningPicture());
  return new Map([
    [
      'https://forn.example/obrim',
      {
        title: 'Obrim dissabte a les vuit',
        description:
          'Pa de pagès, coca de recapte i llonguets, com sempre al carrer de Verdi. Encàrrecs fins divendres.',
        site: 'El Forn',
        picture: { source: { at: 'zone', content, seal: null }, shape: { width: 600, height: 344 } }
      }
    ],
    ['https://mapa.example/', { title: 'El mapa', description: '', site: '', picture: null }]
  ]);
}
