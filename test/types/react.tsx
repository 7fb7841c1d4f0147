/** What React's JSX lets a page write, as components and as tags; nothing runs. */
import { createRef, type ReactElement } from 'react';
import { BankFeedProvider, BankFeedSetup, BankFeedStatus, type BankFeedSlots } from '../../src/frameworks/react.ts';
import '../../src/frameworks/react-jsx.ts';
import type { BankFeedSetup as SetupElement } from '../../src/elements/index.ts';

const setup = createRef<SetupElement>();
const purpose: BankFeedSlots['bank-feed-setup'] = 'purpose';
// @ts-expect-error There is no such slot.
const nowhere: BankFeedSlots['bank-feed-setup'] = 'purposes';

export const components: ReactElement = (
  <BankFeedProvider endpoint="/bank-feed" getToken={async ({ signal }) => (signal.aborted ? null : 'token')}>
    <BankFeedSetup
      ref={setup}
      className="wide"
      lang="de"
      country="GB"
      quickbooksSignIn="page"
      mappingMode="codat"
      handover
      closable
      texts={{ 'connect.partner': 'Northbridge' }}
      onBankFeedFinished={({ connectionId }) => connectionId.length}
      onBankFeedNavigate={(event) => event.reason === 'map' && event.preventDefault()}
      onClick={(event) => event.currentTarget.refresh()}
    >
      <p slot={purpose}>{nowhere}</p>
    </BankFeedSetup>
    <BankFeedStatus steps onBankFeedStep={({ step }) => step === 'mapping'} />
    {/* @ts-expect-error The status knows no country. */}
    <BankFeedStatus country="GB" />
    {/* @ts-expect-error Nor does it finish. */}
    <BankFeedStatus onBankFeedFinished={() => undefined} />
    {/* @ts-expect-error There are two places to sign in. */}
    <BankFeedSetup quickbooksSignIn="elsewhere" />
    {/* @ts-expect-error Such a text there is not. */}
    <BankFeedSetup texts={{ 'connect.nothing': '' }} />
    {/* @ts-expect-error The state is read only. */}
    <BankFeedSetup state="ready" />
  </BankFeedProvider>
);

export const tags: ReactElement = (
  <bank-feed-provider endpoint="/bank-feed" getToken={() => 'token'} onbank-feed-mapped={({ accountId }) => accountId}>
    <bank-feed-setup
      ref={setup}
      key="setup"
      className="wide"
      mappingMode="codat"
      closable
      onbank-feed-connected={({ connectionId }) => connectionId.length}
    >
      <p slot="purpose">For your books</p>
    </bank-feed-setup>
    <bank-feed-status steps onbank-feed-step={({ step }) => step === 'mapping'} />
    {/* @ts-expect-error The status knows no country. */}
    <bank-feed-status country="GB" />
    {/* @ts-expect-error What it fires has a step. (TypeScript takes any other name with a hyphen.) */}
    <bank-feed-status onbank-feed-step={({ accountIds }) => accountIds} />
    {/* @ts-expect-error There is no such element. */}
    <bank-feed-statuses />
  </bank-feed-provider>
);
