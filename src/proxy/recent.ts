interface Kept<Answer> {
  readonly at: number;
  readonly answer: Promise<Answer>;
  /** Once it is there. */
  known: Answer | undefined;
}

/** Answers kept for a moment, so that many readers cost one question; a failed question is not kept. */
export class Recent<Answer> {
  readonly #answers = new Map<string, Kept<Answer>>();
  readonly #now: () => number;
  readonly #most: number;

  constructor(now: () => number, most = 10_000) {
    this.#now = now;
    this.#most = most;
  }

  /** `maxAge` in milliseconds. */
  get(key: string, maxAge: number, ask: () => Promise<Answer>): Promise<Answer> {
    const known = this.#answers.get(key);
    if (known && this.#now() - known.at <= maxAge) return known.answer;
    const entry: Kept<Answer> = { at: this.#now(), answer: ask(), known: undefined };
    this.#answers.delete(key);
    this.#answers.set(key, entry);
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > this.#most && oldest !== undefined) this.#answers.delete(oldest);
    entry.answer.then(
      (answer) => void (entry.known = answer),
      () => {
        if (this.#answers.get(key) === entry) this.#answers.delete(key);
      },
    );
    return entry.answer;
  }

  /** The answer, where there is nothing to wait for. */
  known(key: string, maxAge: number): Answer | undefined {
    const kept = this.#answers.get(key);
    return kept && this.#now() - kept.at <= maxAge ? kept.known : undefined;
  }

  forget(key: string): void {
    this.#answers.delete(key);
  }
}
