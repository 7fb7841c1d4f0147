/** `idle` not configured, `loading` nothing to show yet, `waiting` for Codat or the software, `ready`, `error` nothing usable to show. */
export type ElementState = 'idle' | 'loading' | 'waiting' | 'ready' | 'error';

/** An element's explicit state has changed. */
export class BankFeedStateChangeEvent extends Event {
  readonly state: ElementState;
  readonly previous: ElementState;

  constructor(state: ElementState, previous: ElementState) {
    super('bank-feed-state-change', { bubbles: true, composed: true });
    this.state = state;
    this.previous = previous;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-state-change': BankFeedStateChangeEvent;
  }
}
