/** What the processes of the bench of delivery say to each other, and the lines that all of them know. */
import type { FeedKey, TransactionInput } from '../../src/outbox/model.ts';
import type { OpenOptions } from '../../src/store/database.ts';

/** What the process of the null upstream is told. */
export type ToUpstream =
  | { readonly kind: 'start' }
  /** Milliseconds until a POST is answered, and from then until the webhook. */
  | { readonly kind: 'delays'; readonly post: number; readonly webhook: number }
  /** Judges what came since it was last asked. */
  | { readonly kind: 'judge' };

export interface Judgement {
  readonly lines: number;
  /** In words: what was lost, came twice, or in another order. */
  readonly faults: readonly string[];
}

export type FromUpstream =
  | { readonly kind: 'started'; readonly url: string }
  | { readonly kind: 'done' }
  | ({ readonly kind: 'judged' } & Judgement);

/** What a process that delivers is told. */
export type ToDeliverer =
  | { readonly kind: 'open'; readonly place: OpenOptions; readonly upstreamUrl: string }
  /** Feeds whose other end is connected; those that were there before are found again. */
  | { readonly kind: 'connect'; readonly feeds: readonly FeedKey[] }
  /** Hands lines over, to each feed so many that `queued` of them wait. */
  | { readonly kind: 'queue'; readonly queued: number }
  /** Hands `lines` over in calls of `perCall`, in turn with one statement each that only writes as many rows. */
  | { readonly kind: 'accept'; readonly lines: number; readonly perCall: number }
  /** Delivers until at least so many lines are delivered. */
  | { readonly kind: 'drain'; readonly lines: number }
  | { readonly kind: 'memory' }
  | { readonly kind: 'close' };

export interface Drained {
  readonly ms: number;
  readonly lines: number;
  /** With those that were under way at the end of the measurement. */
  readonly allLines: number;
  /** Of this process, and of the server's sessions. */
  readonly cpuMs: number;
  readonly serverCpuMs: number | undefined;
}

export interface Memory {
  /** The most the process held while it delivered (resident set), in bytes. */
  readonly peak: number;
  /** What is in use once the collector has been. */
  readonly used: number;
}

export type FromDeliverer =
  | { readonly kind: 'done' }
  | { readonly kind: 'accepted'; readonly ms: number; readonly rawMs: number }
  | ({ readonly kind: 'drained' } & Drained)
  | ({ readonly kind: 'memory' } & Memory)
  | { readonly kind: 'failed'; readonly message: string };

export const webhookSecret = `whsec_${Buffer.from('a secret of the bench, long enough').toString('base64')}`;

const day = 86_400_000;
const firstDate = Math.floor(Date.now() / day) * day - 300 * day;

/** The nth line of an account, from 0: some 160 bytes once it is text, a second after the one before. */
export const lineOf = (accountId: string, n: number): TransactionInput => ({
  id: `${accountId}-${n}`,
  date: new Date(firstDate + n * 1000).toISOString().slice(0, 19),
  amount: `-${n % 900}.25`,
  balance: `${18_250 + (n % 5000)}.40`,
  description: `Card payment ${n} at Millbrook Flour`,
  transactionType: 'Debit',
});
