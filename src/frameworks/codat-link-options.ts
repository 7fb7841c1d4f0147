import type { Texts } from '../elements/index.ts';
import type { CodatLinkOptions, CodatTextOptions, CodatTextOptionsKeys } from './codat-link-types.ts';
import { warnOnce } from './codat-link-warnings.ts';

/** Codat's key, and ours for the same place. */
const places = {
  companyName: ['connect.partner'],
  'main.title': ['connect.title'],
  'main.subtitle': ['connect.intro', 'connect.intro.choose'],
  'accounting.consents.title': ['connect.consent.title'],
  'accounting.consents.purpose': ['connect.consent.purpose.text'],
  'accounting.consents.access': ['connect.consent.access.text'],
  'accounting.consents.retention': ['connect.consent.retention.text'],
  'accounting.dataAccess.nextButton': ['connect.go'],
  'accounting.consents.nextButton': ['connect.go'],
} as const satisfies Partial<Record<CodatTextOptionsKeys, readonly (keyof Texts)[]>>;

/** What stands below the consent, the older name last. */
export const terms = [
  'accounting.consents.subtitle',
  'accounting.consents.termsAndConditions',
  'accounting.dataAccess.consent',
] as const;

export const link = /\[([^\]]+)\]\(([^)\s]+)\)/;

const wrapped = [
  [new RegExp(link, 'g'), '$1'],
  [/(\*\*|[*`])(\S(?:.*?\S)?)\1/g, '$2'],
  // Inside of a word they belong to it: `file_name_here`.
  [/(?<![\p{L}\p{N}_])(__?)([^\s_](?:.*?\S)?)\1(?![\p{L}\p{N}_])/gu, '$2'],
] as const;

/** Codat's texts may be Markdown, ours are not: the words stay. */
export const plain = (text: string): string =>
  wrapped.reduce((now, [signs, words]) => now.replaceAll(signs, words), text);

/** Names stay as they are, whatever signs are in them. */
export const named = (text: string, companyName: string, platformName: string): string =>
  text.replaceAll('{companyName}', () => companyName).replaceAll('{platformName}', () => platformName);

/** Where the page does not name the bank, the element does. */
export const textsOf = (text: CodatTextOptions): Partial<Texts> => {
  const texts: Partial<Record<keyof Texts, string>> = {};
  for (const [theirs, ours] of Object.entries(places)) {
    const given = Object.entries(text).find(([key]) => key === theirs)?.[1];
    if (typeof given !== 'string') continue;
    for (const key of ours) texts[key] = named(plain(given), text.companyName ?? '{partner}', '{platform}');
  }
  return texts;
};

const withoutEffect = [
  'showLandingPage',
  'showSandboxIntegrations',
  'enableAdditionalConsent',
  'enableMultiEntityLinking',
] as const;

/** Says what the page asked for and does not get. */
export const warnOfOptions = ({ text, sourceTypes, ...options }: CodatLinkOptions): void => {
  for (const name of withoutEffect) if (options[name]) warnOnce(`options.${name} has no effect.`);
  const known = new Set<string>([...Object.keys(places), ...terms]);
  for (const key of Object.keys(text ?? {})) if (!known.has(key)) warnOnce(`options.text["${key}"] has no place.`);
  const { accounting, ...others } = sourceTypes ?? {};
  for (const name of Object.keys(others)) warnOnce(`options.sourceTypes.${name} has no effect.`);
  if (accounting?.enableFileUpload) warnOnce('options.sourceTypes.accounting.enableFileUpload has no effect.');
  if (accounting?.dataTypes) warnOnce('options.sourceTypes.accounting.dataTypes has no effect.');
  if (accounting?.enableIntegrations === false)
    warnOnce('options.sourceTypes.accounting.enableIntegrations has no effect: there is nothing else to do here.');
};
