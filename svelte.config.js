import adapter from '@sveltejs/adapter-node';

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
  kit: {
    adapter: adapter({ precompress: true }),
    alias: { $protocol: 'protocol' },
    // Absolute paths: a prerendered shell serves every address below it (see src/server/main.ts).
    paths: { relative: false },
    // The policy is one header written by the web server, which adds the hashes of the prerendered pages.
    serviceWorker: { register: false },
    typescript: {
      config: (config) => ({
        ...config,
        include: [
          ...config.include,
          '../zone/**/*.ts',
          '../protocol/**/*.ts',
          '../tests/**/*.ts',
          '../synapse/**/*.ts',
          '../bridges/**/*.ts',
          '../*.config.ts'
        ]
      })
    }
  }
};
