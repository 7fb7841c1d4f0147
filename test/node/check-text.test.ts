import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import ts from 'typescript';
import { languageFaults } from '../../scripts/text/languages.ts';
import { strayWords } from '../../scripts/text/stray-words.ts';
import { usedKeys } from '../../scripts/text/used-keys.ts';

const stray = (code: string): string[] =>
  strayWords(ts.createSourceFile('planted.ts', code, ts.ScriptTarget.Latest, true)).map(({ words }) => words);

describe('words outside the language files', () => {
  const planted: Readonly<Record<string, readonly [code: string, ...words: string[]]>> = {
    'in a template': ['html`<p class="Big">hello ${name}</p>`', 'hello'],
    'between values': ['html`<p>${count} of ${all}</p>`', 'of'],
    'in a template inside a template': ['html`${on ? html`<b>on</b>` : nothing}`', 'on'],
    'in an svg': ['svg`<title>bars</title>`', 'bars'],
    'in a spoken attribute': [
      'html`<input class="x" aria-label="search" placeholder=\'type\' .title=${"tip"} />`',
      'search',
      'type',
      'tip',
    ],
    'in a choice': ['html`<p>${open ? "less" : t("more")}</p>`', 'less'],
    'as a fallback': ['html`<p>${name ?? "account"}${empty && "none"}</p>`', 'account', 'none'],
    glued: ['html`<p>${name + " is here"}</p><p>${`${count} lines`}</p>`', 'is here', 'lines'],
    'in a list': ['html`${["one", t("two")]}`', 'one'],
    announced: ['announcer.say(done ? "done" : t("more"))', 'done'],
    'in a question': [
      'question.ask({ title: "sure?", body: [t("x"), "really"], confirm: `yes` })',
      'sure?',
      'really',
      'yes',
    ],
    'set on a node': [
      'button.textContent = "copied"; button.nextElementSibling?.replaceChildren("copied too"); button.setAttribute("aria-label", "copy")',
      'copied',
      'copied too',
      'copy',
    ],
    'kept for later': ['const label = "Copied"; const more = `${count} accounts`', 'Copied', 'accounts'],
    'a whole sentence': ['const hint = "it is on its way."', 'it is on its way.'],
  };
  for (const [where, [code, ...words]] of Object.entries(planted))
    test(`${where}: found`, () => assert.deepEqual(stray(code), words));

  const innocent: Readonly<Record<string, string>> = {
    'markup and classes':
      'html`<p class="note big" part="Note" id="title" lang="en">${icon("attention")}</p><!-- Words -->`',
    'a bare attribute':
      'html`<button autofocus ?disabled=${busy} @click=${() => go("now then")}>${t("problem.retry")}</button>`',
    'signs and entities': 'html`<p>${a}&nbsp;· ${b} – 12</p>`',
    'a name of software': 'html`<p>${"QuickBooks Online"}</p>`; const name = "Xero"',
    'a key of the keyboard': 'if (event.key === "ArrowDown" || event.key === "Escape") go()',
    'selectors and styles': 'root.querySelector(".row select, .row input"); css`p { content: "Words"; }`',
    'what is for developers':
      'throw new TypeError("The api is no object."); new FeedApiError("x", { detail: `<${tag}> has no ` + "source." })',
    'a type': 'type Word = "Hello there"; interface Named { readonly "A name": "Hello" }',
    'a class put together': 'html`<p class=${`state ${word}`}></p>`',
  };
  for (const [what, code] of Object.entries(innocent)) test(`${what}: passes`, () => assert.deepEqual(stray(code), []));

  test('with the line they stand on', () => {
    const file = ts.createSourceFile('x.ts', 'const a = html`<p>\n  ${b}\n  lost\n</p>`', ts.ScriptTarget.Latest, true);
    assert.deepEqual(strayWords(file), [{ words: 'lost', line: 3 }]);
  });
});

