/** The code that the playgrounds show, with everything that can be chosen: compiled as a reader would. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { compileTemplate, parse } from 'vue/compiler-sfc';
import { codeOf, type Choices } from '../../demo/site/code.ts';
import { elementEntries } from '../../scripts/manifest.ts';
import { atRoot } from '../../scripts/root.ts';

const entries = await elementEntries();

const plain = (tag: string): Choices => ({ tag, attributes: [], styles: [], language: 'en-GB' });
const full = (tag: string): Choices => ({
  tag,
  attributes: (entries.find(({ tagName }) => tagName === tag)?.attributes ?? [])
    .filter(({ name }) => name !== 'endpoint')
    .map(({ name, fieldName, type }) => ({
      name,
      field: fieldName,
      // The last of several: the first may be what stands without one.
      value: type?.text === 'boolean' ? true : ([...(type?.text ?? '').matchAll(/'([^']+)'/g)].at(-1)?.[1] ?? 'GB'),
    })),
  styles: [
    ['color-scheme', 'dark'],
    ['--bank-feed-accent', '#7a1f5c'],
  ],
  language: 'ar',
});
const all = entries.flatMap(({ tagName }) => [plain(tagName), full(tagName)]);

const compile = async (name: string, files: ReadonlyMap<string, string>, options: object = {}): Promise<string> => {
  // Inside the project, so that the package is found by its name.
  const folder = atRoot(`test-results/site-code-${name}`);
  await mkdir(folder, { recursive: true });
  try {
    for (const [file, text] of files) await writeFile(join(folder, file), text);
    await writeFile(join(folder, 'css.d.ts'), "declare module '*.css';\n");
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.json', compilerOptions: options, include: ['*'], exclude: [] }),
    );
    const tsc = atRoot('node_modules/@typescript/native/bin/tsc');
    const done = promisify(execFile)(process.execPath, [tsc, '-p', folder]);
    return await done.then(
      ({ stdout }) => stdout,
      (error: { stdout: string }) => error.stdout,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** What stands between the comment that names a file and the next one, or the end. */
const fileIn = (code: string, name: string): string => {
  const [, after = ''] = code.split(new RegExp(`^(?://|/\\*|<!--) ${name}(?: \\*/| -->)?\\n`, 'm'));
  return after.split(/^(?:\/\/|\/\*|<!--) [\w.-]+\.\w+(?: \*\/| -->)?$/m)[0] ?? '';
};

test('React', async () => {
  const files = all.map(
    (choices, index) => [`${index}.tsx`, fileIn(codeOf('react', choices), 'BankFeed.tsx')] as const,
  );
  expect(await compile('react', new Map(files))).toBe('');
  const [, wrong = ''] = files[0] ?? [];
  const misspelt = wrong.replace('endpoint=', 'endpiont=');
  expect(await compile('react-wrong', new Map([['wrong.tsx', misspelt]]))).toContain('endpiont');
});

test('HTML', async () => {
  const files = all.map((choices, index) => {
    const script = fileIn(codeOf('html', choices), 'page.js');
    expect(script).toContain(choices.tag);
    return [`${index}.ts`, `import 'bank-feed-elements';\n${script}`] as const;
  });
  // A page knows that its element is there.
  expect(await compile('html', new Map(files), { strictNullChecks: false })).toBe('');
});

test('Vue', async () => {
  const scripts = all.map((choices, index) => {
    const { descriptor, errors } = parse(codeOf('vue', choices));
    expect(errors).toEqual([]);
    const template = compileTemplate({
      source: descriptor.template?.content ?? '',
      filename: 'BankFeed.vue',
      id: 'bank-feed',
      compilerOptions: { isCustomElement: (tag) => tag.startsWith('bank-feed-') },
    });
    expect(template.errors).toEqual([]);
    expect(template.code).toContain(choices.tag);
    return [`${index}.ts`, descriptor.scriptSetup?.content ?? ''] as const;
  });
  expect(await compile('vue', new Map(scripts))).toBe('');
});
