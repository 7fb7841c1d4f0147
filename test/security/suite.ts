import type { Random } from '../sim/random.ts';

/** What one suite is given. */
export interface Given {
  readonly random: Random;
  /** How many cases, where the suite draws them by lot. */
  readonly cases: number;
}

/** What one run found. Texts of faults are kept up to a few; all are counted. */
export class Findings {
  cases = 0;
  faults = 0;
  readonly texts: string[] = [];

  /** One more case was tried. */
  tried(count = 1): void {
    this.cases += count;
  }

  fault(text: string): void {
    this.faults += 1;
    if (this.texts.length < 5) this.texts.push(text);
  }

  /** `text` is asked for only where it does not hold. */
  expect(holds: boolean, text: () => string): void {
    if (!holds) this.fault(text());
  }
}

export interface Result {
  readonly findings: Findings;
  /** Each planted hole by name, and how many faults it showed: none means that the suite is blind to it. */
  readonly planted: ReadonlyMap<string, number>;
}

export interface Suite {
  readonly name: string;
  /** The usual number of cases; undefined where all there are is a fixed table. */
  readonly cases?: number | undefined;
  /** Starts what takes long in processes of its own, beside the suite before it. */
  begin?(): void;
  run(given: Given): Promise<Result>;
}
