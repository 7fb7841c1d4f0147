/** The processes, and what watches over them: one that ended is started again, as a service manager would. */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../sim/random.ts';
import { serverSecret, tokenSecret, webhookSecret, type Order, type Report, type Setup } from './messages.ts';

export interface Ended {
  readonly at: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One process, and those that take its place. */
export class Slot {
  readonly log: string[] = [];
  readonly ends: Ended[] = [];
  /** What each start took until everything was served, in milliseconds. */
  readonly starts: { readonly took: number; readonly cpu: number }[] = [];
  /** When the present process was begun. */
  startedAt = 0;
  port: number | undefined;
  #child: ChildProcess | undefined;
  #wanted = true;
  readonly #launch: () => ChildProcess;
  constructor(launch: () => ChildProcess) {
    this.#launch = launch;
  }

  start(): void {
    this.startedAt = Date.now();
    const child = this.#launch();
    this.#child = child;
    child.on('message', (report: Report) => {
      if (report.kind === 'ready') {
        this.port = report.port;
        this.starts.push({ took: Date.now() - this.startedAt, cpu: report.cpu });
      } else this.log.push(`${new Date().toISOString().slice(11, 23)} ${report.level} ${report.message}`);
    });
    let rest = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      const lines = `${rest}${chunk.toString()}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#heard(line);
    });
    child.stderr?.on('data', (chunk: Buffer) => this.log.push(chunk.toString()));
    child.once('exit', (code, signal) => {
      this.port = undefined;
      this.#listening = undefined;
      this.ends.push({ at: Date.now(), code, signal });
      if (this.#wanted) this.start();
    });
  }

  /** The command speaks in lines of JSON. */
  #listening: number | undefined;
  #heard(line: string): void {
    this.log.push(line);
    const said = JSON.parse(line.startsWith('{') ? line : '{}') as { message?: string; at?: { port: number } };
    if (said.message === 'listening') this.#listening = said.at?.port;
    if (said.message === 'ready') this.port = this.#listening;
    if (said.message === 'stopping') this.port = undefined;
  }

  order(order: Order): void {
    if (this.#child?.connected) this.#child.send(order, () => undefined);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Whether the process stands still. */
  get isFrozen(): boolean {
    try {
      return /\) T /.test(readFileSync(`/proc/${this.#child?.pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  }

  async ready(): Promise<void> {
    for (const end = Date.now() + 60_000; this.port === undefined; await delay(10))
      if (Date.now() > end) throw new Error(`A process did not become ready:\n${this.log.slice(-20).join('\n')}`);
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#wanted = false;
    if (this.#child === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child?.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}

export class Fleet {
  readonly slots: readonly Slot[];
  constructor(count: number, launch: () => ChildProcess) {
    this.slots = Array.from({ length: count }, () => new Slot(launch));
  }
  start(): void {
    for (const slot of this.slots) slot.start();
  }
  async ready(): Promise<void> {
    for (const slot of this.slots) await slot.ready();
  }
  pick(random: Random): Slot | undefined {
    const alive = this.slots.filter(({ port }) => port !== undefined);
    return alive.length === 0 ? undefined : random.pick(alive);
  }
  get ends(): number {
    return this.slots.reduce((sum, { ends }) => sum + ends.length, 0);
  }
  order(order: Order): void {
    for (const slot of this.slots) slot.order(order);
  }
  async stop(): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.stop()));
  }
}

/** A process that can be told to end itself. */
export const instance = (setup: () => Setup) => (): ChildProcess =>
  fork(new URL('./instance.ts', import.meta.url), [JSON.stringify(setup())], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });

/** The command as it is installed, with the durations it has for everybody. */
export const command = (setup: Setup, accountsUrl: string) => (): ChildProcess =>
  spawn(process.execPath, [new URL('../../src/commands/main.ts', import.meta.url).pathname], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      CODAT_API_KEY: setup.apiKey,
      CODAT_URL: setup.codatUrl,
      BANK_FEED_PUBLIC_URL: setup.publicUrl,
      BANK_FEED_TOKEN_SECRET: tokenSecret,
      BANK_FEED_PAGE_ORIGINS: 'https://bank.example',
      BANK_FEED_SERVER_SECRET: serverSecret,
      BANK_FEED_SOURCE_ACCOUNTS_URL: accountsUrl,
      BANK_FEED_WEBHOOK_SECRETS: webhookSecret,
      ...('url' in setup.place ? { DATABASE_URL: setup.place.url } : { BANK_FEED_DATA_DIR: setup.place.dataDir }),
      PORT: '0',
    },
  });
