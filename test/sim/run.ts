/** One seed from its first line to rest: the real outbox in a world where everything goes wrong that may. */
import type { Outbox } from '../../src/outbox/outbox.ts';
import { standingOf } from '../../src/outbox/decide.ts';
import { Scheduler, type Process } from './clock.ts';
import { Codat } from './codat.ts';
import { drawCast } from './companies.ts';
import { drawFaults, noFaults, type Faults } from './faults.ts';
import { factsOf, handOver, tellFacts, type HostParts, type Stream } from './host.ts';
import { createInstance, type Instance } from './instance.ts';
import { judge, type Verdict } from './judge.ts';
import { findFeed, newStore, stateOf, type Store } from './ledger/data.ts';
import { lookAfter } from './people.ts';
import { createRandom } from './random.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const start = Date.parse('2026-03-10T12:00:00Z');
/** Once nothing goes wrong any more everything has to come to rest in this time. */
const liveness = 12 * hour;

export interface Result extends Verdict {
  readonly seed: number;
  /** Two runs of one seed have the same. */
  readonly fingerprint: string;
  readonly turns: number;
  readonly crashes: number;
  readonly freezes: number;
  readonly virtualMs: number;
}

export const failures = ({ lost, duplicated, disordered, wrong }: Verdict): string[] => [
  ...lost.map((text) => `lost: ${text}`),
  ...duplicated.map((text) => `duplicated: ${text}`),
  ...disordered.map((text) => `out of order: ${text}`),
  ...wrong.map((text) => `wrong: ${text}`),
];

/** Nothing is under way, and what still waits is held for a reason. */
const atRest = (store: Store): boolean => {
  for (const push of store.open) if (push.state === 'sending' || push.state === 'pending') return false;
  for (const feed of store.feeds.values())
    if (feed.queued + feed.inPush > 0 && standingOf(stateOf(feed)).kind === 'open') return false;
  return true;
};

const knowsTruth = (store: Store, streams: readonly Stream[]): boolean =>
  streams.every((stream) =>
    stream.links.every((link) => {
      const { companyId, accountId } = stream;
      const feed = findFeed(store, { companyId, connectionId: link.connectionId, accountId });
      const { connection, account } = factsOf(stream, link);
      return feed?.connection.status === connection && feed.account === account;
    }),
  );

