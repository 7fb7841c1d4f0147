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
  #refreshLater = false;
  items: readonly Push[] | undefined;
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

  /** Reads the newest page again; what was loaded below it stays. A page that the customer asked for comes first. */
  async refresh(): Promise<void> {
    this.#refreshLater = this.loading;
    if (this.loading) return;
    await this.#read(undefined, (page, cursor) => {
      const known = this.items ?? [];
      const fresh = new Set(page.map(({ id }) => id));
      // A gap between the new page and what is known: start again rather than leave lines out.
      const joined = known.some(({ id }) => fresh.has(id));
      this.items = joined ? [...page, ...known.filter(({ id }) => !fresh.has(id))] : page;
      if (!joined) this.#cursor = cursor;
    });
  }

  /** The next page; resolves to the id of its first new delivery, or undefined where nothing came. */
  async more(): Promise<string | undefined> {
    if (this.loading || !this.hasMore) return undefined;
    let first: string | undefined;
    this.loading = true;
    await this.#read(this.#cursor, (page, cursor) => {
      const known = new Set(this.items?.map(({ id }) => id));
      const fresh = page.filter(({ id }) => !known.has(id));
      this.items = [...(this.items ?? []), ...fresh];
      this.#cursor = cursor;
      first = fresh[0]?.id;
    });
    this.loading = false;
    this.#host.requestUpdate();
    if (this.#refreshLater) void this.refresh();
    return first;
  }

  close(): void {
    this.#running.abort();
    this.#refreshLater = false;
  }

  async #read(
    cursor: string | undefined,
    take: (page: readonly Push[], cursor: string | undefined) => void,
  ): Promise<void> {
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
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
    this.#host.requestUpdate();
  }
}
