import type { Texts } from '../../locales/en.ts';

/** A language may leave out what the one behind it says as well: `fr-CA` stands before `fr`, and all before English. */
export type Loader = () => Promise<Partial<Texts>>;

/** What comes with the package, each loaded when first needed. The script-tag files have a list of their own. */
export const languages: readonly (readonly [language: string, load: Loader])[] = [
  ['ar', async () => (await import('../../locales/ar.ts')).ar],
  ['de', async () => (await import('../../locales/de.ts')).de],
  ['es', async () => (await import('../../locales/es.ts')).es],
  ['fr', async () => (await import('../../locales/fr.ts')).fr],
  ['fr-ca', async () => (await import('../../locales/fr-ca.ts')).frCa],
  ['nl', async () => (await import('../../locales/nl.ts')).nl],
  ['pt', async () => (await import('../../locales/pt.ts')).pt],
];
