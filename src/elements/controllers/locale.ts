import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { createFormat, type Format } from '../../flow/format.ts';
import { BankFeedErrorEvent } from '../events/error.ts';
import { keyOf } from '../internal/key-of.ts';
import {
  fill,
  followers,
  languageFor,
  loadTexts,
  lookAgain,
  takeUntold,
  textsNow,
  type TextKey,
  type TextParams,
  type Texts,
} from '../internal/texts.ts';

let observer: MutationObserver | undefined;

/** One observer for all elements of a page: `lang` may change on any ancestor. */
const follow = (look: () => unknown): void => {
  followers.add(look);
  if (observer) return;
  observer = new MutationObserver(lookAgain);
  observer.observe(document, { subtree: true, attributeFilter: ['lang'] });
};

const leave = (look: () => unknown): void => {
  followers.delete(look);
  if (followers.size > 0) return;
  observer?.disconnect();
  observer = undefined;
};

/** What an element of ours marks inside itself is the language it shows, and not the one that is wanted. */
const ours = new WeakSet<Element>();

/** The nearest `lang`, through slots and shadow roots. */
export const languageOf = (element: Element): string => {
  for (let node: Node | null = element; node;) {
    const around = node.getRootNode();
    if (around instanceof ShadowRoot && ours.has(around.host)) node = around.host;
    if (node instanceof Element) {
      const lang = node.getAttribute('lang');
      if (lang) return lang;
      node = node.assignedSlot ?? node.parentNode;
    } else {
      node = node instanceof ShadowRoot ? node.host : node.parentNode;
    }
  }
  return 'en';
};

/** The language of an element: its texts, with the host's own in front, and Intl in the same language. */
export class LocaleController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #overrides: () => Partial<Texts> | undefined;
  #texts: Texts | undefined;
  #arrive: (() => void) | undefined;
  /** The first language is there. */
  readonly arrived = new Promise<void>((resolve) => (this.#arrive = resolve));
  /** False until then: nothing is said in the wrong one. */
  ready = false;
  format: Format = createFormat('en');
  /** Of the texts shown; English where the page's language is not at hand. */
  language = 'en';

  constructor(host: ReactiveControllerHost & Element, overrides: () => Partial<Texts> | undefined) {
    this.#host = host;
    this.#overrides = overrides;
    ours.add(host);
    host.addController(this);
  }

  /** Another one where the host's own texts are others: what is drawn once and kept has to be drawn again. */
  get wording(): string {
    return JSON.stringify(this.#overrides());
  }

  hostConnected(): void {
    follow(this.#look);
    void this.#look();
  }

  hostDisconnected(): void {
    leave(this.#look);
  }

  readonly #look = async (): Promise<void> => {
    const tag = languageOf(this.#host);
    const wanted = languageFor(tag);
    const found = textsNow(wanted) ?? (await loadTexts(wanted));
    // Whoever has left while the file was on its way cannot tell the page, and comes back to a check of its own.
    if (!this.#host.isConnected) return;
    for (const error of takeUntold()) this.#host.dispatchEvent(new BankFeedErrorEvent(error));
    if (languageFor(languageOf(this.#host)) !== wanted) return;
    const { language, texts } = found;
    // Dates in another language than the sentence around them would read wrong.
    const locale = tag.toLowerCase().startsWith(language) ? tag : language;
    if (texts === this.#texts && locale === this.format.locale) return;
    this.#texts = texts;
    this.ready = true;
    this.#arrive?.();
    this.language = language;
    this.format = createFormat(locale);
    this.#host.requestUpdate();
  };

  #text(asked: TextKey): Texts[TextKey] {
    const key = keyOf(asked);
    return this.#overrides()?.[key] ?? this.#texts?.[key] ?? '';
  }

  /** A text with plain values. A number called `count` decides the plural. */
  readonly t = <Key extends TextKey>(key: Key, ...values: TextParams<Key, string | number>): string => {
    const text: Texts[TextKey] = this.#text(key);
    // Most texts have no places, and lists of a thousand ask for the same few.
    return typeof text === 'string' && !text.includes('{') ? text : this.#fill(text, values[0]).join('');
  };

  /** The same with templates among the values. */
  readonly rich = <Key extends TextKey>(key: Key, ...values: TextParams<Key, unknown>): unknown[] =>
    this.#fill(this.#text(key), values[0]);

  /** A text of the host's own may name the bank and the software also where ours has no place for them. */
  #fill(text: Texts[TextKey], values: Readonly<Record<string, unknown>> | undefined): unknown[] {
    const named = { platform: this.#text('platform.unknown'), partner: this.#text('connect.partner'), ...values };
    return fill(text, named, this.format);
  }
}
