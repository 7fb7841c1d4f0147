/** Languages in built files: texts alone, whose keys are there once. As objects they were a third larger. */
import type { Plugin } from 'vite';
import { en, type Text, type TextKey, type Texts } from '../src/locales/en.ts';
import { atRoot } from './root.ts';

const keys = Object.keys(en);

/** What `readKeys` reads. */
export const writeKeys = (): string => {
  let before: string[] = [];
  return keys
    .map((key) => {
      const names = key.split('.');
      const own = names.findIndex((name, place) => name !== before[place] || place === names.length - 1);
      before = names;
      return `${own}${names.slice(own).join('.')}`;
    })
    .join(' ');
};

const formsOf = (text: Text): string[] =>
  typeof text === 'string'
    ? []
    : Object.keys(text)
        .filter((form) => form !== 'other')
        .toSorted();

/** What `readLines` reads. */
export const writeLines = (texts: Partial<Record<TextKey, Text>>): string => {
  const forms = formsOf(Object.values(texts).find((text) => typeof text === 'object') ?? '');
  const lines = [forms];
  let key: keyof typeof en;
  for (key in en) {
    const text = texts[key] ?? '';
    if (typeof text === 'object' && formsOf(text).join() !== forms.join())
      throw new Error(`${key} has other forms than texts before.`);
    const said =
      typeof text === 'string' ? [text] : [text.other, ...forms.map((form) => String(Reflect.get(text, form)))];
    if (said.some((each) => /[\t\n]/.test(each))) throw new Error(`${key} has a tab or a line break.`);
    lines.push(said);
  }
  return lines.map((line) => line.join('\t')).join('\n');
};

/** `bare` languages are told their keys by whoever loads them. */
export const textLines = (bare: boolean): Plugin => ({
  name: 'text-lines',
  async load(id) {
    const [, language] = /src[\\/]locales[\\/]([\w-]+)\.ts$/.exec(id) ?? [];
    if (language === undefined) return null;
    const file: Readonly<Record<string, Partial<Texts>>> = await import(id);
    const [[name, texts] = ['texts', {}]] = Object.entries(file);
    const lines = JSON.stringify(writeLines(texts));
    if (bare && language !== 'en') return `export const texts = ${lines};`;
    const read = `import { readKeys, readLines } from ${JSON.stringify(atRoot('src/elements/internal/text-lines.ts'))};\n`;
    return language === 'en'
      ? `${read}export const en = /* @__PURE__ */ readLines(/* @__PURE__ */ readKeys('${writeKeys()}'), ${lines});`
      : `${read}import { en } from './en.ts';\nexport const ${name} = /* @__PURE__ */ readLines(Object.keys(en), ${lines});`;
  },
});
