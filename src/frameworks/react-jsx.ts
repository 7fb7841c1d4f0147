/**
 * The tags in JSX for React 19, which sets properties and hears events of custom elements by itself: types alone,
 * nothing at run time. Events are `on` and their name, such as `onbank-feed-connected`.
 */
import type { ClassAttributes, HTMLAttributes } from 'react';
import type { BankFeedElements, BankFeedEvents, BankFeedHandler, BankFeedProperties, BankFeedTag } from './tags.ts';

export type { BankFeedElements, BankFeedEvents, BankFeedSlots, BankFeedTag } from './tags.ts';

/** What one tag takes. */
export type BankFeedJsx<Tag extends BankFeedTag> = HTMLAttributes<BankFeedElements[Tag]> &
  ClassAttributes<BankFeedElements[Tag]> &
  BankFeedProperties<Tag> & { [Name in BankFeedEvents[Tag] as `on${Name}`]?: BankFeedHandler<Name> | undefined };

type Tags = { [Tag in BankFeedTag]: BankFeedJsx<Tag> };

declare module 'react' {
  namespace JSX {
    // An interface is what can be added to.
    interface IntrinsicElements extends Tags {}
  }
}
