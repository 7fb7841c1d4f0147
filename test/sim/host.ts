/**
 * The bank: hands lines over account by account, repeats what was not answered, sometimes hands over too late, again,
 * or with other content, and tells the outbox how the other end stands.
 */
import type { PlatformKey } from '../../src/contract/platforms.ts';
import { addDays } from '../../src/outbox/local-date.ts';
import type { FeedFacts, PushResult, TransactionInput } from '../../src/outbox/model.ts';
import type { Outbox } from '../../src/outbox/outbox.ts';
import type { Scheduler } from './clock.ts';
import type { Link } from './codat.ts';
import type { Random } from './random.ts';

export interface HandedLine {
  readonly id: string;
  /** As it has to be in Codat's request. */
  readonly text: string;
  readonly at: string;
  /** Its place among the lines of this account. */
  readonly n: number;
  readonly input: TransactionInput;
}

/** An account as the bank sees it. */
export interface Stream {
  readonly companyId: string;
  readonly accountId: string;
  readonly platform: PlatformKey;
  /** How often the bank names the connection when it hands over. */
  readonly addressed: number;
  readonly startDate: string | undefined;
  /** Where it is, or will be, connected; the newest one last. */
  readonly links: Link[];
  readonly lines: Map<string, HandedLine>;
}

export interface HostParts {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Calls some living process; undefined where no answer came. */
  readonly call: <Result>(what: (outbox: Outbox) => Promise<Result>) => Promise<Result | undefined>;
  readonly say: (text: () => string) => void;
  readonly wrong: (text: string) => void;
}

const firstDay = '2026-03-01';

const newLine = (random: Random, stream: Stream, day: string): HandedLine => {
  const n = stream.lines.size;
  const id = `${stream.companyId}-${stream.accountId}-${n}`;
  const date = random.chance(0.4) ? day : `${day}T${String(random.int(0, 23)).padStart(2, '0')}:30:00`;
  const amount = `${random.chance(0.5) ? '-' : ''}${random.int(1, 9999)}.${random.int(10, 99)}`;
  const balance = `${random.int(0, 99_999)}.00`;
  const line: HandedLine = {
    id,
    text: `{"amount":${amount},"balance":${balance},"id":"${id}","date":"${date}"}`,
    at: date.length === 10 ? `${date}T00:00:00` : date,
    n,
    input: { id, date, amount, balance },
  };
  stream.lines.set(id, line);
  return line;
};

/** What is handed over at once: new lines, and sometimes old ones again or changed. */
const compose = (random: Random, stream: Stream, round: number, large: boolean) => {
  const day = addDays(firstDay, round);
  const count = large ? random.int(1001, 2100) : random.int(1, 5);
  const known = [...stream.lines.values()];
  const fresh: HandedLine[] = [];
  for (let n = 0; n < count; n += 1) {
    const late = round > 0 && random.chance(0.12);
    fresh.push(newLine(random, stream, late ? addDays(firstDay, random.int(0, round - 1)) : day));
  }
  // An account that has moved is handed over without a name: what went over the old connection is known all the same.
  const oneFeed = stream.addressed !== 0.5;
  const again = oneFeed && known.length > 0 && random.chance(0.3) ? [random.pick(known), random.pick(known)] : [];
  const changed = stream.addressed === 1 && known.length > 0 && random.chance(0.1) ? [random.pick(known)] : [];
  const inputs: TransactionInput[] = [
    ...again.map(({ input }) => input),
    ...fresh.map(({ input }) => input),
    ...changed.map(({ input }) => ({ ...input, amount: '0.01' })),
  ];
  return { inputs, fresh };
};

const counted = ({ accepted, duplicates, held, skipped, refused }: PushResult): number =>
  accepted + duplicates + held + skipped + refused;

/** Hands everything of one account over, in its order; resolves when all of it is stored. */
export const handOver = async (parts: HostParts, stream: Stream, rounds: number, large: boolean): Promise<void> => {
  const { scheduler, random, call, say, wrong } = parts;
  const wait = (ms: number): Promise<void> => new Promise((resolve) => scheduler.after(ms, resolve));
  for (let round = 0; round < rounds; round += 1) {
    await wait(random.chance(0.5) ? random.skewed(200, 25 * 60_000) : random.int(1000, 8 * 60_000));
    const { inputs, fresh } = compose(random, stream, round, large && round === 0);
    const { companyId, accountId, platform } = stream;
    const connectionId = random.chance(stream.addressed) ? stream.links[0]?.connectionId : undefined;
    if (random.chance(0.05))
      await call((outbox) => outbox.accept({ companyId, accountId, connectionId }, inputs, { dryRun: true, platform }));
    // Now and then the host says that more follows, and then it may die for all the store knows.
    const more = random.chance(0.1) ? true : random.chance(0.1) ? false : undefined;
    for (;;) {
      const result = await call((outbox) =>
        outbox.accept({ companyId, accountId, connectionId }, inputs, { platform, more }),
      );
      if (result !== undefined && counted(result) !== inputs.length)
        wrong(`${inputs.length} lines were handed over and ${counted(result)} are accounted for`);
      if (result !== undefined) {
        say(() => `handed over ${fresh.map(({ id, at }) => `${id}@${at.slice(5)}`).join(' ')}: ${counts(result)}`);
        break;
      }
      await wait(random.skewed(500, 60_000));
    }
  }
};

const counts = ({ accepted, duplicates, held, skipped, refused }: PushResult): string =>
  `${accepted} accepted, ${duplicates} known, ${held} held, ${skipped} skipped, ${refused} refused`;

/** How the other end stands now. */
export const factsOf = ({ platform, startDate, accountId }: Stream, link: Link): FeedFacts => ({
  platform,
  connection: link.status,
  account: link.accounts.get(accountId) ?? 'none',
  feedStartDate: link.accounts.get(accountId) === 'connected' ? startDate : undefined,
});

/** A webhook tells, unless it is lost; a listing tells again later. */
export const tellFacts = (parts: HostParts, stream: Stream, link: Link): void => {
  const { scheduler, random, call } = parts;
  const { companyId, accountId } = stream;
  const tell = (): void => {
    const facts = factsOf(stream, link);
    void call((outbox) => outbox.observe({ companyId, connectionId: link.connectionId, accountId }, facts));
  };
  if (random.chance(0.8)) scheduler.after(random.skewed(5, 20_000), tell);
  scheduler.after(random.skewed(1000, 90_000), tell);
};
