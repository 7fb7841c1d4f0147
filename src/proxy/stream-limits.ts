import { Problem } from './problem.ts';

/** How many live streams one instance holds open at once. */
export interface StreamLimits {
  /** Of one company: a browser needs one, however many tabs it has. */
  readonly company: number;
  readonly all: number;
}

export const streamLimits: StreamLimits = { company: 100, all: 10_000 };

/** Whoever was refused asks again in so many seconds, and not all in the same one. */
const retryAfter = (): number => 10 + Math.floor(Math.random() * 20);

/** Counts what is open; `take` answers how to give it back, and throws `rate_limited` where there is no room. */
export class OpenStreams {
  readonly #limits: StreamLimits;
  readonly #companies = new Map<string, number>();
  #all = 0;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  get open(): number {
    return this.#all;
  }

  take(companyId: string): () => void {
    const own = this.#companies.get(companyId) ?? 0;
    if (own >= this.#limits.company || this.#all >= this.#limits.all)
      throw new Problem('rate_limited', 'Too many live streams are open. The page reads every now and then instead.', {
        retryAfterSeconds: retryAfter(),
      });
    this.#all += 1;
    this.#companies.set(companyId, own + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#all -= 1;
      const left = (this.#companies.get(companyId) ?? 1) - 1;
      if (left > 0) this.#companies.set(companyId, left);
      else this.#companies.delete(companyId);
    };
  }
}
