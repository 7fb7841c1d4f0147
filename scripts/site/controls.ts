/** The controls of a playground. A page's script reads them as they stand: names, values, and what was there at first. */
import { platformKeys, platforms } from '../../src/contract/platforms.ts';
import type { ElementEntry } from '../manifest.ts';
import { escaped } from './layout.ts';

const languages: readonly (readonly [tag: string, name: string])[] = [
  ['en-GB', 'English (UK)'],
  ['en-US', 'English (US)'],
  ['fr', 'Français'],
  ['fr-CA', 'Français (Québec)'],
  ['de', 'Deutsch'],
  ['nl', 'Nederlands'],
  ['es', 'Español'],
  ['pt', 'Português'],
  ['ar', 'العربية'],
];

/** The languages a page may choose, by the names of their files; a test holds them to `src/locales/`. */
export const offeredLanguages = languages.map(([tag]) => tag);

type Option = readonly [value: string, text: string, data?: Readonly<Record<string, string>>];

const option = ([value, text, data = {}]: Option, first: string): string => {
  const rest = Object.entries(data).map(([name, said]) => ` data-${name}="${escaped(said)}"`);
  return `<option value="${escaped(value)}"${value === first ? ' selected' : ''}${rest.join('')}>${escaped(text)}</option>`;
};

const select = (
  name: string,
  label: string,
  options: readonly Option[],
  first = options[0]?.[0] ?? '',
  data = '',
): string =>
  `<label>${label} <select name="${name}"${data}>${options.map((each) => option(each, first)).join('')}</select></label>`;

const group = (title: string, fields: readonly string[]): string =>
  fields.length === 0 ? '' : `<fieldset><legend>${title}</legend>\n${fields.join('\n')}\n</fieldset>`;

const attribute = ({ name, fieldName, type }: ElementEntry['attributes'][number]): string => {
  const data = ` data-attribute="${name}" data-field="${fieldName}"`;
  const label = `<code translate="no">${name}</code>`;
  const choices = [...(type?.text ?? '').matchAll(/'([^']+)'/g)].map(([, value = '']): Option => [value, value]);
  if (type?.text === 'boolean')
    return `<label class="check"><input type="checkbox" name="${name}"${data} /> ${label}</label>`;
  if (choices.length > 0) {
    // Where all values have a name, the first of them is what stands without one.
    const standard: Option = ['', type?.text.includes('undefined') === true ? '–' : (choices[0]?.[1] ?? '')];
    const rest = type?.text.includes('undefined') === true ? choices : choices.slice(1);
    return select(name, label, [standard, ...rest], '', data);
  }
  if (name === 'country')
    return select(
      name,
      label,
      [['', '–'], ...['GB', 'US', 'CA', 'NL', 'FR'].map((country): Option => [country, country])],
      '',
      data,
    );
  return `<label>${label} <input type="text" name="${name}"${data} /></label>`;
};

const token = ({ name, default: standard }: ElementEntry['cssProperties'][number]): string => {
  const key = name.replace('--bank-feed-', '');
  const data = ` name="${key}" data-token="${name}"`;
  const label = `<code translate="no">${key}</code>`;
  if (/^#[0-9a-f]{6}$/i.test(standard))
    return `<label>${label} <input type="color"${data} value="${standard}" data-usual="${standard}" /></label>`;
  const pixels = /^(\d+)px$/.exec(standard)?.[1];
  return pixels === undefined
    ? `<label>${label} <input type="text"${data} placeholder="${escaped(standard)}" spellcheck="false" /></label>`
    : `<label>${label} <input type="number" min="0" max="64" step="1"${data} data-unit="px" placeholder="${pixels}" /></label>`;
};

/** Where a customer stands at first: what an element is about has to be in sight. */
const firstStage: Readonly<Record<string, string>> = {
  'bank-feed-provider': 'sending',
  'bank-feed-accounts': 'connected',
  'bank-feed-mapping': 'chosen',
  'bank-feed-status': 'sending',
};

export const controlsHtml = (entry: ElementEntry): string => {
  const stage = firstStage[entry.tagName] ?? 'new';
  const software = platformKeys.map((key): Option => {
    const { name, connect, mapping, regions, collects } = platforms[key];
    return [key, name, { connect, mapping, region: regions?.[0] ?? 'GB', collects }];
  });
  const tokens = entry.cssProperties;
  const first = new Set(['--bank-feed-accent', '--bank-feed-radius', '--bank-feed-gap', '--bank-feed-control-height']);
  return [
    group('The customer', [
      select('platform', 'Software', software, 'xero'),
      select(
        'stage',
        'Stands at',
        [
          ['new', 'the beginning'],
          ['connected', 'connected'],
          ['chosen', 'accounts chosen'],
          ['sending', 'sending'],
        ],
        stage,
      ),
      select('size', 'Accounts', [
        ['3', '3'],
        ['40', '40'],
        ['400', '400'],
      ]),
    ]),
    group('The page', [
      select(
        'language',
        'Language',
        languages.map(([tag, name]): Option => [tag, name]),
      ),
      select('scheme', 'Colours', [
        ['system', 'as the system'],
        ['light', 'light'],
        ['dark', 'dark'],
      ]),
      select('font', 'Font', [
        ['', 'the page’s'],
        ['Georgia, serif', 'Georgia'],
        ['Verdana, sans-serif', 'Verdana'],
        ['ui-monospace, monospace', 'monospace'],
      ]),
      select('width', 'Room', [
        ['', 'all there is'],
        ['320', '320 px'],
        ['560', '560 px'],
      ]),
    ]),
    group(
      'Attributes',
      entry.attributes.filter(({ name }) => name !== 'endpoint').map((each) => attribute(each)),
    ),
    group('Tokens', [
      ...tokens.filter(({ name }) => first.has(name)).map((each) => token(each)),
      `<details><summary>The palette</summary>\n${tokens
        .filter(({ name }) => !first.has(name))
        .map((each) => token(each))
        .join('\n')}\n</details>`,
    ]),
    group('What goes wrong', [
      select('latency', 'Each answer takes', [
        ['0', 'no time'],
        ['300', '0.3 s'],
        ['1500', '1.5 s'],
        ['5000', '5 s'],
      ]),
      ...(
        [
          ['offline', 'Offline'],
          ['down', 'The server is down'],
          ['ended', 'The session has ended'],
          ['refused', 'The software refuses'],
        ] as const
      ).map(
        ([value, text]) =>
          `<label class="check"><input type="checkbox" name="fault" value="${value}" /> ${text}</label>`,
      ),
    ]),
    '<button type="button" id="again">Start again</button>',
  ].join('\n');
};
