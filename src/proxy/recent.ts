/** Answers kept for a moment, so that many readers cost one question; a failed question is not kept. */
export class Recent<Answer> {
  readonly #answers = new Map<string, { readonly at: number; readonly answer: Promise<Answer> }>();
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
    const entry = { at: this.#now(), answer: ask() };
    this.#answers.delete(key);
    this.#answers.set(key, entry);
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > this.#most && oldest !== undefined) this.#answers.delete(oldest);
    entry.answer.catch(() => {
      if (this.#answers.get(key) === entry) this.#answers.delete(key);
    });
    return entry.answer;
  }

  forget(key: string): void {
    this.#answers.delete(key);
  }
}
