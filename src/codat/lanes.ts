/**
 * Who goes next: requests wait in a lane for each company, which has so many places, and in it in a line
 * for each priority. Every step takes the same time, however many wait.
 */
import { priorities, type Priority } from './transport.ts';

interface Link<Item> {
  readonly item: Item;
  before: Link<Item> | undefined;
  after: Link<Item> | undefined;
}

/** First come, first out, and anyone may leave from the middle. */
class Line<Item> {
  #first: Link<Item> | undefined;
  #last: Link<Item> | undefined;

  get first(): Item | undefined {
    return this.#first?.item;
  }

  add(item: Item): Link<Item> {
    const link: Link<Item> = { item, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
    return link;
  }

  remove({ before, after }: Link<Item>): void {
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
  }
}

type Lines<Item> = Readonly<Record<Priority, Line<Item>>>;
const lines = <Item>(): Lines<Item> => ({ push: new Line(), user: new Line(), poll: new Line() });

const highest = (of: Lines<unknown>): Priority | undefined =>
  priorities.find((priority) => of[priority].first !== undefined);
const hasLower = (of: Lines<unknown>, than: Priority): boolean =>
  priorities.slice(priorities.indexOf(than) + 1).some((priority) => of[priority].first !== undefined);

/**
 * The line whose turn it is: the most important one. But after every seventh that went before a less
 * important one, a user action or else a poll is let through, and after every fifteenth a poll.
 */
function turn(of: Lines<unknown>, passed: number): Priority | undefined {
  const order =
    passed % 16 === 15
      ? (['poll', 'user', 'push'] as const)
      : passed % 8 === 7
        ? (['user', 'poll', 'push'] as const)
        : priorities;
  return order.find((priority) => of[priority].first !== undefined);
}

interface Lane {
  readonly company: string;
  readonly waiting: Lines<Ticket>;
  running: number;
  /** How many went before a less important one that waited, in a row. */
  passed: number;
  /** The line of lanes it stands in: by its most important request, where it has a place for one. */
  standing: { readonly priority: Priority; readonly link: Link<Lane> } | undefined;
}

/** A request that waits. */
export class Ticket {
  readonly lane: Lane;
  readonly priority: Priority;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Ends the wait: with the reason not to send, or without one. */
  readonly end: (refusal?: Refusal) => void;
  readonly #all: Line<Ticket>;
  readonly #inLane: Link<Ticket>;
  readonly #inAll: Link<Ticket>;

  constructor(lane: Lane, all: Line<Ticket>, priority: Priority, since: number, end: Ticket['end']) {
    this.lane = lane;
    this.priority = priority;
    this.since = since;
    this.end = end;
    this.#all = all;
    this.#inLane = lane.waiting[priority].add(this);
    this.#inAll = all.add(this);
  }

  /** Out of the lines it stands in. */
  remove(): void {
    this.lane.waiting[this.priority].remove(this.#inLane);
    this.#all.remove(this.#inAll);
  }
}

export interface Refusal {
  readonly reason: 'paused' | 'minute' | 'day';
  readonly waitMs: number;
}

export class Lanes {
  #places: number;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes that could send at once; within a line they take turns, so that no company waits for another's backlog. */
  readonly #ready = lines<Lane>();
  readonly #all = new Line<Ticket>();
  #passed = 0;
  #waiting = 0;
  #running = 0;

  constructor(places: number) {
    this.#places = places;
  }

  /** How many of a company may be under way at a time; what is under way already goes on. */
  get places(): number {
    return this.#places;
  }

  set places(places: number) {
    if (places === this.#places) return;
    this.#places = places;
    for (const lane of this.#lanes.values()) this.#stand(lane);
  }

  get waiting(): number {
    return this.#waiting;
  }

  get running(): number {
    return this.#running;
  }

  /** Companies with a request; an idle one costs nothing. */
  get companies(): number {
    return this.#lanes.size;
  }

  /** Who has waited longest, in whatever lane. */
  get oldest(): Ticket | undefined {
    return this.#all.first;
  }

  enter(company: string, priority: Priority, since: number, end: Ticket['end']): Ticket {
    const lane = this.#lanes.get(company) ?? {
      company,
      waiting: lines<Ticket>(),
      running: 0,
      passed: 0,
      standing: undefined,
    };
    this.#lanes.set(company, lane);
    const ticket = new Ticket(lane, this.#all, priority, since, end);
    this.#waiting += 1;
    this.#stand(lane);
    return ticket;
  }

  /** Who goes next, of those whose company has a place; they stay where they are. */
  next(): Ticket | undefined {
    return this.#find(true);
  }

  /** The most important of them, whoever's turn it is. */
  foremost(): Ticket | undefined {
    return this.#find(false);
  }

  /** Leaves without having been sent. */
  leave(ticket: Ticket): void {
    this.#remove(ticket);
    this.#stand(ticket.lane);
  }

  /** Takes a place of its company, until `done`. */
  start(ticket: Ticket): void {
    const { lane, priority } = ticket;
    const standing = lane.standing?.priority ?? priority;
    this.#remove(ticket);
    lane.passed = hasLower(lane.waiting, priority) ? lane.passed + 1 : 0;
    this.#passed = hasLower(this.#ready, standing) ? this.#passed + 1 : 0;
    lane.running += 1;
    this.#running += 1;
    // To the end of its line, also where it stays in the same.
    this.#standAside(lane);
    this.#stand(lane);
  }

  /** The end of a request that was started. */
  done({ lane }: Ticket): void {
    lane.running -= 1;
    this.#running -= 1;
    this.#stand(lane);
  }

  #find(inTurn: boolean): Ticket | undefined {
    const priority = turn(this.#ready, inTurn ? this.#passed : 0);
    const lane = priority === undefined ? undefined : this.#ready[priority].first;
    const own = lane === undefined ? undefined : turn(lane.waiting, inTurn ? lane.passed : 0);
    return own === undefined ? undefined : lane?.waiting[own].first;
  }

  #remove(ticket: Ticket): void {
    ticket.remove();
    this.#waiting -= 1;
  }

  #standAside(lane: Lane): void {
    if (lane.standing !== undefined) this.#ready[lane.standing.priority].remove(lane.standing.link);
    lane.standing = undefined;
  }

  #stand(lane: Lane): void {
    const first = highest(lane.waiting);
    const priority = lane.running < this.#places ? first : undefined;
    if (lane.standing?.priority !== priority) {
      this.#standAside(lane);
      if (priority !== undefined) lane.standing = { priority, link: this.#ready[priority].add(lane) };
    }
    if (first === undefined && lane.running === 0) this.#lanes.delete(lane.company);
  }
}
