import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';

/** Where `npm run dev` finds a running zone: its one origin. */
const zone = process.env.TERTULIA_ZONE ?? 'http://localhost:8080';

/** Paraglide makes new rules at each word that counts something: a millisecond each, and a list has hundreds of them. */
const pluralRulesMadeOnce: Plugin = {
  name: 'plural-rules-made-once',
  transform(code, id) {
    if (!id.endsWith('/paraglide/registry.js')) return;
    const made = code.replace('new Intl.PluralRules(locale, options)', 'rulesOf(locale, options)');
    if (made === code) this.error('paraglide no longer makes plural rules as it did: look whether this is needed');
    return `${made}
const rules = new Map();
function rulesOf(locale, options) {
  const name = locale + JSON.stringify(options);
  if (!rules.has(name)) rules.set(name, new Intl.PluralRules(locale, options));
  return rules.get(name);
}`;
  }
};

/** Where modules are needed at once. `link`: to speak to the engine, at the door a little later; `elsewhere`: where nobody waits. */
type Place = 'everywhere' | 'sign-in' | 'link' | 'conversations' | 'elsewhere';
type Graph = { getModuleInfo(id: string): { readonly importers: readonly string[] } | null };

const places: readonly (readonly [RegExp, Place])[] = [
  [/\/runtime\/client\/entry\.js$|\/src\/routes\/\+/, 'everywhere'],
  [/\/src\/routes\/\(welcome\)\/(?:\+|.*\/sign-in\/)/, 'sign-in'],
  [/\/src\/routes\/\(app\)\/(?:\+|chats\/)/, 'conversations'],
  [/\/matrix\/remote\/connect\.ts$/, 'link'],
  [/\/src\/routes\//, 'elsewhere']
];

/** The places that need a module, found by walking to the routes and entries that import it. */
function placesOf(id: string, graph: Graph): ReadonlySet<Place> {
  const seen = new Set([id]);
  const found = new Set<Place>();
  for (const one of seen) {
    const place = places.find(([pattern]) => pattern.test(one))?.[1];
    if (place) found.add(place);
    for (const importer of graph.getModuleInfo(one)?.importers ?? []) seen.add(importer);
  }
  return found;
}

const partNames = ['base', 'link', 'conversations'] as const;

/**
 * Three files, and whatever pages have for themselves, instead of one for each set of pages that share something: a
 * browser spends a millisecond and more on every module before its first paint.
 */
function partOf(id: string, graph: Graph): (typeof partNames)[number] | null {
  const found = placesOf(id, graph);
  if (found.has('everywhere') || (found.has('sign-in') && found.size > 1)) return 'base';
  if (found.has('link')) return 'link';
  return found.has('conversations') && found.size === 1 ? 'conversations' : null;
}

/**
 * Words are told apart by who says them: all are imported by one list, which says nothing of that. What fewer bytes than
 * these would be a file of its own goes with a neighbour.
 */
const words = {
  name: 'words',
  test: /\/paraglide\/messages\//,
  entriesAware: true,
  entriesAwareMergeThreshold: 7_000,
  priority: 4
};
/** Of these every page has need, or the page for an error that it always has at hand: they draw no neighbours along. */
const commonWords = {
  name: 'common-words',
  test: /\/paraglide\/messages\/(?:failure_|nothing_here|to_chats\.|welcome_tagline)/,
  priority: 5
};
const parts = partNames.map((part, index) => ({
  // What a module of one part imports is of that part or of one before it: each is taken whole.
  priority: 3 - index,
  name: (id: string, graph: Graph) => (partOf(id, graph) === part ? part : null)
}));

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/lib/paraglide',
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale']
    }),
    pluralRulesMadeOnce,
    tailwindcss(),
    sveltekit()
  ],
  // `src/lib/matrix/build.ts`
  define: { __TERTULIA_BUILD__: JSON.stringify(Date.now()) },
  worker: { format: 'es' },
  environments: {
    client: { build: { rolldownOptions: { output: { codeSplitting: { groups: [commonWords, words, ...parts] } } } } }
  },
  // What only the worker imports is found late in development, and each find would reload the page.
  optimizeDeps: {
    entries: ['src/lib/matrix/engine/worker.ts', 'src/lib/matrix/engine/crypto/crypto.ts'],
    // Its WASM lies beside it.
    exclude: ['@matrix-org/matrix-sdk-crypto-wasm']
  },
  server: {
    proxy: Object.fromEntries(
      ['/_matrix', '/_tertulia', '/.well-known/matrix'].map((path) => [path, { target: zone, xfwd: true }])
    )
  }
});
