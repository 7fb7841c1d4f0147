import { en, type TextKey, type Texts, type TextParams } from '../../locales/en.ts';
import type { Format } from '../../flow/format.ts';

type Loader = () => Promise<Texts>;

const loaded = new Map<string, Texts>([['en', en]]);
const loaders = new Map<string, Loader>([['fr', async () => (await import('../../locales/fr.ts')).fr]]);
const changed = new EventTarget();

/**
 * Adds a language, or replaces one. `language` is a BCP 47 tag (`de`, `fr-CA`); the loader runs when an element
 * first needs it. Elements on the page that were waiting for the language switch to it.
 */
export const setLocaleLoader = (language: string, loader: () => Promise<Texts>): void => {
  const key = language.toLowerCase();
  loaded.delete(key);
  loaders.set(key, loader);
  changed.dispatchEvent(new Event('change'));
};

export const onLocalesChanged = (listener: () => void): (() => void) => {
  changed.addEventListener('change', listener);
  return () => changed.removeEventListener('change', listener);
};

/** The best language at hand for a tag: `fr-CA` falls back to `fr`, everything unknown to English. */
export const languageFor = (tag: string): string => {
  const parts = tag.toLowerCase().split('-');
  for (; parts.length > 0; parts.pop()) {
    const key = parts.join('-');
    if (loaded.has(key) || loaders.has(key)) return key;
  }
  return 'en';
};

export const textsNow = (language: string): Texts | undefined => loaded.get(language);

/** Loads once; a failed load leaves the page in English and is tried again at the next need. */
export const loadTexts = async (language: string): Promise<Texts> => {
  const texts = loaded.get(language) ?? (await loaders.get(language)?.()) ?? en;
  loaded.set(language, texts);
  return texts;
};

const pick = (text: Texts[TextKey], count: unknown, format: Format): string =>
  typeof text === 'string'
    ? text
    : ((typeof count === 'number' ? text[format.plural(count)] : undefined) ?? text.other);

const slot = /\{(\w+)\}/;

/** The sentence cut at its places, each place filled; for values that are templates. */
export const fill = (
  text: Texts[TextKey],
  values: Readonly<Record<string, unknown>> | undefined,
  format: Format,
): unknown[] =>
  pick(text, values?.['count'], format)
    .split(slot)
    .map((part, index, parts) => {
      if (index % 2 === 0) return part;
      const value = values?.[part];
      if (typeof value === 'number') return format.number(value);
      // "your accounting software" may begin a sentence.
      return part === 'platform' && typeof value === 'string' && index === 1 && parts[0] === ''
        ? value.charAt(0).toLocaleUpperCase(format.locale) + value.slice(1)
        : (value ?? '');
    });

export type { TextKey, TextParams, Texts };
