/**
 * Preloaded into the security tests, and where BANK_FEED_CANARIES names a folder into any others and the processes that
 * they start: every proxy that is made in them has a recorder, which knows its secrets. No test knows of it.
 */
import { mkdtempSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atRoot } from '../../../scripts/root.ts';
import { pathToFileURL } from 'node:url';
import { Recorder } from './recorder.ts';
import { watchProxies } from './watched.ts';

const isSecurity = process.argv[1] === atRoot('test/security/main.ts');
/** What is found is written here. */
export const folder =
  process.env['BANK_FEED_CANARIES'] ?? (isSecurity ? mkdtempSync(join(tmpdir(), 'bank-feed-recorded-')) : undefined);

const change = (source: string, from: string, to: string): string => {
  if (!source.includes(from)) throw new Error(`The canaries find no place any more: ${from}`);
  return source.replace(from, to);
};

/** What of Codat's never reaches a page, in all that the sandbox says of a company. */
const planted = {
  'createdByUserName: null': 'canary of who made the company',
  'description: company.description': 'canary of a description',
  'tags: company.tags': 'canary of a tag',
} as const;

/** Undefined where nothing is recorded. */
export const recorder = folder === undefined ? undefined : new Recorder(folder);

if (recorder !== undefined) {
  const watch = Symbol.for('bank feed canaries');
  Reflect.set(globalThis, watch, watchProxies(recorder));
  for (const value of Object.values(planted)) recorder.secrets.learn('internal', value, value);
  for (const name of ['BANK_FEED_SOURCE_ACCOUNTS_SECRET', 'CODAT_API_KEY', 'DATABASE_URL'])
    recorder.secrets.learn('secret', name, process.env[name]);
  recorder.watchServers();
  if (process.argv[1]?.includes('/src/commands/') === true) recorder.watchOutput();

  const proxy = pathToFileURL(atRoot('src/proxy/create-proxy.ts')).href;
  const views = pathToFileURL(atRoot('src/sandbox/views.ts')).href;
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (url !== proxy && url !== views) return loaded;
      let source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
      if (url === proxy) {
        source = change(source, 'export const createBankFeedProxy =', 'const createUnwatched =');
        source += `\nexport const createBankFeedProxy = globalThis[Symbol.for('bank feed canaries')](createUnwatched);`;
      } else {
        const [name, description, tags] = Object.values(planted);
        source = change(source, 'createdByUserName: null', `createdByUserName: '${name}'`);
        source = change(
          source,
          'description: company.description',
          `description: company.description ?? '${description}'`,
        );
        source = change(source, 'tags: company.tags,', `tags: { canary: '${tags}', ...company.tags },`);
      }
      return { ...loaded, source };
    },
  });
}
