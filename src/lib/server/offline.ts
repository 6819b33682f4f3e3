import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a browser keeps to open the app without a network; `src/lib/offline/build.ts` reads it. */
export type OfflineList = {
  readonly shell: string;
  readonly hashed: readonly string[];
  readonly plain: readonly string[];
};

/** Any page of the app will do: its script shows what the address names. */
const shell = '/chats';

/** Read from the build itself: the bundler's own list has neither the chunks of workers nor their WebAssembly. */
export function offlineList(build: string): OfflineList {
  const files = readdirSync(join(build, 'client'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:br|gz)$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(build, 'client').length))
    .sort();
  return {
    shell,
    // The names of the signs, in each language, are kept by who looks for one.
    hashed: files.filter((path) => path.startsWith('/_app/immutable/') && !path.endsWith('.json')),
    plain: files.filter((path) => !path.startsWith('/_app/') && path !== '/service-worker.js')
  };
}
