import type { ReactiveElement } from 'lit';
import type { FeedApi } from '../../client/feed-api.ts';
import type { Platform } from '../../contract/platforms.ts';
import type { Connection } from '../../contract/schemas.ts';
import { BankFeedConnectionStartedEvent } from '../events/connection-started.ts';
import { BankFeedConsentEvent } from '../events/consent.ts';
import { BankFeedDisconnectedEvent } from '../events/disconnected.ts';
import { followLink } from '../internal/follow-link.ts';
import { platformText } from '../internal/platform.ts';
import type { ScreenParts } from './sign-in-screen.ts';

interface Options extends ScreenParts {
  readonly change: (
    name: 'connect' | 'disconnect',
    work: (api: FeedApi, signal: AbortSignal) => Promise<void>,
  ) => Promise<boolean>;
  /** The customer takes the next step: what the address said of the one before is past. */
  readonly leaving: () => void;
  /** The host opened the page elsewhere, and this one stays on the screen; the link's life ends at `end`. */
  readonly opened: (connection: Connection, end: string) => void;
}

/** What a customer does with a connection: begin it, leave for the software, cancel, disconnect. Never twice at once. */
export class ConnectSteps {
  readonly #host: ReactiveElement;
  readonly #options: Options;

  constructor(host: ReactiveElement, options: Options) {
    this.#host = host;
    this.#options = options;
  }

  /** `from` is what is connected now: there is one connected software at a time, so it goes first, after a question. */
  async begin({ key, name, connect }: Platform, from: Connection | undefined): Promise<void> {
    if (this.#options.actions.anyBusy) return;
    const active = from?.status === 'linked' ? from : undefined;
    if (active && !(await this.#askToSwitch(active, name))) return;
    this.#host.dispatchEvent(new BankFeedConsentEvent(key));
    await this.#options.change('connect', async (api, signal) => {
      if (active) await this.#end(api, active, signal);
      const connection = await api.createConnection(key, { signal });
      if (signal.aborted) return;
      this.#options.leaving();
      this.#host.dispatchEvent(new BankFeedConnectionStartedEvent(connection.id, key));
      if (connect === 'redirect') await this.#navigate(api, connection, signal);
    });
  }

  leave(connection: Connection): void {
    if (this.#options.actions.anyBusy) return;
    void this.#options.change('connect', (api, signal) => this.#navigate(api, connection, signal));
  }

  cancel(connection: Connection): void {
    if (this.#options.actions.anyBusy) return;
    this.#options.leaving();
    void this.#options.change('disconnect', (api, signal) => api.cancelConnection(connection.id, { signal }));
  }

  async disconnect(connection: Connection): Promise<void> {
    const { actions, locale, question } = this.#options;
    if (actions.anyBusy) return;
    const name = { platform: platformText(connection.platform, locale) };
    const confirmed = await question.ask({
      title: locale.t('connect.disconnect.title', name),
      body: [locale.t('connect.disconnect.stops', name), locale.t('stop.stays', name)],
      confirm: locale.t('connect.disconnect', name),
      cancel: locale.t('connect.disconnect.keep'),
    });
    if (!confirmed) return;
    await this.#options.change('disconnect', (api, signal) => this.#end(api, connection, signal));
  }

  #askToSwitch({ platform: key }: Connection, platform: string): Promise<boolean> {
    const { locale, question } = this.#options;
    const from = platformText(key, locale);
    return question.ask({
      title: locale.t('connect.switch.title', { from, platform }),
      body: [locale.t('connect.switch.stops', { from }), locale.t('stop.stays', { platform: from })],
      confirm: locale.t('connect.switch.confirm', { from }),
      cancel: locale.t('connect.disconnect.keep'),
    });
  }

  async #end(api: FeedApi, { id }: Connection, signal: AbortSignal): Promise<void> {
    await api.disconnect(id, { signal });
    if (!signal.aborted) this.#host.dispatchEvent(new BankFeedDisconnectedEvent(id));
  }

  async #navigate(api: FeedApi, connection: Connection, signal: AbortSignal): Promise<void> {
    const reason = connection.status === 'pending' ? 'authorize' : 'reconnect';
    const end = await followLink(this.#host, api, connection, reason, signal);
    if (signal.aborted) return;
    this.#options.leaving();
    if (end !== undefined) this.#options.opened(connection, end);
  }
}
