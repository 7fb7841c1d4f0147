/**
 * Types of the tags in Vue's templates, and the one thing that its compiler has to be told. Vue sets properties and
 * hears events of custom elements by itself.
 */
import type { EmitFn, HTMLAttributes, PublicProps } from 'vue';
import type { BankFeedElements, BankFeedEvents, BankFeedHandler, BankFeedProperties, BankFeedTag } from './tags.ts';

export type { BankFeedElements, BankFeedEvents, BankFeedSlots, BankFeedTag } from './tags.ts';

/** For `compilerOptions.isCustomElement`: otherwise Vue takes the tags for components and warns. */
export const isBankFeedElement = (tag: string): boolean => tag.startsWith('bank-feed-');

/** What a template may write on one tag; an element of its own, too, as a template's ref is one. */
export type BankFeedVue<Tag extends BankFeedTag> = new () => BankFeedElements[Tag] & {
  /** For templates; the element has no such property. */
  readonly $props: HTMLAttributes & PublicProps & BankFeedProperties<Tag>;
  /** For templates; the element has no such property. */
  readonly $emit: EmitFn<{ [Name in BankFeedEvents[Tag]]: BankFeedHandler<Name> }>;
};

type Tags = { [Tag in BankFeedTag]: BankFeedVue<Tag> };

declare module 'vue' {
  interface GlobalComponents extends Tags {}
  /** The attribute of HTML, which Vue leaves out. */
  interface HTMLAttributes {
    slot?: string | undefined;
  }
}
