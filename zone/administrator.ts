import { existsSync } from 'node:fs';
import { sha256, writeWhole } from './files.ts';
import type { Layout } from './layout.ts';
import { originOf, type Settings } from './settings.ts';
import { administratorLink } from '../synapse/homeserver.ts';

/** The homeserver knows the link's hash; it removes the file when the link is spent. */
export const offerLink = (layout: Layout, token: string): Promise<void> =>
  writeWhole({ path: administratorLink(layout.synapse), mode: 0o600, text: `${sha256(token)}\n` });

/** The link that makes its visitor the administrator; null once somebody has used it. The token never leaves the browser's address bar. */
export const unspentLink = (layout: Layout, settings: Settings, token: string): string | null =>
  existsSync(administratorLink(layout.synapse)) ? `${originOf(settings)}/register#administrator=${token}` : null;
