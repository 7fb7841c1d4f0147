/** What the tests and the processes they end say to each other. */
import { join } from 'node:path';
import type { ProbePoint } from '../../src/outbox/probe.ts';
import type { Durations } from '../../src/outbox/model.ts';

/** The first transaction of a fresh store, before its commit: reached while a process starts. */
export type KillPoint = ProbePoint | 'in-migrate-before-commit';

export const killPoints: readonly KillPoint[] = [
  'in-migrate-before-commit',
  'in-observe-before-commit',
  'in-accept-before-commit',
  'after-accept-commit',
  'after-seal-commit',
  'before-last-byte',
  'after-last-byte',
  'after-answer',
  'in-record-before-commit',
  'after-record-commit',
  'before-settle',
  'in-settle-before-commit',
  'after-settle-commit',
];

/** Where a process keeps what it is told. */
export type Place = { readonly dataDir: string } | { readonly url: string };

export interface Setup {
  readonly place: Place;
  readonly codatUrl: string;
  readonly apiKey: string;
  readonly publicUrl: string;
  readonly durations: Partial<Durations>;
  /** Ends itself inside the migrations of a fresh store. */
  readonly dieInMigration?: boolean | undefined;
}

/** What a process does to itself, the `nth` time it comes by. */
export type Order =
  | {
      readonly kind: 'signal';
      readonly point: ProbePoint;
      readonly nth: number;
      readonly signal: 'SIGKILL' | 'SIGSTOP';
    }
  /** In the middle of the nth flush of the write-ahead log: some sectors of it are written, others not, some half. */
  | { readonly kind: 'tear'; readonly nth: number; readonly seed: number }
  /** From now on the disk is full, or no longer. */
  | { readonly kind: 'disk'; readonly full: boolean }
  | { readonly kind: 'disarm' };

export type Report =
  /** With the CPU time that starting took, in milliseconds. */
  | { readonly kind: 'ready'; readonly port: number; readonly cpu: number }
  | { readonly kind: 'log'; readonly level: string; readonly message: string };

export const serverSecret = 'a-server-secret-for-tests-that-kill-processes';
export const tokenSecret = 'a token secret for tests that kill processes';
export const webhookSecret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
export const accountIds = ['account-0001', 'account-0002', 'account-0003'] as const;

/** What the bank offers for each of its customers. */
export const bankAccounts = accountIds.map((id) => ({
  id,
  accountName: `Account ${id}`,
  accountType: 'checking',
  accountNumber: '55555555',
  sortCode: '20-20-15',
  currency: 'GBP',
  balance: '100.00',
}));

/** For an empty, prepared store: the first opening fills it, later ones start faster. */
export const cacheDir = join(import.meta.dirname, '../../node_modules/.cache/bank-feed-elements');
