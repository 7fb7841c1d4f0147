/** Language files of the script tag: texts alone, without the keys that the script has already. */
import type { Plugin } from 'vite';
import { en, type Text, type TextKey, type Texts } from '../src/locales/en.ts';

const formsOf = (text: Text | undefined): string[] => (typeof text === 'object' ? Object.keys(text).toSorted() : []);

/** What `src/elements/script-tag/language-lines.ts` reads. */
export const writeLines = (texts: Partial<Record<TextKey, Text>>): string => {
  const forms = formsOf(Object.values(texts).find((text) => typeof text === 'object')).filter(
    (form) => form !== 'other',
  );
  const line = (text: Text = ''): string => {
    if (typeof text === 'string') return text;
    if (formsOf(text).length !== forms.length + 1)
      throw new Error(`"${text.other}" has other forms than texts before.`);
    const { other, ...more } = text;
    return [other, ...forms.map((form) => Reflect.get(more, form))].join('\t');
  };
  const lines: string[] = [];
  let key: keyof typeof en;
  for (key in en) {
    const written = line(texts[key]);
    if (written.includes('\n')) throw new Error(`${key} is longer than a line.`);
    lines.push(written);
  }
  return [forms.join('\t'), ...lines].join('\n');
};

export const languageLines: Plugin = {
  name: 'language-lines',
  async load(id) {
    if (!/src[\\/]locales[\\/](?!en\.ts)[\w-]+\.ts$/.test(id)) return null;
    const file: Readonly<Record<string, Partial<Texts>>> = await import(id);
    const [texts = {}] = Object.values(file);
    return `export const texts = ${JSON.stringify(writeLines(texts))};`;
  },
};
