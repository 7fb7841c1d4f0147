/** What is chosen in a playground, as the code of a page: what is shown beside it is what it does. */

export interface Choices {
  readonly tag: string;
  /** By attribute; `true` for one without a value. `field` is its property. */
  readonly attributes: readonly { readonly name: string; readonly field: string; readonly value: string | true }[];
  /** Tokens and other properties of style, in the order of the controls. */
  readonly styles: readonly (readonly [property: string, value: string])[];
  readonly language: string;
}

export type CodeKind = 'html' | 'react' | 'vue';

const endpoint = 'https://feeds.bank.example';

const inPascal = (tag: string): string => tag.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
const isRightToLeft = (language: string): boolean => language === 'ar';
const quoted = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
const indented = (text: string, by: string): string => text.replaceAll(/^(?=.)/gm, by);

/** The style sheet of it; the playground itself applies it as well. Empty where nothing is chosen. */
export const styleOf = ({ tag, styles }: Choices): string =>
  styles.length === 0 ? '' : `${tag} {\n${styles.map(([name, value]) => `  ${name}: ${value};`).join('\n')}\n}`;

/** The elements inside of it. */
const partsOf = ({ tag }: Choices): readonly string[] =>
  tag === 'bank-feed-provider'
    ? ['bank-feed-connect', 'bank-feed-accounts', 'bank-feed-mapping', 'bank-feed-status']
    : [];

const page = ({ language }: Choices): string[] =>
  language === 'en-GB' ? [] : [`lang="${language}"`, ...(isRightToLeft(language) ? ['dir="rtl"'] : [])];

/** One line where it fits, else a line for each attribute. */
const element = (choices: Choices, ...given: readonly string[]): string => {
  const { tag } = choices;
  const own = choices.attributes.map(({ name, value }) => (value === true ? name : `${name}="${quoted(value)}"`));
  const attributes = [...given, ...page(choices), ...own];
  const line = [tag, ...attributes].join(' ');
  const open = line.length < 90 ? `<${line}>` : `<${tag}\n${attributes.map((each) => `  ${each}`).join('\n')}\n>`;
  const inside = partsOf(choices).map((part) => `  <${part}></${part}>\n`);
  return `${open}${inside.length === 0 ? '' : `\n${inside.join('')}`}</${tag}>`;
};

const token = `async ({ signal }) => {
  const response = await fetch('/session', { signal });
  if (response.status === 401) return null; // nobody is signed in
  if (!response.ok) throw new Error(\`The session could not be read: \${response.status}\`);
  return response.text();
};`;

const html = (choices: Choices): string => {
  const { tag } = choices;
  const style = styleOf(choices);
  return [
    '<!-- index.html -->',
    '<script type="module" src="/bank-feed/bank-feed-elements.js"></script>',
    '<script type="module" src="/page.js"></script>',
    ...(style === '' ? [] : ['<link rel="stylesheet" href="/page.css" />']),
    '',
    element(choices, `endpoint="${endpoint}"`),
    ...(style === '' ? [] : ['', '/* page.css */', style]),
    '',
    '// page.js',
    `document.querySelector('${tag}').getToken = ${token}`,
  ].join('\n');
};

const react = (choices: Choices): string => {
  const { tag, attributes } = choices;
  const children = partsOf(choices).map(inPascal);
  const own = attributes.map(({ field, value }) => (value === true ? field : `${field}="${quoted(value)}"`));
  const given = [`endpoint="${endpoint}"`, 'getToken={getToken}', ...page(choices), ...own];
  const name = inPascal(tag);
  const line = [name, ...given].join(' ');
  const open = line.length < 90 ? `<${line}` : `<${name}\n${given.map((each) => `  ${each}`).join('\n')}\n`;
  const end = line.length < 90 ? ' />' : '/>';
  const shown =
    children.length === 0
      ? `${open}${end}`
      : `${open}>\n${children.map((child) => `  <${child} />`).join('\n')}\n</${name}>`;
  const style = styleOf(choices);
  return [
    '// BankFeed.tsx',
    `import { ${[name, ...children].join(', ')} } from 'bank-feed-elements/react';`,
    "import type { GetToken } from 'bank-feed-elements/client';",
    ...(style === '' ? [] : ["import './bank-feed.css';"]),
    '',
    '// Outside the component: a new function would begin a new session.',
    `const getToken: GetToken = ${token}`,
    '',
    'export const BankFeed = () => (',
    indented(shown, '  '),
    ');',
    ...(style === '' ? [] : ['', '/* bank-feed.css */', style]),
  ].join('\n');
};

const vue = (choices: Choices): string => {
  const { tag } = choices;
  const style = styleOf(choices);
  return [
    '<!-- BankFeed.vue -->',
    '<script setup lang="ts">',
    tag === 'bank-feed-provider'
      ? "import 'bank-feed-elements';"
      : `import 'bank-feed-elements/${tag.replace('bank-feed-', '')}';`,
    "import type { GetToken } from 'bank-feed-elements/client';",
    '',
    // On the tag, its two slashes would keep vue-tsc from checking it.
    `const endpoint = '${endpoint}';`,
    `const getToken: GetToken = ${token}`,
    '</script>',
    '',
    '<template>',
    indented(element(choices, ':endpoint="endpoint"', ':getToken.prop="getToken"'), '  '),
    '</template>',
    ...(style === '' ? [] : ['', '<style scoped>', style, '</style>']),
  ].join('\n');
};

const kinds: Readonly<Record<CodeKind, (choices: Choices) => string>> = { html, react, vue };

export const codeOf = (kind: CodeKind, choices: Choices): string => kinds[kind](choices);
export const directionOf = (language: string): 'ltr' | 'rtl' => (isRightToLeft(language) ? 'rtl' : 'ltr');
