/** One company of the playgrounds and the accounting software it has: how both stand, and what happens in the software. */
import { FeedApiError, type FeedErrorCode, type FeedErrorFacts } from 'bank-feed-elements/client';
import { day, exampleAccounts, exampleBooks, examplePushes, type BookAccount } from './example-data.ts';
import type { Account, Connection, Mapping, Platform, Push } from './wire.ts';

export interface Software {
  readonly platform: Platform;
  readonly name: string;
  /** Whether the customer signs in inside the software, with something of ours. */
  readonly inside: boolean;
  readonly region: string;
}

export interface Start {
  readonly software: readonly Software[];
  /** The software it stands with, where it is past the beginning. */
  readonly current: Software;
  readonly stage: 'new' | 'connected' | 'chosen' | 'sending';
  readonly size: number;
}

export function fail(code: FeedErrorCode, detail: string, facts: Partial<FeedErrorFacts> = {}): never {
  throw new FeedApiError(code, { detail, ...facts });
}

const notFound = (): never => fail('not_found', 'There is no such thing.', { status: 404 });

export class ExampleCompany {
  /** Called whenever something is otherwise than before. */
  changed: () => void = () => {};
  readonly #start: Start;
  readonly books: readonly BookAccount[];
  readonly pushes = new Map<string, Push[]>();
  readonly hints = new EventTarget();
  connections: Connection[] = [];
  accounts: Account[];
  #count = 0;

  constructor(start: Start) {
    this.#start = start;
    this.accounts = exampleAccounts(start.size, start.current.region);
    this.books = exampleBooks(this.accounts);
    if (start.stage === 'new') return;
    const { id } = this.begin(start.current.platform, 'linked', `${day(31)}T09:30:00Z`);
    if (start.stage === 'connected') return;
    const chosen = this.accounts.slice(0, Math.max(2, start.size - 1));
    for (const [index, account] of chosen.entries()) {
      const sends = start.stage === 'sending' && (index < 2 || index % 7 !== 0);
      const target = this.books[index]?.target.name ?? account.name;
      this.change(
        id,
        account.id,
        sends ? { status: 'connected', target: { name: target }, feedStartDate: day(30) } : { status: 'pending' },
      );
      if (sends) this.pushes.set(account.id, examplePushes(index));
    }
  }

  /** Something happened here: whoever shows it reads again. */
  hint(): void {
    this.hints.dispatchEvent(new Event('hint'));
    this.changed();
  }

  /** Another number at each call. */
  next(): number {
    return ++this.#count;
  }

  get platforms(): Platform[] {
    return this.#start.software.map(({ platform }) => platform);
  }

  get software(): Software {
    const platform = this.connections[0]?.platform;
    return this.#start.software.find((each) => each.platform === platform) ?? this.#start.current;
  }

  /** What can happen in the software as things stand. */
  get possible(): ReadonlySet<'sign-in' | 'refuse' | 'deliver' | 'revoke'> {
    const [current] = this.connections;
    const linked = current?.status === 'linked';
    const unmapped = this.software.inside && this.accounts.some(({ status }) => status === 'pending');
    return new Set([
      ...((current && !linked) || (linked && unmapped) ? (['sign-in'] as const) : []),
      ...(current?.status === 'pending' ? (['refuse'] as const) : []),
      ...(linked ? (['revoke'] as const) : []),
      ...(linked && this.accounts.some(({ status }) => status === 'connected') ? (['deliver'] as const) : []),
    ]);
  }

  /** The customer signs in; software that is connected from its inside asks there where transactions go. */
  signIn(): void {
    const [current] = this.connections;
    if (!current) return;
    this.connections[0] = { ...current, status: 'linked', problem: undefined };
    if (this.software.inside)
      for (const { id, name, status } of this.accounts)
        if (status === 'pending')
          this.change(current.id, id, { status: 'connected', target: { name }, feedStartDate: day(0) });
    this.hint();
  }

  refuse(): void {
    const [current] = this.connections;
    if (current) this.connections[0] = { ...current, problem: { code: 'refused', at: new Date().toISOString() } };
    this.hint();
  }

  revoke(): void {
    const [current] = this.connections;
    if (current) this.connections[0] = { ...current, status: 'deauthorized' };
    this.hint();
  }

  /** What is refused is held. */
  deliver(refused: boolean): void {
    const at = new Date().toISOString();
    for (const { id } of this.accounts.filter(({ status }) => status === 'connected')) {
      const made: Push = {
        id: `push-${id}-${this.next()}`,
        status: refused ? 'failed' : 'delivered',
        lines: 4,
        firstDate: day(0),
        lastDate: day(0),
        startedAt: at,
        finishedAt: at,
        errors: refused ? [{ code: 'refused', message: 'The account is archived in the books.' }] : [],
      };
      this.pushes.set(id, [made, ...(this.pushes.get(id) ?? [])]);
    }
    this.hint();
  }

  begin(platform: Platform, status: Connection['status'], createdAt = new Date().toISOString()): Connection {
    const made: Connection = {
      id: `connection-${this.next()}`,
      platform,
      status,
      createdAt,
    };
    // Newest first; what was chosen for the one before is that one's.
    this.connections = [made, ...this.connections];
    this.accounts = this.accounts.map((account) => offered(account, made.id));
    this.pushes.clear();
    return made;
  }

  end(connectionId: string, status: Connection['status']): Connection {
    const ended = { ...this.connection(connectionId), status };
    this.connections = this.connections.map((each) => (each.id === connectionId ? ended : each));
    this.hint();
    return ended;
  }

  connection(id: string): Connection {
    return this.connections.find((each) => each.id === id) ?? notFound();
  }

  linked(id: string): void {
    if (this.connection(id).status !== 'linked')
      fail('connection_not_linked', 'The accounting software is not connected.', { status: 409 });
  }

  account(id: string): Account {
    return this.accounts.find((each) => each.id === id) ?? notFound();
  }

  change(connectionId: string, accountId: string, more: Partial<Account>): Account {
    const changed = { ...this.account(accountId), connectionId, ...more };
    this.accounts = this.accounts.map((each) => (each.id === accountId ? changed : each));
    return changed;
  }

  mapping({ id, status, target, feedStartDate, last4, currency }: Account): Mapping {
    const taken = new Set(
      this.accounts.flatMap((other) =>
        other.id !== id && (other.status === 'connected' || other.status === 'connecting') ? [other.target?.name] : [],
      ),
    );
    const free = this.books.filter((book) => book.currency === currency && !taken.has(book.target.name));
    const alike = free.find((book) => book.target.last4 === last4);
    const open = status === 'pending' || status === 'disconnected';
    const fed = this.books.find((book) => book.target.name === target?.name)?.target.id;
    return {
      accountId: id,
      status: status === 'offered' ? 'pending' : status,
      ...(target && { target: { name: target.name, ...(fed !== undefined && { id: fed }) } }),
      targetIds: open ? free.map((book) => book.target.id) : [],
      ...(feedStartDate !== undefined && { feedStartDate }),
      ...(open && alike && { suggestion: { targetId: alike.target.id, reasons: ['number', 'currency'] } }),
    };
  }
}

export const offered = (
  { target: _target, feedStartDate: _date, ...account }: Account,
  connectionId: string,
): Account => ({
  ...account,
  connectionId,
  status: 'offered',
});
