/** What stands beside and inside the built script-tag files: the notices of others, and each file's hash. */
import { createHash } from 'node:crypto';
import { glob, readFile, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { atRoot } from './root.ts';
import { languageNames, placeholder } from './script-tag.ts';

const folder = 'dist/script';

/** The licences of what the script-tag files carry, as they ask for: of each package that their source maps name. */
const writeNotices = async (): Promise<void> => {
  const names = new Set(['lit']);
  for await (const map of glob('*.js.map', { cwd: atRoot(folder) })) {
    const { sources } = z
      .object({ sources: z.array(z.string()) })
      .parse(JSON.parse(await readFile(atRoot(`${folder}/${map}`), 'utf8')));
    for (const source of sources) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
      if (name !== undefined) names.add(name);
    }
  }
  const texts = await Promise.all(
    [...names].map(async (name) => `${name}\n\n${await readFile(atRoot(`node_modules/${name}/LICENSE`), 'utf8')}`),
  );
  await writeFile(atRoot(`${folder}/NOTICES.txt`), texts.join(`\n${'-'.repeat(72)}\n\n`));
};

const integrityOf = async (file: string): Promise<string> =>
  `sha384-${createHash('sha384')
    .update(await readFile(atRoot(`${folder}/${file}`)))
    .digest('base64')}`;

/** Puts the hashes of the languages into the scripts, then writes down those of all files. */
export const finishScriptTag = async (): Promise<Readonly<Record<string, string>>> => {
  await writeNotices();
  const names = await languageNames();
  const hashes = new Map<string, string>();
  for (const name of names) hashes.set(name, await integrityOf(`locales/${name}.js`));
  const scripts: string[] = [];
  for await (const file of glob('*.js', { cwd: atRoot(folder) })) {
    scripts.push(file);
    let code = await readFile(atRoot(`${folder}/${file}`), 'utf8');
    for (const [name, hash] of hashes) {
      if (!code.includes(placeholder(name))) throw new Error(`${file} has no place for the hash of ${name}.`);
      code = code.replace(placeholder(name), hash);
    }
    await writeFile(atRoot(`${folder}/${file}`), code);
  }
  const integrity: Record<string, string> = {};
  for (const file of scripts.toSorted()) integrity[file] = await integrityOf(file);
  for (const [name, hash] of hashes) integrity[`locales/${name}.js`] = hash;
  await writeFile(atRoot(`${folder}/integrity.json`), `${JSON.stringify(integrity, null, 2)}\n`);
  return integrity;
};
