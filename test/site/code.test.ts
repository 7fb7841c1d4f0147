/** The code that the playgrounds show, with everything that can be chosen: compiled as a reader would. */
import { rm } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { compileTemplate, parse } from 'vue/compiler-sfc';
import { codeOf, type Choices } from '../../demo/site/code.ts';
import { elementEntries } from '../../scripts/manifest.ts';
import { atRoot } from '../../scripts/root.ts';
import { compile } from '../support/compile.ts';

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

const compileShown = async (kind: string, files: ReadonlyMap<string, string>, compilerOptions = {}): Promise<void> => {
  // Inside the project, so that the package is found by its name.
  const folder = atRoot(`test-results/site-code-${kind}`);
  try {
    await compile(folder, [...files, ['css.d.ts', "declare module '*.css';\n"]], { compilerOptions });
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
  await compileShown('react', new Map(files));
  const [, wrong = ''] = files[0] ?? [];
  const misspelt = wrong.replace('endpoint=', 'endpiont=');
  await expect(compileShown('react-wrong', new Map([['wrong.tsx', misspelt]]))).rejects.toThrow('endpiont');
});

test('HTML', async () => {
  const files = all.map((choices, index) => {
    const script = fileIn(codeOf('html', choices), 'page.js');
    expect(script).toContain(choices.tag);
    return [`${index}.ts`, `import 'bank-feed-elements';\n${script}`] as const;
  });
  // A page knows that its element is there.
  await compileShown('html', new Map(files), { strictNullChecks: false });
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
  await compileShown('vue', new Map(scripts));
});
