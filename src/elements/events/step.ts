/** Where the customer finds what helps: to connect, or to say where transactions go. */
export type StepName = 'connect' | 'mapping';

/** The customer wants to go to the step that helps. Shown as a button only where the page says that it leads there. */
export class BankFeedStepEvent extends Event {
  readonly step: StepName;
  /** The account it is about; undefined where it is about all of them. */
  readonly accountId: string | undefined;

  constructor(step: StepName, accountId?: string) {
    super('bank-feed-step', { bubbles: true, composed: true });
    this.step = step;
    this.accountId = accountId;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-step': BankFeedStepEvent;
  }
}
