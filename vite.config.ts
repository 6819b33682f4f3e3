import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds a running zone: its one origin. */
const zone = process.env.TERTULIA_ZONE ?? 'http://localhost:8080';

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/lib/paraglide',
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale']
    }),
    tailwindcss(),
    sveltekit()
  ],
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
