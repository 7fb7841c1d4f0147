import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageFor, loadTexts } from '../../../src/elements/internal/texts.ts';
import { ar } from '../../../src/locales/ar.ts';
import { de } from '../../../src/locales/de.ts';
import { en, type Texts } from '../../../src/locales/en.ts';
import { es } from '../../../src/locales/es.ts';
import { fr } from '../../../src/locales/fr.ts';
import { nl } from '../../../src/locales/nl.ts';
import { pt } from '../../../src/locales/pt.ts';

for (const [language, own] of Object.entries<Texts>({ ar, de, en, es, fr, nl, pt })) {
  test(`"${language}" and its regions are shown in that language`, async () => {
    const { texts } = await loadTexts(languageFor(`${language}-001`));
    assert.deepEqual(texts, own);
    assert.deepEqual(Object.keys(own).toSorted(), Object.keys(en).toSorted());
  });
}
