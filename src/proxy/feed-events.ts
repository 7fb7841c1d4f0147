import * as z from 'zod';
import type { FeedEvent } from '../outbox/model.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { check, told } from './checked.ts';

/** What happened, kept until the host acknowledges it. Everything rejects with Problem where the call is wrong. */
export interface FeedEvents {
  /**
   * What nobody acknowledged, oldest first, 200 at most. `after` reads on from an event; begin without it each time, as
   * one with a smaller id may still come.
   */
  list(page?: {
    readonly after?: string | undefined;
    readonly limit?: number | undefined;
  }): Promise<{ readonly items: readonly FeedEvent[] }>;
  /** The host has dealt with every event up to this id that was listed. */
  acknowledge(upTo: string): Promise<void>;
}

const mostEvents = 200;

const listQuery = z.strictObject({
  after: z.optional(z.string('must be the id of an event, as text')),
  limit: z.optional(z.int('must be a whole number from 1 to 200').min(1).max(mostEvents)),
});
const acknowledgement = z.strictObject({
  upTo: z.string('must be the id of the last event you have dealt with, as text'),
});

/** Each takes what was given as it came, and checks it. */
export const createFeedEvents = (outbox: Outbox) => ({
  async list(page: unknown = {}) {
    const { after, limit = mostEvents } = check(listQuery, page, 'a page of events');
    return { items: await told(outbox.events({ after, limit })) };
  },
  async acknowledge(input: unknown) {
    await told(outbox.acknowledge(check(acknowledgement, input).upTo));
  },
});
