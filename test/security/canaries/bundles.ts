/** What a page downloads: built anew with secrets in the environment, and as it lies there. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { atRoot, root } from '../../../scripts/root.ts';
import { Secrets } from './secrets.ts';

/** Under the names that the command reads. */
const environment = {
  CODAT_API_KEY: 'canary-of-the-key-in-the-environment',
  BANK_FEED_TOKEN_SECRET: 'canary of the token secret in the environment',
  BANK_FEED_SERVER_SECRET: 'canary-of-the-server-secret-in-the-environment',
  BANK_FEED_SOURCE_ACCOUNTS_SECRET: 'canary-of-the-source-accounts-secret',
  BANK_FEED_WEBHOOK_SECRETS: `whsec_${Buffer.from('canary of the webhook secret').toString('base64')}`,
  DATABASE_URL: 'postgres://canary:canary-of-the-password@127.0.0.1:1/canary',
} as const;

/** Rooms that no page gets anything of, also no text in a map. */
const servers = /(?:^|\/)src\/(?:proxy|codat|sandbox|outbox|store|commands)\//;

export const canariesOfBuild = (): Secrets => {
  const secrets = new Secrets();
  for (const [name, value] of Object.entries(environment)) secrets.learn('secret', name, value);
  return secrets;
};

/** How many files there are in a folder, and what is wrong with them. */
export const lookAtFiles = (folder: string, secrets: Secrets): { files: number; faults: readonly string[] } => {
  const files = globSync('**/*.{js,map,json,txt,css,html}', { cwd: folder });
  const faults = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const found = secrets.find(text, new Set());
    const source = file.endsWith('.map') ? text.match(/"sources":\[([^\]]*)\]/)?.[1] : undefined;
    return [
      ...(found === undefined ? [] : [`${file} has ${found.name}`]),
      ...(servers.test(source ?? '') ? [`${file} has code of a server`] : []),
    ];
  });
  return { files: files.length, faults };
};

/** What the project builds, with the canaries where a build could pick them up. */
export const buildWithCanaries = async (folder: string): Promise<void> => {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    for (const mode of ['modules', 'script'])
      await build({
        root,
        configFile: atRoot('vite.config.ts'),
        mode,
        logLevel: 'error',
        build: { outDir: join(folder, mode), emptyOutDir: true },
      });
  } finally {
    process.env = before;
  }
};
