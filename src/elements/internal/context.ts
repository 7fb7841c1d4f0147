import { createContext } from '@lit/context';
import type { FeedHub } from './feed-hub.ts';
import type { Texts } from './texts.ts';

/** What a provider gives to the elements inside. Without a hub it says itself, and visibly, what is missing. */
export interface FeedContext {
  readonly hub: FeedHub | undefined;
  readonly texts: Partial<Texts> | undefined;
}

/** A string, so that elements of two copies of this package understand each other; it counts the shape's versions. */
export const feedContext = createContext<FeedContext, string>('bank-feed-elements/context/1');
