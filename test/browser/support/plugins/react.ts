import { isBuiltin } from 'node:module';
import { basename } from 'node:path';
import type { TestRunnerPlugin } from '@web/test-runner';
import { build, type Plugin } from 'vite';

const versions = { 18: { react: 'react-18', dom: 'react-dom-18' }, 19: { react: 'react', dom: 'react-dom' } } as const;
type Version = keyof typeof versions;

/** CommonJS has no names that a browser could import: they are listed. */
const namesOf = async (name: string): Promise<string> =>
  Object.keys(await import(name))
    .filter((key) => /^[a-z]\w*$/i.test(key) && key !== 'default')
    .join(', ');

/** One version as modules: `react.js`, and `dom.js` with what draws, both with the same React inside. */
const bundle = async (version: Version, names: string): Promise<Map<string, string>> => {
  const { react, dom } = versions[version];
  const pages: Record<string, string> = {
    react: `import all from 'react'; export const { ${names} } = all;`,
    dom: `import client from '${dom}/client'; import all from '${dom}';
      export const { createRoot } = client; export const { flushSync } = all;`,
  };
  const entries: Plugin = {
    name: 'entries',
    resolveId: (id) => (/\bpage-\w+$/.exec(id) ? `\0${basename(id)}` : null),
    load: (id) => pages[id.replace('\0page-', '')] ?? null,
  };
  const built = await build({
    configFile: false,
    logLevel: 'error',
    mode: 'development',
    plugins: [entries],
    resolve: { alias: [{ find: /^react$/, replacement: react }] },
    define: { 'process.env.NODE_ENV': '"development"' },
    build: {
      write: false,
      minify: false,
      lib: { formats: ['es'], entry: { react: 'page-react', dom: 'page-dom' }, fileName: (_, name) => `${name}.js` },
      rolldownOptions: { external: isBuiltin, output: { chunkFileNames: '[name].js' } },
    },
  });
  const outputs = (Array.isArray(built) ? built : 'output' in built ? [built] : []).flatMap(({ output }) => output);
  return new Map(outputs.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code] as const] : [])));
};

/**
 * Serves React 18 and 19 to pages, `/__react/18/dom.js` and so on. A module that imports `react` gets the version that
 * its own address asks for (`?react=18`), otherwise 19.
 */
export const reactVersions = async (): Promise<TestRunnerPlugin> => {
  // Before the runner puts a console of its own in place, which React cannot be loaded with.
  const names = { 18: await namesOf('react-18'), 19: await namesOf('react') } as const;
  const made = new Map<Version, Promise<Map<string, string>>>();
  return {
    name: 'react-versions',
    resolveImport({ source, context }) {
      if (source !== 'react') return undefined;
      return `/__react/${context.query['react'] === '18' ? 18 : 19}/react.js`;
    },
    async serve({ path }) {
      const [, number, file = ''] = /^\/__react\/(18|19)\/(.*)$/.exec(path) ?? [];
      if (number === undefined) return undefined;
      const version = number === '18' ? 18 : 19;
      const files = made.get(version) ?? bundle(version, names[version]);
      made.set(version, files);
      return { body: (await files).get(file) ?? '', type: 'js' };
    },
  };
};
