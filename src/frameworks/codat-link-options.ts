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
const terms = [
  'accounting.consents.subtitle',
  'accounting.consents.termsAndConditions',
  'accounting.dataAccess.consent',
] as const;

const link = /\[([^\]]+)\]\(([^)\s]+)\)/;

/** Codat's texts may be Markdown, ours are not: the words stay. */
const plain = (text: string): string =>
  text.replaceAll(new RegExp(link, 'g'), '$1').replaceAll(/(\*\*|__|[*_`])(\S(?:.*?\S)?)\1/g, '$2');

const named = (text: string, companyName: string): string =>
  text.replaceAll('{companyName}', companyName).replaceAll('{platformName}', '{platform}');

export const textsOf = (text: CodatTextOptions): Partial<Texts> => {
  const texts: Partial<Record<keyof Texts, string>> = {};
  for (const [theirs, ours] of Object.entries(places)) {
    const given = Object.entries(text).find(([key]) => key === theirs)?.[1];
    if (typeof given !== 'string') continue;
    for (const key of ours) texts[key] = plain(named(given, text.companyName ?? ''));
  }
  return texts;
};

/** A paragraph with its links, which lead to other pages and run nothing. */
const paragraph = (text: string): HTMLElement => {
  const made = document.createElement('p');
  const parts = text.split(link);
  for (const [index, part] of parts.entries()) {
    const address = parts[index + 1] ?? '';
    if (index % 3 === 0) made.append(plain(part));
    else if (index % 3 === 1 && /^(https?|mailto):/i.test(address)) {
      const anchor = Object.assign(document.createElement('a'), { href: address, target: '_blank', rel: 'noopener' });
      anchor.append(plain(part));
      made.append(anchor);
    } else if (index % 3 === 1) made.append(plain(part));
  }
  return made;
};

/** What goes into the element's slot `terms`. */
export const termsOf = (text: CodatTextOptions): HTMLElement[] => {
  const given = terms.map((key) => text[key]).filter((each) => each !== undefined);
  return [...new Set(given)].map((each) =>
    Object.assign(paragraph(each.replaceAll('{companyName}', text.companyName ?? '')), { slot: 'terms' }),
  );
};

const withoutEffect = [
  'showLandingPage',
  'showSandboxIntegrations',
  'enableAdditionalConsent',
  'enableMultiEntityLinking',
] as const;

/** Says what the page asked for and does not get. */
export const warnOfOptions = ({ text = {}, sourceTypes = {}, ...options }: CodatLinkOptions): void => {
  for (const name of withoutEffect) if (options[name]) warnOnce(`options.${name} has no effect.`);
  const known = new Set<string>([...Object.keys(places), ...terms]);
  for (const key of Object.keys(text)) if (!known.has(key)) warnOnce(`options.text["${key}"] has no place.`);
  const { accounting, ...others } = sourceTypes;
  for (const name of Object.keys(others)) warnOnce(`options.sourceTypes.${name} has no effect.`);
  if (accounting?.enableFileUpload) warnOnce('options.sourceTypes.accounting.enableFileUpload has no effect.');
  if (accounting?.dataTypes) warnOnce('options.sourceTypes.accounting.dataTypes has no effect.');
  if (accounting?.enableIntegrations === false)
    warnOnce('options.sourceTypes.accounting.enableIntegrations has no effect: there is nothing else to do here.');
};