/** `tell` hears the story, with the time of each sentence. */
export const runSeed = async (seed: number, tell?: (text: string) => void): Promise<Result> => {
  const random = createRandom(seed);
  const scheduler = new Scheduler(random, start);
  const store = newStore();
  const say = (text: () => string): void => tell?.(`${new Date(scheduler.now).toISOString().slice(8, 23)} ${text()}`);
  let faults: Faults = drawFaults(random);
  if (faults.outage)
    faults = {
      ...faults,
      outage: { ...faults.outage, from: start + faults.outage.from, to: start + faults.outage.to },
    };
  const cast = drawCast(random, start);
  const poisoned = new Set<string>();
  const wrong: string[] = [];
  let crashes = 0;
  let freezes = 0;
  let calls = 0;
  let restarts = 0;

  const instances: (Instance | undefined)[] = Array.from({ length: faults.instances });
  const living = (): Instance[] => instances.filter((instance) => instance !== undefined);
  const codat = new Codat({
    scheduler,
    random,
    faults: () => faults,
    links: cast.links,
    poisoned,
    say,
    webhook(companyId, operationKey) {
      const { process, outbox } = random.pick(living()) ?? {};
      if (process !== undefined)
        scheduler.soon(() => void outbox.operationChanged(companyId, operationKey).catch(() => undefined), process);
    },
  });

  const launch = (place: number): void => {
    restarts += 1;
    const name = `${'AB'[place]}${restarts}`;
    const instance = createInstance({
      name,
      scheduler,
      random,
      faults: () => faults,
      codat,
      store,
      say,
      broken: ({ message }) => wrong.push(message),
    });
    instances[place] = instance;
    const { process, outbox } = instance;
    say(() => `${name} starts`);
    const begin = (): void =>
      void outbox.start().catch(() => {
        if (process.alive) scheduler.after(5 * second, begin, process);
      });
    scheduler.soon(begin, process);
  };

  const restartLater = (process: Process): void => {
    const place = instances.findIndex((instance) => instance?.process === process);
    instances[place] = undefined;
    scheduler.after(random.skewed(second, 3 * minute), () => launch(place));
  };

  scheduler.onTurn = (process) => {
    if (crashes < faults.mostCrashes && random.chance(faults.crash)) {
      crashes += 1;
      say(() => `${process.name} is killed`);
      process.end();
      restartLater(process);
    } else if (freezes < faults.mostFreezes && !faults.keysIgnored && random.chance(faults.freeze)) {
      freezes += 1;
      const ms = random.skewed(3 * second, 3 * hour);
      say(() => `${process.name} freezes for ${Math.round(ms / second)} s`);
      process.freeze(ms);
    }
  };

  const call = <Answer>(what: (outbox: Outbox) => Promise<Answer>): Promise<Answer | undefined> =>
    new Promise((resolve) => {
      calls += 1;
      let ended = false;
      const end = (answer: Answer | undefined): void => {
        if (ended) return;
        ended = true;
        calls -= 1;
        cancel();
        scheduler.soon(() => resolve(answer));
      };
      const cancel = scheduler.after(minute, () => end(undefined));
      const { process, outbox } = random.pick(living()) ?? {};
      if (process !== undefined) scheduler.soon(() => void what(outbox).then(end, () => end(undefined)), process);
    });

  for (const place of instances.keys()) launch(place);
  const host: HostParts = { scheduler, random, call, say, wrong: (text) => wrong.push(text) };
  for (const stream of cast.streams) for (const link of stream.links) tellFacts(host, stream, link);
  for (const { at, stream, link, apply, text } of cast.changes)
    scheduler.after(at - start, () => {
      apply();
      say(() => `now ${text}`);
      for (const other of cast.streams) if (other.links.includes(link)) tellFacts(host, stream, link);
    });
  for (const link of cast.links.values())
    if (random.chance(0.3)) codat.foreign(link, start - random.int(2, 90) * minute);
  const large = random.chance(0.01);
  let handing = cast.streams.length;
  for (const [n, stream] of cast.streams.entries()) {
    if (random.chance(0.03)) poisoned.add(`${stream.companyId}-${stream.accountId}-${random.int(0, 8)}`);
    void handOver(host, stream, random.int(1, 5), large && n === 0).then(() => (handing -= 1));
  }
  // The client's deployments: a process is told to end, and another takes its place.
  if (!faults.keysIgnored && random.chance(0.3))
    scheduler.after(random.skewed(minute, 40 * minute), () => {
      const instance = random.pick(living());
      if (instance === undefined) return;
      const { process, outbox } = instance;
      say(() => `${process.name} is told to stop`);
      scheduler.soon(() => {
        restartLater(process);
        void outbox.stop(random.skewed(100, 10 * second)).then(() => process.end());
      }, process);
    });
  if (random.chance(0.1)) {
    const until = start + random.int(1, 90) * minute;
    scheduler.after(random.int(1, 20) * minute, () => void call((outbox) => outbox.pause(until)));
    if (random.chance(0.5)) scheduler.after(random.int(20, 40) * minute, () => void call((outbox) => outbox.unpause()));
  }

  const busy = start + Math.max(45 * minute, ...cast.changes.map(({ at }) => at - start + 2 * minute));
  const people = random.chance(0.5) ? lookAfter(host, codat, cast.streams, busy + 30 * minute) : undefined;
  const outageEnds = faults.outage?.to ?? 0;
  await scheduler.run(() => scheduler.now > busy && scheduler.now > outageEnds && handing === 0);

  faults = noFaults(faults);
  say(() => 'from here on nothing goes wrong any more');
  const deadline = scheduler.now + liveness;
  const list = (): void => {
    for (const stream of cast.streams)
      if (!knowsTruth(store, [stream])) for (const link of stream.links) tellFacts(host, stream, link);
    scheduler.after(2 * minute, list);
  };
  list();
  const quiet = (): boolean =>
    calls === 0 &&
    people?.working !== true &&
    codat.busy === 0 &&
    living().length === instances.length &&
    living().every(({ process }) => !process.frozen) &&
    atRest(store) &&
    knowsTruth(store, cast.streams);
  await scheduler.run(() => quiet() || scheduler.now > deadline);
  codat.sendLateWebhooks();
  const soon = scheduler.now + 30 * second;
  await scheduler.run(() => scheduler.now > soon && (quiet() || scheduler.now > deadline));
  if (scheduler.now > deadline) wrong.push('it does not come to rest');

  const verdict = judge(cast.streams, codat, store, people?.setAside);
  for (const instance of living()) instance.process.end();
  const { turns } = scheduler;
  const fingerprint = [random.state(), turns, scheduler.now, store.sequence, codat.landings.length].join('-');
  return {
    ...verdict,
    wrong: [...wrong, ...verdict.wrong],
    seed,
    fingerprint,
    turns,
    crashes,
    freezes,
    virtualMs: scheduler.now - start,
  };
};
