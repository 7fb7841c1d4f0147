/** Companies, connections and accounts of one seed, and what becomes of them while lines are handed over. */
import { platformKeys } from '../../src/contract/platforms.ts';
import type { FeedFacts } from '../../src/outbox/model.ts';
import type { Link } from './codat.ts';
import type { Stream } from './host.ts';
import type { Random } from './random.ts';

const minute = 60_000;

/** Something that happens to a connection or an account at a time. */
export interface Change {
  readonly at: number;
  readonly stream: Stream;
  readonly link: Link;
  readonly apply: () => void;
  readonly text: string;
}

export interface Cast {
  readonly links: Map<string, Link>;
  readonly streams: Stream[];
  readonly changes: Change[];
}

export const drawCast = (random: Random, start: number): Cast => {
  const links = new Map<string, Link>();
  const streams: Stream[] = [];
  const changes: Change[] = [];
  const time = (from: number, to: number): number => start + random.int(from * minute, to * minute);

  const newLink = (companyId: string, status: FeedFacts['connection']): Link => {
    const platform = random.pick(platformKeys);
    const link: Link = { companyId, connectionId: `link-${links.size}`, platform, status, accounts: new Map() };
    links.set(link.connectionId, link);
    return link;
  };
  const change = (at: number, stream: Stream, link: Link, to: Partial<FeedFacts>): void => {
    const apply = (): void => {
      if (to.connection !== undefined) link.status = to.connection;
      if (to.account !== undefined) link.accounts.set(stream.accountId, to.account);
    };
    const text = `${link.connectionId} ${to.connection ?? ''} ${stream.accountId} ${to.account ?? ''}`;
    changes.push({ at, stream, link, apply, text });
  };

  const addStream = (link: Link, accountId: string): Stream => {
    const { companyId, platform } = link;
    const stream: Stream = {
      companyId,
      accountId,
      platform,
      addressed: random.pick([0, 0.5, 1, 1]),
      startDate: random.chance(0.25) ? '2026-03-03' : undefined,
      links: [link],
      lines: new Map(),
    };
    streams.push(stream);
    const early = random.chance(0.6);
    link.accounts.set(accountId, early ? 'connected' : random.pick(['pending', 'connecting', 'none']));
    if (!early && random.chance(0.93))
      change(time(0, 40), stream, link, { connection: 'linked', account: 'connected' });
    if (random.chance(0.15)) {
      const at = time(1, 40);
      change(at, stream, link, { account: random.pick(['disconnected', 'disconnected', 'removed']) });
      if (random.chance(0.8)) change(at + random.skewed(1000, 90 * minute), stream, link, { account: 'connected' });
    }
    return stream;
  };

  for (let company = random.int(1, 2); company > 0; company -= 1) {
    const companyId = `company-${company}`;
    for (let count = random.pick([1, 1, 2]); count > 0; count -= 1) {
      const link = newLink(companyId, random.chance(0.8) ? 'linked' : 'pending');
      const own: Stream[] = [];
      for (let accounts = random.pick([1, 1, 2, 3]); accounts > 0; accounts -= 1)
        own.push(addStream(link, `account-${streams.length}`));
      const stream = random.pick(own);
      if (link.status === 'pending') change(time(0, 30), stream, link, { connection: 'linked' });
      if (random.chance(0.25)) {
        const at = time(1, 40);
        change(at, stream, link, { connection: random.pick(['unlinked', 'deauthorized']) });
        // Longer than a key lives, now and then.
        if (random.chance(0.8)) change(at + random.skewed(1000, 150 * minute), stream, link, { connection: 'linked' });
      } else if (random.chance(0.5) && stream.addressed === 0) {
        // The account goes on under another connection of the same software.
        const at = time(5, 40);
        const next: Link = { ...newLink(companyId, 'pending'), platform: link.platform };
        links.set(next.connectionId, next);
        stream.links.push(next);
        change(at, stream, link, { connection: 'deleted', account: 'removed' });
        change(at + random.skewed(1000, 30 * minute), stream, next, { connection: 'linked', account: 'connected' });
      }
    }
  }
  return { links, streams, changes };
};
