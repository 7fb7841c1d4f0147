/** The sandbox's state in a file: read once at the start, written whole and atomically after changes. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { keptAnswer } from './api/idempotency.ts';
import { messageRecord } from './deliveries.ts';
import { ruleRecord } from './legacy-rules.ts';
import {
  authorizationRecord,
  bankAccountsCopy,
  companyRecord,
  connectionRecord,
  landedPush,
  managedSyncRecord,
  operationRecord,
  organizationRecord,
  sourceAccountRecord,
} from './records.ts';
import type { Log } from './settings.ts';
import { consumerRecord } from './webhooks.ts';

const snapshot = z.object({
  version: z.literal(1),
  seed: z.string(),
  counters: z.record(z.string(), z.int()),
  companies: z.array(companyRecord),
  connections: z.array(connectionRecord),
  accounts: z.array(sourceAccountRecord),
  organizations: z.array(organizationRecord),
  operations: z.array(operationRecord),
  copies: z.array(bankAccountsCopy).default([]),
  syncs: z.array(managedSyncRecord).default([]),
  authorizations: z.array(authorizationRecord).default([]),
  ledger: z.array(landedPush),
  consumers: z.array(consumerRecord).default([]),
  rules: z.array(ruleRecord).default([]),
  messages: z.array(messageRecord),
  answers: z.array(keptAnswer),
});
export type Snapshot = z.infer<typeof snapshot>;

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** The state kept in a file; undefined where there is no such file. @throws for one that cannot be read. */
export function readSnapshot(file: string): Snapshot | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`dataFile: ${file} is not JSON. Remove it to start with an empty sandbox.`, { cause: error });
  }
  const result = snapshot.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Error(
    `dataFile: ${file} is no state of this sandbox (${issue?.path.join('.')}: ${issue?.message}). Remove it to start with an empty sandbox.`,
  );
}

/** Writes beside the file and renames, so that a reader finds the old state or the new one. */
function writeSnapshot(file: string, state: Snapshot): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, JSON.stringify(state), { mode: 0o600 });
  renameSync(draft, file);
}

/** How long changes are gathered before the state is written: at least this, and ten times what writing took. */
const writeAfterMs = 100;

export interface Keeper {
  /** Says that there is something new; it is written some moments later. */
  readonly changed: () => void;
  /** Writes now, and never again: the file may be another sandbox's next. @throws where it cannot be written. */
  end(): void;
}

/** Keeps a state in a file; without a file there is nothing to do. */
export function createKeeper({
  file,
  state,
  log,
}: {
  readonly file: string | undefined;
  readonly state: () => Snapshot;
  readonly log: Log;
}): Keeper {
  if (file === undefined) return { changed() {}, end() {} };
  let planned: ReturnType<typeof setTimeout> | undefined;
  let tookMs = 0;
  let ended = false;
  const write = (): void => {
    clearTimeout(planned);
    planned = undefined;
    const begun = performance.now();
    writeSnapshot(file, state());
    tookMs = performance.now() - begun;
  };
  return {
    changed() {
      if (planned !== undefined || ended) return;
      planned = setTimeout(
        () => {
          try {
            write();
          } catch (error) {
            log(`The state could not be written to ${file}.`, { error: String(error) });
          }
        },
        Math.max(writeAfterMs, 10 * tookMs),
      );
      planned.unref();
    },
    end() {
      ended = true;
      write();
    },
  };
}
