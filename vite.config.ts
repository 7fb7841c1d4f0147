import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, Visitor, type ESTree, type LibraryOptions, type Plugin, type UserConfig } from 'vite';
import { languageLines } from './scripts/language-lines.ts';
import { languageFiles, languageNames, ownPolicy } from './scripts/script-tag.ts';

const atRoot = (path: string): string => resolve(import.meta.dirname, path);
const source = (path: string): string => atRoot(`src/${path}`);
const versionOf = (folder: string): string =>
  /"version": "([^"]+)"/.exec(readFileSync(atRoot(`${folder}/package.json`), 'utf8'))?.[1] ?? '';

/** What npm consumers import: one module an entry, with Lit left to its own copy. */
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
        setup: source('elements/setup/define.ts'),
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

/** Around these a space is never drawn, but would be a node of its own in every copy of a template. */
const block =
  'caption|d[dlt]|details|dialog|div|fieldset|form|h[23]|header|legend|li|nav|ol|p|section|summary|t(?:able|body|d|h|head|r)|ul';
const aroundBlocks = [
  new RegExp(` (</?(?:${block})\\b)`, 'g'),
  new RegExp(`(</(?:${block}) ?>) `, 'g'),
  new RegExp(`(<(?:${block})(?: [^<>]*)?>) `, 'g'),
] as const;

/** Line breaks and indentation are for readers of the source: where text flows, a run of them is one space. */
export const compactHtml = (text: string): string =>
  aroundBlocks.reduce((html, pattern) => html.replace(pattern, '$1'), text.replace(/\s*\n\s*/g, ' '));

export const compactCss = (text: string): string =>
  text
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;}/g, '}');

const compactions = new Map([
  ['html', compactHtml],
  ['svg', compactHtml],
  ['css', compactCss],
]);

/**
 * Templates are text to a minifier, which leaves them as they are. The line breaks taken out are put behind each piece,
 * where they mean nothing, so that the lines of the source map stay right.
 */
export const compactTemplates = (code: string, program: ESTree.Program): string => {
  const pieces: { readonly piece: ESTree.TemplateElement; readonly text: string }[] = [];
  new Visitor({
    TaggedTemplateExpression({ tag, quasi }) {
      const compact = tag.type === 'Identifier' ? compactions.get(tag.name) : undefined;
      if (compact) pieces.push(...quasi.quasis.map((piece) => ({ piece, text: compact(piece.value.raw) })));
    },
  }).visit(program);
  let compacted = '';
  let at = 0;
  for (const { piece, text } of pieces.toSorted((one, other) => one.piece.start - other.piece.start)) {
    const behind = piece.end + (piece.tail ? '`' : '${').length;
    const breaks = piece.value.raw.split('\n').length - 1;
    compacted += code.slice(at, piece.start) + text + code.slice(piece.end, behind);
    compacted += '\n'.repeat(breaks);
    at = behind;
  }
  return compacted + code.slice(at);
};

const templates: Plugin = {
  name: 'compact-templates',
  transform(code, id) {
    if (!/src[\\/]elements[\\/].*\.ts$/.test(id)) return null;
    return { code: compactTemplates(code, this.parse(code)), map: null };
  },
};

const notice = [
  `bank-feed-elements ${versionOf('.')}, MIT`,
  `carries lit ${versionOf('node_modules/lit')} (BSD-3-Clause, Google LLC), text in NOTICES.txt`,
].join('; ');

/** What a script tag loads: everything inside one file. Both kinds take other languages from the files beside them. */
const scriptTag = (script: string, lib: LibraryOptions): UserConfig => ({
  plugins: [ownPolicy, languageFiles(script), languageLines, templates],
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
    entry: { 'bank-feed-elements': source('elements/define.ts'), ...Object.fromEntries(locales) },
  }),
  classic: scriptTag('document.currentScript?.src || document.baseURI', {
    formats: ['iife'],
    name: 'BankFeedElements',
    entry: source('elements/script-tag/classic.ts'),
    fileName: () => 'bank-feed-elements.classic.js',
  }),
};

export default defineConfig(({ mode }) => ({ configFile: false, logLevel: 'warn', ...configs[mode] }));
