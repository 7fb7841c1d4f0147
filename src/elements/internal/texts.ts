import { FeedApiError } from '../../client/errors.ts';
import { en, type TextKey, type Texts, type TextParams } from '../../locales/en.ts';
import type { Format } from '../../flow/format.ts';
import { languages, type Loader } from './languages.ts';

/** `language` is the one the texts are written in. */
interface Language {
  readonly language: string;
  readonly texts: Texts;
}

const english: Language = { language: 'en', texts: en };
/** What is there or on its way, until the page names another loader for it or for a language behind it. */
const loaded = new Map<string, Language | Promise<Language>>([['en', english]]);
const loaders = new Map<string, Loader>(languages);
/** Elements that look for their language again when there may be another one. */
export const followers = new Set<() => unknown>();
export const lookAgain = (): void => followers.forEach((look) => look());
/** Languages whose file did not come, each told once. */
const missed = new Set<string>();
const untold: FeedApiError[] = [];

/** What nobody has told the host yet. */
export const takeUntold = (): FeedApiError[] => untold.splice(0);

const miss = (language: string, cause: unknown): void => {
  if (missed.has(language)) return;
  missed.add(language);
  const said = cause instanceof Error ? cause.message : String(cause);
  untold.push(
    new FeedApiError('invalid_configuration', {
      detail:
        `The texts in "${language}" could not be loaded, and another language stands in. ` +
        `With the script-tag file, serve the folder "locales" beside it. ${said}`,
      field: 'lang',
      retry: true,
      cause,
    }),
  );
};

/**
 * Adds a language, or replaces one. `language` is a BCP 47 tag (`de`, `fr-CA`); the loader runs when an element
 * first needs it. What it leaves out is said in the language without the region, else in English. Elements on the page
 * that were waiting for the language switch to it.
 */
export const setLocaleLoader = (language: string, loader: Loader): void => {
  const key = language.toLowerCase();
  // English is behind all of them.
  for (const each of loaded.keys()) if (key === 'en' || `${each}-`.startsWith(`${key}-`)) loaded.delete(each);
  loaders.set(key, loader);
  missed.delete(key);
  lookAgain();
};

/** The best language at hand for a tag: `de-AT` falls back to `de`, everything unknown to English. */
export const languageFor = (tag: string): string => {
  const parts = tag.toLowerCase().split('-');
  for (; parts.length > 0; parts.pop()) {
    const key = parts.join('-');
    if (loaded.has(key) || loaders.has(key)) return key;
  }
  return 'en';
};

export const textsNow = (language: string): Language | undefined => {
  const found = loaded.get(language);
  return found instanceof Promise ? undefined : found;
};

/** Milliseconds for the file of a language; the one behind it stands in then. */
const patience = 10_000;
const late = new Error('It did not come within 10 seconds.');

/** The file of a language, unless it is late; should it come after all, it takes over. */
const inTime = async (language: string, load: Loader): ReturnType<Loader> => {
  const file = load();
  const ifAwaited = (then: () => void): void => {
    if (loaders.get(language) === load) then();
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(late);
      void file.then(
        (own) => ifAwaited(() => setLocaleLoader(language, async () => own)),
        () => ifAwaited(() => loaded.delete(language)),
      );
    }, patience);
  });
  try {
    return await Promise.race([file, overdue]);
  } finally {
    clearTimeout(timer);
  }
};

/** Loads once. For a language that does not come, the one behind it stands in, and it is tried again at the next need. */
export const loadTexts = (language: string): Language | Promise<Language> => {
  const known = loaded.get(language);
  const load = loaders.get(language);
  if (known || !load) return known ?? english;
  const run = async (): Promise<Language> => {
    const before = languageFor(language.replace(/-?[^-]*$/, ''));
    const coming = before === language ? english : loadTexts(before);
    let own: Partial<Texts> | undefined;
    let fault: unknown;
    try {
      own = await inTime(language, load);
    } catch (error) {
      fault = error;
    }
    const behind = await coming;
    if (loaded.get(language) !== running) return loadTexts(language);
    // Neither a file that failed nor what lacks the language behind it is kept: both are tried again at the next need.
    loaded.delete(language);
    if (!own) {
      if (fault === late) loaded.set(language, behind);
      miss(language, fault);
      return behind;
    }
    const complete = { language, texts: { ...behind.texts, ...own } };
    if (behind.language === before) loaded.set(language, complete);
    return complete;
  };
  const running = run();
  loaded.set(language, running);
  return running;
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
      // "your accounting software" and "your bank" may begin a sentence.
      return (part === 'platform' || part === 'partner') && typeof value === 'string' && index === 1 && parts[0] === ''
        ? value.charAt(0).toLocaleUpperCase(format.locale) + value.slice(1)
        : (value ?? '');
    });

export type { TextKey, TextParams, Texts };
