import { resolve } from 'node:path';
import { defineConfig, type UserConfig } from 'vite';

const source = (path: string): string => resolve(import.meta.dirname, 'src', path);

/** What npm consumers import: one module an entry, with Lit and zod left to their own copy. */
const modules: UserConfig = {
  build: {
    outDir: 'dist/browser',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    lib: {
      formats: ['es'],
      entry: {
        index: source('elements/define.ts'),
        provider: source('elements/provider/define.ts'),
        connect: source('elements/connect/define.ts'),
        accounts: source('elements/accounts/define.ts'),
        mapping: source('elements/mapping/define.ts'),
        status: source('elements/status/define.ts'),
        client: source('client/index.ts'),
      },
    },
    rolldownOptions: {
      external: [/^lit(\/|$)/, /^@lit\//, /^zod(\/|$)/],
      output: { chunkFileNames: 'shared/[name]-[hash].js' },
    },
  },
};

/** What a script tag loads: everything inside one file, other languages beside it on demand. */
const script: UserConfig = {
  build: {
    outDir: 'dist/script',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    minify: true,
    lib: { formats: ['es'], entry: { 'bank-feed-elements': source('elements/define.ts') } },
    rolldownOptions: {
      output: { minify: true, chunkFileNames: 'locales/[name].js' },
    },
  },
};

export default defineConfig(({ mode }) => ({
  configFile: false,
  logLevel: 'warn',
  ...(mode === 'script' ? script : modules),
}));
