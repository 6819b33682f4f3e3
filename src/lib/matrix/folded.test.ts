import { expect, it } from 'vitest';
import { folded } from './folded.ts';

it('has neither case nor accents', () => {
  expect(folded('PLAÇA de Gràcia, l’Òdena')).toBe('placa de gracia, l’odena');
  expect(folded('יוסף')).toBe('יוסף');
});
