import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageFor, loadTexts, setLocaleLoader, textsNow } from '../../../src/elements/internal/texts.ts';
import { en } from '../../../src/locales/en.ts';
import { frCa } from '../../../src/locales/fr-ca.ts';
import { fr } from '../../../src/locales/fr.ts';

const title = 'connect.title';
const others = { de: 'Buchhaltung', es: 'Contabilidad', nl: 'Boekhouding', pt: 'Contabilidade', ar: 'المحاسبة' };
for (const [language, words] of Object.entries(others)) setLocaleLoader(language, async () => ({ [title]: words }));

for (const [tag, language] of Object.entries({
  'pt-BR': 'pt',
  'nl-BE': 'nl',
  'es-MX': 'es',
  'es-419': 'es',
  'de-AT': 'de',
  'ar-EG': 'ar',
  'fr-BE': 'fr',
  'fr-CA': 'fr-ca',
  'EN-us': 'en',
  'zh-Hant-TW': 'en',
  frr: 'en',
  '': 'en',
})) {
  test(`"${tag}" is read in ${language}`, () => assert.equal(languageFor(tag), language));
}

test('Québec says some things its own way, and the rest in French', async () => {
  const { language, texts } = await loadTexts(languageFor('fr-CA'));
  assert.deepEqual([language, texts], ['fr-ca', { ...fr, ...frCa }]);
});

test('a language says the rest in English, a region in its language', async () => {
  const { language, texts } = await loadTexts('de');
  assert.deepEqual([language, texts[title], texts['session.continue']], ['de', others.de, en['session.continue']]);
  setLocaleLoader('fr-CH', async () => ({ [title]: 'Comptabilité' }));
  const swiss = await loadTexts(languageFor('fr-CH'));
  assert.deepEqual([swiss.texts[title], swiss.texts['session.continue']], ['Comptabilité', fr['session.continue']]);
  assert.equal(textsNow('fr')?.texts[title], fr[title], 'which is at hand by then');
});

test('a language that does not come is stood in for by the one behind it, and tried again', async () => {
  let tries = 0;
  setLocaleLoader('nl-BE', () =>
    ++tries === 1 ? Promise.reject(new Error('offline')) : Promise.resolve({ [title]: 'B' }),
  );
  assert.equal((await loadTexts('nl-be')).language, 'nl');
  const second = await loadTexts('nl-be');
  assert.deepEqual([second.language, second.texts[title]], ['nl-be', 'B']);
  await loadTexts('nl-be');
  assert.equal(tries, 2);
});

test('a language is replaced, for its regions as well, and so is English', async () => {
  await loadTexts('nl-be');
  setLocaleLoader('nl', async () => ({ 'session.continue': 'Verder' }));
  assert.equal((await loadTexts('nl-be')).texts['session.continue'], 'Verder');
  setLocaleLoader('en', async () => ({ [title]: 'Books' }));
  assert.equal((await loadTexts('en')).texts[title], 'Books');
  assert.equal((await loadTexts('en')).texts['session.continue'], en['session.continue']);
});
