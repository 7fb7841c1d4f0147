/** What the watch writes down while tests run: one file per process, one JSON object a line. */
import { appendFileSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { atRoot } from '../../scripts/root.ts';

const place = atRoot('coverage/contract');

const record = z.union([
  /** An operation (or event) answered with a status, seen first in a test. */
  z.object({ operation: z.string(), status: z.int(), file: z.string(), test: z.string() }),
  /** Something that is not as documented. */
  z.object({ violation: z.string(), file: z.string(), test: z.string() }),
  /** How much a process judged, at its end. */
  z.object({ answers: z.int(), webhooks: z.int() }),
]);
export type ContractRecord = z.infer<typeof record>;

/** The runners that watch; each has a folder of its own, which it empties when it starts. */
export const runners = ['node', 'browser', 'e2e', 'smoke'] as const;
export type Runner = (typeof runners)[number];

export const forget = (runner: Runner): void => rmSync(join(place, runner), { recursive: true, force: true });

/** Answers how to write one record. */
export function recorder(runner: Runner): (entry: ContractRecord) => void {
  const folder = join(place, runner);
  const file = join(folder, `${process.pid}.ndjson`);
  return (entry) => {
    mkdirSync(folder, { recursive: true });
    appendFileSync(file, `${JSON.stringify(entry)}\n`);
  };
}

/** Everything written down, by runner; a runner that has not run is missing. */
export function readRecords(): Map<string, ContractRecord[]> {
  const all = new Map<string, ContractRecord[]>();
  for (const file of globSync('*/*.ndjson', { cwd: place }).toSorted()) {
    const [runner = ''] = file.split(/[\\/]/);
    const lines = readFileSync(join(place, file), 'utf8').split('\n').filter(Boolean);
    const records = lines.map((line) => record.parse(JSON.parse(line)));
    all.set(runner, [...(all.get(runner) ?? []), ...records]);
  }
  return all;
}
