import type { Mapping } from '../../contract/schemas.ts';
import { newDraft, type DraftFault, type MappingDraft, type Refusals } from '../../flow/mapping.ts';

const none: Refusals = new Map();

/** What the customer has chosen and not yet sent, and what came back for it, by account. */
export class Drafts {
  readonly #changed: () => void;
  readonly #drafts = new Map<string, MappingDraft>();
  readonly #refused = new Map<string, Map<string, string>>();
  readonly #refusals = new Map<string, string>();
  readonly #answers = new Map<string, Mapping>();
  #faults: ReadonlyMap<string, DraftFault> = new Map();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Only those the customer has touched. */
  get all(): ReadonlyMap<string, MappingDraft> {
    return this.#drafts;
  }

  of(mapping: Mapping, today: string): MappingDraft {
    return this.#drafts.get(mapping.accountId) ?? newDraft(mapping, today);
  }

  fault(accountId: string): DraftFault | undefined {
    return this.#faults.get(accountId);
  }

  /** Of the last try, in the software's words; empty where it gave none. */
  refusal(accountId: string): string | undefined {
    return this.#refusals.get(accountId);
  }

  /** All targets refused for one account since it is on the page. */
  refused(accountId: string): Refusals {
    return this.#refused.get(accountId) ?? none;
  }

  /** What the server said to a request, until it is read again. */
  answer(accountId: string): Mapping | undefined {
    return this.#answers.get(accountId);
  }

  change(accountId: string, draft: MappingDraft): void {
    this.#drafts.set(accountId, draft);
    this.#refusals.delete(accountId);
    this.fail(new Map([...this.#faults].filter(([id]) => id !== accountId)));
  }

  fail(faults: ReadonlyMap<string, DraftFault>): void {
    this.#faults = faults;
    this.#changed();
  }

  refuse(accountId: string, targetId: string | null, words: string): void {
    this.#refusals.set(accountId, words);
    if (targetId !== null) {
      const refused = this.#refused.get(accountId) ?? new Map<string, string>();
      this.#refused.set(accountId, refused.set(targetId, words));
    }
    this.#changed();
  }

  take(answer: Mapping): void {
    this.#drafts.delete(answer.accountId);
    this.#refusals.delete(answer.accountId);
    this.#answers.set(answer.accountId, answer);
    this.#changed();
  }

  /** The server was asked again, and knows better. */
  forgetAnswers(): void {
    this.#answers.clear();
  }

  clear(): void {
    for (const map of [this.#drafts, this.#refused, this.#refusals, this.#answers]) map.clear();
    this.#faults = new Map();
  }
}
