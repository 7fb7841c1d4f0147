import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type LibraryOptions, type UserConfig } from 'vite';
import * as z from 'zod';
import { compactSource } from './scripts/compact.ts';
import { languageFiles, languageNames, ownPolicy } from './scripts/script-tag.ts';
import { textLines } from './scripts/text-lines.ts';
import { textNumbers } from './scripts/text-numbers.ts';

const atRoot = (path: string): string => resolve(import.meta.dirname, path);
const source = (path: string): string => atRoot(`src/${path}`);
const versionOf = (folder: string): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(atRoot(`${folder}/package.json`), 'utf8'))).version;

/** What npm consumers import: one module an entry, with Lit left to its own copy. */
const modules: UserConfig = {
  plugins: [textLines(false), textNumbers, compactSource],
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
        setup: source('elements/setup/define.ts'),
        elements: source('elements/elements.ts'),
        client: source('client/index.ts'),
        react: source('frameworks/react.ts'),
        'react-jsx': source('frameworks/react-jsx.ts'),
        vue: source('frameworks/vue.ts'),
        'codat-link': source('frameworks/codat-link.ts'),
      },
    },
    rolldownOptions: {
      external: [/^lit(\/|$)/, /^@lit\//, 'react'],
      output: { chunkFileNames: 'shared/[name]-[hash].js' },
      // It is kept at the top of an entry, which `npm run check:package` looks at.
      onLog: (level, log, tell) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') tell(level, log);
      },
    },
  },
};

const notice = [
  `bank-feed-elements ${versionOf('.')}, MIT`,
  `carries lit ${versionOf('node_modules/lit')} (BSD-3-Clause, Google LLC), text in NOTICES.txt`,
].join('; ');

/** What a script tag loads: everything inside one file. Both kinds take other languages from the files beside them. */
const scriptTag = (script: string, lib: LibraryOptions): UserConfig => ({
  plugins: [ownPolicy, languageFiles(script), textLines(true), textNumbers, compactSource],
  build: {
    outDir: 'dist/script',
    emptyOutDir: false,
    target: 'es2022',
    sourcemap: true,
    minify: true,
    lib,
    // A classic script is sloppy unless it says otherwise, and all of ours is written as modules.
    rolldownOptions: {
      output: {
        minify: true,
        // Marks for a bundler, which this file never meets again.
        comments: { annotation: false },
        strict: true,
        postBanner: ({ name }) => (name.startsWith('locales/') ? '' : `/*! ${notice} */`),
      },
    },
  },
});

const locales = (await languageNames()).map((name) => [`locales/${name}`, source(`locales/${name}.ts`)] as const);

const configs: Readonly<Record<string, UserConfig>> = {
  modules,
  script: scriptTag('import.meta.url', {
    formats: ['es'],
    entry: { 'bank-feed-elements': source('elements/script-tag/module.ts'), ...Object.fromEntries(locales) },
  }),
  classic: scriptTag('document.currentScript?.src || document.baseURI', {
    formats: ['iife'],
    name: 'BankFeedElements',
    entry: source('elements/script-tag/classic.ts'),
    fileName: () => 'bank-feed-elements.classic.js',
  }),
};

export default defineConfig(({ mode }) => ({ configFile: false, logLevel: 'warn', ...configs[mode] }));
