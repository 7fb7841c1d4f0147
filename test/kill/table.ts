/** What is printed: a row for each kind of run, and the sum of it all. */
import type { Struck } from './kills.ts';
import type { Verdict } from './judge.ts';

const median = (values: readonly number[]): number | undefined =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

const seconds = (value: number | undefined): string => (value === undefined ? '–' : (value / 1000).toFixed(1));

interface Row {
  runs: number;
  struck: number;
  readonly sums: { lost: number; duplicated: number; disordered: number; wrong: number; stuck: number };
  /** Of runs in which nothing had to be looked for. */
  readonly recoveries: number[];
  readonly reconciling: number[];
}

export class Table {
  readonly #rows = new Map<string, Row>();
  readonly #first = { text: 'store, key, what' };

  #row(name: string): Row {
    const row = this.#rows.get(name) ?? {
      runs: 0,
      struck: 0,
      sums: { lost: 0, duplicated: 0, disordered: 0, wrong: 0, stuck: 0 },
      recoveries: [],
      reconciling: [],
    };
    this.#rows.set(name, row);
    return row;
  }

  /** Answers what is wrong with the run. */
  add(name: string, run: Verdict & Partial<Struck>): readonly string[] {
    const row = this.#row(name);
    row.runs += 1;
    if (run.struck !== false) row.struck += 1;
    const stuck = run.stuck === undefined ? [] : [`stuck: ${run.stuck}`];
    for (const kind of ['lost', 'duplicated', 'disordered', 'wrong'] as const) row.sums[kind] += run[kind].length;
    row.sums.stuck += stuck.length;
    if (run.recovery !== undefined) (run.reconciled ? row.reconciling : row.recoveries).push(run.recovery);
    return (['lost', 'duplicated', 'disordered', 'wrong'] as const)
      .flatMap((kind) => run[kind].slice(0, 5).map((text) => `${kind}: ${text}`))
      .concat(stuck);
  }

  readonly #starts = new Map<string, { readonly took: number; readonly cpu: number }[]>();

  started(kind: string, starts: readonly { readonly took: number; readonly cpu: number }[]): void {
    this.#starts.set(kind, [...(this.#starts.get(kind) ?? []), ...starts]);
  }

  print(): boolean {
    const head = [
      this.#first.text,
      'runs',
      'struck',
      'lost',
      'double',
      'order',
      'wrong',
      'stuck',
      'back s',
      'max',
      'listed s',
    ];
    const lines = [...this.#rows].map(([name, { runs, struck, sums, recoveries, reconciling }]) => [
      name,
      ...[runs, struck, sums.lost, sums.duplicated, sums.disordered, sums.wrong, sums.stuck].map(String),
      seconds(median(recoveries)),
      seconds(recoveries.length === 0 ? undefined : Math.max(...recoveries)),
      seconds(median(reconciling)),
    ]);
    const widths = head.map((text, n) => Math.max(text.length, ...lines.map((line) => line[n]?.length ?? 0)));
    for (const line of [head, ...lines])
      console.log(line.map((text, n) => (n === 0 ? text.padEnd(widths[n]!) : text.padStart(widths[n]!))).join('  '));
    const rows = [...this.#rows.values()];
    const all = rows.flatMap(({ recoveries }) => recoveries);
    console.log(
      `back after a median of ${seconds(median(all))} s, ${seconds(Math.max(0, ...all))} s at most, ` +
        `in ${all.length} runs in which no operation had to be looked for`,
    );
    for (const [kind, starts] of this.#starts)
      if (starts.length > 0)
        console.log(
          `${kind}: ${starts.length} starts, a median of ${seconds(median(starts.map(({ took }) => took)))} s each, ` +
            `${seconds(median(starts.map(({ cpu }) => cpu)))} s of it CPU time`,
        );
    const sum = (kind: keyof Row['sums']): number => rows.reduce((total, { sums }) => total + sums[kind], 0);
    const runs = rows.reduce((total, row) => total + row.runs, 0);
    const others = sum('wrong') + sum('stuck') === 0 ? '' : `, ${sum('wrong')} wrong otherwise, ${sum('stuck')} stuck`;
    console.log(
      `kill: ${runs} runs, ${sum('lost')} lost, ${sum('duplicated')} duplicated, ${sum('disordered')} out of order${others}`,
    );
    return rows.every(({ sums }) => Object.values(sums).every((count) => count === 0));
  }
}
