import type { FeedApi } from '../../client/feed-api.ts';
import type { FeedState } from '../../contract/schemas.ts';

/** Milliseconds between reads that nothing has asked for. */
export interface Rhythm {
  /** While hints arrive: a safety net. */
  readonly live: number;
  /** While hints do not arrive. */
  readonly polling: number;
  /** While someone looks at something that is about to change: at first, then less and less often. */
  readonly waiting: number;
  /** The same while hints arrive. */
  readonly waitingLive: number;
  /** Between two reads that hints ask for. */
  readonly burst: number;
}

/** Both pauses of waiting have become the usual ones after two to four minutes. */
const growth = 1.25;

const usual: Rhythm = { live: 60_000, polling: 30_000, waiting: 5_000, waitingLive: 15_000, burst: 500 };

interface Listener {
  /** `patient`: an answer that is on its way may arrive first. */
  readonly changed: (patient: boolean) => void;
  readonly waiting: () => boolean;
  /** The session ended, or who shows it has left. */
  readonly ended: () => void;
}

/**
 * What all elements of one provider share: the api, one live stream, one rhythm of polling behind it, and one read of
 * the state when several of them ask at once. Runs while somebody listens; says only that something changed.
 */
export class FeedHub {
  readonly api: FeedApi;
  readonly #rhythm: Rhythm;
  readonly #listeners = new Set<Listener>();
  #running: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #hintedAgain = false;
  /** Reads that only the clock has asked for, since something happened. */
  #inVain = 0;
  #alive = false;
  #ended = false;
  #continued = false;
  #answered = false;
  #speaker: Element | undefined;
  #stream: AbortController | undefined;
  #reading: Promise<FeedState> | undefined;

  constructor(api: FeedApi, rhythm: Rhythm = usual) {
    this.api = api;
    this.#rhythm = rhythm;
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (!this.#running) this.#start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
      else if (this.#ended) this.#listeners.forEach(({ ended }) => ended());
    };
  }

  /** Something changed here: everyone reads again, and an answer from before does not count. */
  notify(patient = false): void {
    this.#reading = undefined;
    this.#listeners.forEach(({ changed }) => changed(patient));
    this.schedule(!patient);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Somebody went on from an ended session, and nothing has come since. */
  get continued(): boolean {
    return this.#continued;
  }

  /** Whether anything has ever come from there. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Whether this element shows the end of the session: one of those in sight does, and any that may come into sight. */
  speaks(element: Element): boolean {
    if (!element.checkVisibility()) return true;
    if (!this.#speaker?.checkVisibility()) this.#speaker = element;
    return this.#speaker === element;
  }

  /** The session is over: nothing is asked until `resume`. True for the first to notice. */
  end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#speaker = undefined;
    clearTimeout(this.#timer);
    this.#stream?.abort();
    this.#listeners.forEach(({ ended }) => ended());
    return true;
  }

  resume(): void {
    if (this.#ended) {
      this.#ended = false;
      this.#continued = true;
      if (this.#running) void this.#listen(this.#running.signal);
    }
    this.notify();
  }

  /** To be called when a listener began or ceased to wait, and `anew` where someone did something. */
  schedule(anew = false): void {
    if (anew) this.#inVain = 0;
    clearTimeout(this.#timer);
    if (!this.#running || this.#ended || document.hidden) return;
    const { live, polling, waiting, waitingLive } = this.#rhythm;
    const someoneWaits = [...this.#listeners].some((listener) => listener.waiting());
    if (!someoneWaits) this.#inVain = 0;
    const [usually, first] = this.#alive ? [live, waitingLive] : [polling, waiting];
    const pause = someoneWaits ? Math.min(usually, first * growth ** this.#inVain) : usually;
    this.#timer = setTimeout(() => {
      this.#inVain++;
      this.notify(true);
    }, pause);
  }

  /** The state, read once for everybody who asks while the answer is on its way. */
  state(): Promise<FeedState> {
    if (!this.#reading) {
      const reading = this.api.state({ signal: this.#running?.signal });
      const done = () => {
        if (this.#reading === reading) this.#reading = undefined;
      };
      this.#reading = reading;
      const arrived = () => {
        this.#answered = true;
        this.#continued = false;
      };
      void reading.then(arrived, () => undefined).finally(done);
    }
    return this.#reading;
  }

  #start(): void {
    const running = new AbortController();
    const { signal } = running;
    this.#running = running;
    const look = () => (this.#ended || document.hidden ? this.schedule() : this.notify());
    addEventListener('online', look, { signal });
    // A page that comes back from the browser's cache shows the past.
    addEventListener('pageshow', (event) => event.persisted && look(), { signal });
    // Nothing is read while nobody looks; what was missed is read on coming back.
    document.addEventListener('visibilitychange', look, { signal });
    void this.#listen(signal);
    this.schedule();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    this.#running?.abort();
    this.#running = undefined;
    this.#reading = undefined;
    this.#alive = false;
  }

  /** Hints come in bursts: the first is followed at once, the others together. */
  #hinted(): void {
    if (this.#quiet !== undefined) {
      this.#hintedAgain = true;
      return;
    }
    this.#inVain = 0;
    if (!document.hidden) this.notify(true);
    this.#quiet = setTimeout(() => {
      this.#quiet = undefined;
      if (this.#hintedAgain) this.#hinted();
    }, this.#rhythm.burst);
    this.#hintedAgain = false;
  }

  async #listen(running: AbortSignal): Promise<void> {
    const stream = new AbortController();
    this.#stream = stream;
    const signal = AbortSignal.any([running, stream.signal]);
    try {
      // Whoever keeps one stream for several tabs learns its name from the state.
      await this.state().catch(() => undefined);
      for await (const _hint of this.api.live({ signal })) {
        if (signal.aborted) return;
        this.#alive = true;
        this.#hinted();
      }
    } catch {
      // Without a stream the polling carries on; a session that ended shows itself at the next read.
    }
    if (signal.aborted) return;
    this.#alive = false;
    this.schedule();
  }
}
