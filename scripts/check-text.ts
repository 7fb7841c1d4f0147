/**
 * Every word a customer can read is in src/locales/, and every language is whole: the same keys, the same places for
 * values, the plural forms it needs, nothing left in English, nothing that no element shows.
 */
import { glob } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import ts from 'typescript';
import { languageFor } from '../src/elements/internal/texts.ts';
import { en, type Text } from '../src/locales/en.ts';
import { atRoot, root } from './root.ts';
import { languageFaults } from './text/languages.ts';
import { strayWords } from './text/stray-words.ts';
import { usedKeys } from './text/used-keys.ts';

type Texts = Readonly<Record<string, Text>>;

/** Words that are the same in English. */
const same: Readonly<Record<string, readonly string[]>> = {};

const faults: string[] = [];

const languages = new Map<string, Texts>();
for await (const file of glob('src/locales/*.ts', { cwd: root })) {
  const tag = basename(file, '.ts');
  const [texts] = Object.values((await import(atRoot(file))) as Readonly<Record<string, Texts>>);
  if (texts) languages.set(tag, texts);
}
for (const [tag, texts] of languages) {
  const behind = tag.includes('-') ? languages.get(tag.replace(/-[^-]*$/, '')) : undefined;
  faults.push(...languageFaults(en, { tag, texts, behind, same: same[tag] }));
  if (languageFor(tag) !== tag.toLowerCase()) faults.push(`${tag}: src/elements/internal/texts.ts does not load it`);
}

const config = ts.getParsedCommandLineOfConfigFile(
  atRoot('tsconfig.json'),
  {},
  {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
  },
);
const names = (config?.fileNames ?? []).filter((name) => /^src\/(elements|flow)\//.test(relative(root, name)));
const program = ts.createProgram(names, config?.options ?? {});
const files = program.getSourceFiles().filter(({ fileName }) => names.includes(fileName));

const keys = new Set(Object.keys(en));
const used = usedKeys(program, files, keys);
for (const key of keys) if (!used.has(key)) faults.push(`en: no element shows ${key}`);

for (const file of files)
  for (const { words, line } of strayWords(file))
    faults.push(`${relative(root, file.fileName)}:${line}: “${words}” belongs into src/locales/`);

for (const fault of faults) console.error(`✗ ${fault}`);
console.log(
  `text: ${keys.size} texts in ${[...languages.keys()].join(', ')}; ${files.length} files read; ${faults.length} faults`,
);
process.exitCode = files.length > 0 && languages.size > 0 && faults.length === 0 ? 0 : 1;
