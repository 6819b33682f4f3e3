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