describe('a language', () => {
  const english = {
    a: 'Copy',
    b: 'To {platform} on {date}',
    c: { one: '{count} account', other: '{count} accounts' },
    d: 'All {count} accounts',
  };
  const german = {
    a: 'Kopieren',
    b: 'Am {date} an {platform}',
    c: { one: 'Ein Konto', other: '{count} Konten' },
    d: 'Alle {count} Konten',
  };
  const arabic = { zero: 'لا', one: 'حساب', two: 'حسابان', few: '{count} ح', many: '{count} ح', other: '{count} ح' };
  const faults = (change: object, more: object = {}): string[] =>
    languageFaults(english, { tag: 'de', texts: { ...german, ...change }, ...more });

  test('that is whole passes', () => {
    assert.deepEqual(faults({}), []);
    assert.deepEqual(languageFaults(english, { tag: 'en', texts: english }), []);
    assert.deepEqual(
      languageFaults(english, { tag: 'ar', texts: { a: 'نسخ', b: '{platform} {date}', c: arabic, d: arabic } }),
      [],
    );
  });

  const planted: Readonly<Record<string, readonly [change: object, fault: string, more?: object]>> = {
    'lacks a key': [{ a: undefined }, 'de: a is missing'],
    'has one too many': [{ z: 'Zuviel' }, 'de: z is unknown'],
    'is left in English': [{ a: 'Copy' }, 'de: a is still English'],
    'has other places': [{ b: 'An {platform}' }, 'de: b has the places {platform} instead of {date} {platform}'],
    'has other places in one form': [
      { c: { one: '{number} Konto', other: '{count} Konten' } },
      'de: c ("one") has the places {number} instead of {count}',
    ],
    'does not say the number': [
      { c: { one: 'Ein Konto', other: 'Konten' } },
      'de: c ("other") has the places (none) instead of {count}',
    ],
    'lacks a plural form': [{ c: { other: '{count} Konten' } }, 'de: c has no form "one"'],
    'has no plural forms': [{ c: '{count} Konten' }, 'de: c counts: it needs the plural forms other, one'],
    'counts where nothing is counted': [
      { a: { one: 'Kopie', other: 'Kopien' } },
      'de: a has plural forms and counts nothing',
    ],
    'has an empty text': [{ a: '' }, 'de: a is empty, or begins or ends with a space'],
    'lists what is not the same': [{}, 'de: a is listed as the same word as in English, and is not', { same: ['a'] }],
    'repeats the language behind it': [
      {},
      'de: a says what the language behind it says',
      { behind: { ...german, b: '', c: '', d: '' } },
    ],
  };
  for (const [how, [change, fault, more]] of Object.entries(planted))
    test(`that ${how} is found`, () => assert.deepEqual(faults(change, more), [fault]));

  test('that counts in six ways needs them all', () => {
    const { few, ...five } = arabic;
    assert.ok(few);
    assert.deepEqual(
      languageFaults(english, { tag: 'ar', texts: { a: 'نسخ', b: '{platform} {date}', c: five, d: 'كل {count}' } }),
      ['ar: c has no form "few"', 'ar: d counts: it needs the plural forms zero, one, two, few, many, other'],
    );
  });

  test('that counts in six ways needs none where the number stands by itself', () => {
    const bare = { a: 'All ({count})', b: 'Step {number} of {count}', c: '{done} of {count} connected' };
    const texts = { a: 'الكل ({count})', b: 'الخطوة {number} من {count}', c: 'تم ربط {done} من {count}' };
    assert.deepEqual(languageFaults(bare, { tag: 'ar', texts }), []);
  });

  test('of a region may say only what differs, and a word may be the same as in English', () => {
    const behind = german;
    assert.deepEqual(languageFaults(english, { tag: 'de-AT', texts: { a: 'Abschreiben' }, behind }), []);
    assert.deepEqual(faults({ a: 'Copy' }, { same: ['a'] }), []);
  });
});

test('a key counts as used where it is named or put together, not where any key is taken', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'check-text-'));
  try {
    const file = join(folder, 'planted.ts');
    await writeFile(
      file,
      `type Key = 'one' | 'state.open' | 'state.shut' | 'state.lost' | 'kept.open' | 'kept.shut' | 'unused';
       declare const t: (key: Key) => string;
       const keep = (state: 'open' | 'shut') => \`kept.\${state}\` as const;
       export const show = (state: 'open' | 'shut', key: Key): string => t('one') + t(keep(state)) + t(\`state.\${state}\`) + t(\`\${key}\`);`,
    );
    const program = ts.createProgram([file], { strict: true, target: ts.ScriptTarget.ES2022, noLib: true, types: [] });
    const keys = new Set(['one', 'state.open', 'state.shut', 'state.lost', 'kept.open', 'kept.shut', 'unused']);
    const source = program.getSourceFile(file);
    assert.ok(source);
    const used = usedKeys(program, [source], keys);
    assert.deepEqual(
      [...keys].filter((key) => !used.has(key)),
      ['state.lost', 'unused'],
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
