import { languageOf } from '../elements/controllers/locale.ts';
import { languageFor, loadTexts } from '../elements/internal/texts.ts';
import type { Texts } from '../elements/index.ts';
import { link, named, plain, terms } from './codat-link-options.ts';
import type { CodatTextOptions } from './codat-link-types.ts';

const sentence = (text: Texts[keyof Texts]): string => (typeof text === 'string' ? text : text.other);

/** A paragraph with its links, which lead to other pages and run nothing. */
const paragraph = (text: string, fill: (part: string) => string): HTMLElement => {
  const made = Object.assign(document.createElement('p'), { slot: 'terms' });
  const parts = text.split(link);
  for (const [index, part] of parts.entries()) {
    const address = parts[index + 1] ?? '';
    const words = fill(plain(part));
    if (index % 3 === 1 && /^(https?|mailto):/i.test(address)) {
      const anchor = Object.assign(document.createElement('a'), { href: address, target: '_blank', rel: 'noopener' });
      anchor.append(words);
      made.append(anchor);
    } else if (index % 3 < 2) made.append(words);
  }
  return made;
};

/**
 * Puts what stands below the consent into the element's slot. It is the page's own and stays while the customer
 * chooses, so that it cannot name the software: it speaks of it as the element does of one that it does not know.
 */
export const addTerms = async (setup: HTMLElement, text: CodatTextOptions, own: Partial<Texts>): Promise<void> => {
  const given = terms.map((key) => text[key]).filter((each) => typeof each === 'string');
  if (given.length === 0) return;
  const { texts } = await loadTexts(languageFor(languageOf(setup)));
  const words = { ...texts, ...own };
  const [partner, platform] = [sentence(words['connect.partner']), sentence(words['platform.unknown'])];
  const fill = (part: string): string => named(part, partner, platform);
  setup.append(...[...new Set(given)].map((each) => paragraph(each, fill)));
};
