/** The props of Codat's component and ours, held to each other in both directions; nothing runs. */
import type {
  CodatLinkOptions as TheirOptions,
  CodatLinkProps as TheirProps,
  CodatTextOptions as TheirTexts,
  CodatTextOptionsKeys as TheirKeys,
  ConnectionCallbackArgs as TheirConnection,
  ConsentCallbackArgs as TheirConsent,
  ErrorCallbackArgs as TheirError,
  initializeCodatLink,
} from '@codat/sdk-link-types';
import { initCodatBankFeeds } from '../../src/frameworks/codat-link.ts';
import type {
  BankFeedSource,
  CodatBankFeedsProps,
  CodatLinkOptions,
  CodatLinkProps,
  CodatTextOptions,
  CodatTextOptionsKeys,
  ConnectionCallbackArgs,
  ConsentCallbackArgs,
  ErrorCallbackArgs,
} from '../../src/frameworks/codat-link.ts';

/** Optional members count, too: `Required` shows those that only one of them has. */
type Same<One, Other> = [One, Required<One>] extends [Other, Required<Other>]
  ? [Other, Required<Other>] extends [One, Required<One>]
    ? true
    : false
  : false;

const same: [
  Same<CodatLinkProps, TheirProps>,
  Same<CodatLinkOptions, TheirOptions>,
  Same<NonNullable<CodatLinkOptions['sourceTypes']>, NonNullable<TheirOptions['sourceTypes']>>,
  Same<
    Required<NonNullable<CodatLinkOptions['sourceTypes']>>['accounting'],
    Required<NonNullable<TheirOptions['sourceTypes']>>['accounting']
  >,
  Same<CodatTextOptions, TheirTexts>,
  Same<CodatTextOptionsKeys, TheirKeys>,
  Same<ConnectionCallbackArgs, TheirConnection>,
  Same<ConsentCallbackArgs, TheirConsent>,
  Same<ErrorCallbackArgs, TheirError>,
] = [true, true, true, true, true, true, true, true, true];

/** A page's props, as it has them, and the one member more. */
declare const theirs: TheirProps;
declare const bankFeed: BankFeedSource;
const ours: CodatBankFeedsProps = { ...theirs, bankFeed };
// @ts-expect-error Without it, nobody knows where the data comes from.
const incomplete: CodatBankFeedsProps = theirs;

const replaced: (
  target: HTMLElement,
  props: Parameters<typeof initializeCodatLink>[1] & { bankFeed: BankFeedSource },
) => ReturnType<typeof initializeCodatLink> = initCodatBankFeeds;

export { incomplete, ours, replaced, same };
