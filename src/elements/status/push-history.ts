import type { ReactiveControllerHost } from 'lit';
import type { FeedApi } from '../../client/feed-api.ts';
import { toFeedApiError, type FeedApiError } from '../../client/errors.ts';
import type { Push } from '../../contract/schemas.ts';

/** Deliveries shown at once; more come by asking for them. */
export const pageSize = 50;

/** The deliveries of one account, newest first, page by page. */
export class PushHistory {
  readonly #host: ReactiveControllerHost;
  readonly #api: FeedApi;
  readonly #accountId: string;
  readonly #failed: (error: FeedApiError) => void;
  #running = new AbortController();
  #cursor: string | undefined;
  items: readonly Push[] | undefined;
  error: FeedApiError | undefined;
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

  /** Reads the newest page again; what was loaded below it stays. */
  async refresh(): Promise<void> {
    await this.#read(undefined, (page, cursor) => {
      const known = this.items ?? [];
      const fresh = new Set(page.map(({ id }) => id));
      // A gap between the new page and what is known: start again rather than leave lines out.
      const joined = known.some(({ id }) => fresh.has(id));
      this.items = joined ? [...page, ...known.filter(({ id }) => !fresh.has(id))] : page;
      if (!joined) this.#cursor = cursor;
    });
  }

  /** The next page; resolves to the index of its first new delivery, or undefined where nothing came. */
  async more(): Promise<number | undefined> {
    const before = this.items?.length ?? 0;
    const { loading } = this;
    if (loading || !this.hasMore) return undefined;
    await this.#read(this.#cursor, (page, cursor) => {
      const known = new Set(this.items?.map(({ id }) => id));
      this.items = [...(this.items ?? []), ...page.filter(({ id }) => !known.has(id))];
      this.#cursor = cursor;
    });
    return (this.items?.length ?? 0) > before ? before : undefined;
  }

  close(): void {
    this.#running.abort();
  }

  async #read(
    cursor: string | undefined,
    take: (page: readonly Push[], cursor: string | undefined) => void,
  ): Promise<void> {
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.loading = true;
    this.#host.requestUpdate();
    try {
      const page = await this.#api.pushes(this.#accountId, { cursor, limit: pageSize, signal });
      if (signal.aborted) return;
      take(page.items, page.nextCursor);
      this.error = undefined;
    } catch (thrown) {
      if (signal.aborted) return;
      this.error = toFeedApiError(thrown);
      this.#failed(this.error);
    }
    this.loading = false;
    this.#host.requestUpdate();
  }
}
