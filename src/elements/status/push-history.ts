import type { ReactiveControllerHost } from 'lit';
import type { FeedApi } from '../../client/feed-api.ts';
import { toFeedApiError, type FeedApiError } from '../../client/errors.ts';
import type { PushPage } from '../../contract/schemas.ts';
import { isProblem, withNewest, withNext, type Chunk } from '../../flow/push-pages.ts';

/** Deliveries shown at once; more come by asking for them. */
const pageSize = 50;
/** One click looks through so many pages for the next problem. */
const mostPages = 10;

/** The deliveries of one account, newest first, page by page. */
export class PushHistory {
  readonly #host: ReactiveControllerHost;
  readonly #api: FeedApi;
  readonly #accountId: string;
  readonly #failed: (error: FeedApiError) => void;
  #running = new AbortController();
  #cursor: string | undefined;
  #refreshLater = false;
  #problemsOnly = false;
  /** Undefined until the first page is there. */
  chunks: readonly Chunk[] | undefined;
  error: FeedApiError | undefined;
  /** While the next page is on its way. */
  loading = false;

  constructor(host: ReactiveControllerHost, api: FeedApi, accountId: string, failed: (error: FeedApiError) => void) {
    this.#host = host;
    this.#api = api;
    this.#accountId = accountId;
    this.#failed = failed;
  }

  get hasMore(): boolean {
    return this.#cursor !== undefined;
  }

  /** Shows only what went wrong, among what is loaded: how much that is has to be said beside it. */
  get problemsOnly(): boolean {
    return this.#problemsOnly;
  }

  set problemsOnly(only: boolean) {
    this.#problemsOnly = only;
    this.#host.requestUpdate();
  }

  get total(): number {
    return this.chunks?.reduce((sum, { items }) => sum + items.length, 0) ?? 0;
  }

  get hasProblems(): boolean {
    return this.chunks?.some(({ items }) => items.some(isProblem)) ?? false;
  }

  get problems(): number {
    return this.chunks?.reduce((sum, { items }) => sum + items.filter(isProblem).length, 0) ?? 0;
  }

  /** Reads the newest page again; what was loaded below it stays. A page that the customer asked for comes first. */
  async refresh(): Promise<void> {
    this.#refreshLater = this.loading;
    if (this.loading) return;
    const page = await this.#read();
    if (!page) return;
    const joined = withNewest(this.chunks ?? [], page.items);
    this.chunks = joined ?? withNext([], page.items);
    if (!joined) this.#cursor = page.nextCursor;
    this.#host.requestUpdate();
  }

  /** What comes next; resolves to the id of its first new delivery, or undefined where nothing came. */
  async more(): Promise<string | undefined> {
    if (this.loading || !this.hasMore) return undefined;
    this.loading = true;
    let first = await this.#next();
    for (let page = 1; first === null && this.problemsOnly && this.hasMore && page < mostPages; page += 1)
      first = await this.#next();
    this.loading = false;
    this.#host.requestUpdate();
    if (this.#refreshLater) void this.refresh();
    return first ?? undefined;
  }

  close(): void {
    this.#running.abort();
    this.#refreshLater = false;
  }

  /** The first delivery of the next page that is to be shown; null where it has none, undefined where it did not come. */
  async #next(): Promise<string | null | undefined> {
    const page = await this.#read(this.#cursor);
    if (!page) return undefined;
    const known = new Set(this.chunks?.flatMap(({ items }) => items.map(({ id }) => id)));
    this.chunks = withNext(this.chunks ?? [], page.items);
    this.#cursor = page.nextCursor;
    return page.items.find((push) => !known.has(push.id) && (!this.problemsOnly || isProblem(push)))?.id ?? null;
  }

  async #read(cursor?: string): Promise<PushPage | undefined> {
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.#host.requestUpdate();
    try {
      const page = await this.#api.pushes(this.#accountId, { cursor, limit: pageSize, signal });
      if (signal.aborted) return undefined;
      this.error = undefined;
      return page;
    } catch (thrown) {
      if (signal.aborted) return undefined;
      this.error = toFeedApiError(thrown);
      this.#failed(this.error);
      this.#host.requestUpdate();
      return undefined;
    }
  }
}
