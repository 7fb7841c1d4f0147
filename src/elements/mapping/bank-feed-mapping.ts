import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { toFeedApiError } from '../../client/errors.ts';
import type { FeedApi } from '../../client/feed-api.ts';
import type { Account, Connection, Mapping, Target } from '../../contract/schemas.ts';
import { dayIn } from '../../flow/calendar.ts';
import { currentConnection, platformOf } from '../../flow/connection-view.ts';
import {
  draftFault,
  isOpen,
  mappingBody,
  newDraft,
  startDateLimits,
  type DraftFault,
  type MappingDraft,
} from '../../flow/mapping.ts';
import { BankFeedDisconnectedEvent } from '../events/disconnected.ts';
import { BankFeedMappedEvent } from '../events/mapped.ts';
import { BankFeedElement } from '../internal/base-element.ts';
import type { FeedHub } from '../internal/feed-hub.ts';
import { allPages } from '../internal/pages.ts';
import { platformName, platformText } from '../internal/platform.ts';
import { problemNote } from '../internal/templates.ts';
import { base } from '../styles/base.ts';
import { controls } from '../styles/controls.ts';
import { rows } from '../styles/rows.ts';
import { tokens } from '../styles/tokens.ts';
import { mappingStyles } from './bank-feed-mapping.styles.ts';
import { openRow, progressBadge, settledRow } from './mapping-row.ts';
import { accountName } from '../internal/account-parts.ts';

interface Row {
  readonly account: Account;
  readonly mapping: Mapping;
}

interface Mappings {
  readonly connection: Connection | undefined;
  readonly rows: readonly Row[];
  readonly targets: ReadonlyMap<string, Target>;
}

/**
 * Where transactions go: for each chosen account an account in the software, existing or new, and the day to start
 * from; then its way to connected, live.
 *
 * @tag bank-feed-mapping
 * @attr {string} endpoint - Address of the proxy, for an element without a provider.
 * @prop {GetToken} getToken - Session tokens, for an element without a provider.
 * @prop {FeedApi} api - A host's own implementation, instead of `endpoint`.
 * @prop {Partial<Texts>} texts - Texts in place of ours, by key.
 * @prop {ElementState} state - Read only; also as `:state(…)`.
 * @fires {BankFeedStateChangeEvent} bank-feed-state-change - `state` has changed.
 * @fires {BankFeedMappedEvent} bank-feed-mapped - The software took the mapping of an account.
 * @fires {BankFeedDisconnectedEvent} bank-feed-disconnected - The customer disconnected one account.
 * @fires {BankFeedSessionExpiredEvent} bank-feed-session-expired - The session is over.
 * @fires {BankFeedErrorEvent} bank-feed-error - Something failed; the element shows it too.
 * @csspart base, heading, row, refusal, state, button, primary-button, danger-button, dialog, problem
 * @cssprop --bank-feed-accent - The one colour all others are mixed from.
 */
export class BankFeedMapping extends BankFeedElement<Mappings> {
  static override styles = [tokens, base, controls, rows, mappingStyles];

  @state() private drafts: ReadonlyMap<string, MappingDraft> = new Map();
  @state() private faults: ReadonlyMap<string, DraftFault> = new Map();
  @state() private refusals: ReadonlyMap<string, string> = new Map();
  @state() private nothingChosen = false;
  #connecting: ReadonlySet<string> = new Set();

  protected override reset(): void {
    this.drafts = new Map();
    this.faults = new Map();
    this.refusals = new Map();
    this.nothingChosen = false;
  }

  protected override async read(api: FeedApi, hub: FeedHub, signal: AbortSignal): Promise<Mappings> {
    const { accounts, ...state } = await hub.state();
    const connection = currentConnection(state);
    if (connection?.status !== 'linked') return { connection: undefined, rows: [], targets: new Map() };
    const pages = await allPages((cursor) => api.mappings(connection.id, { cursor, limit: 200, signal }));
    const mappings = new Map(pages.flatMap(({ items }) => items).map((mapping) => [mapping.accountId, mapping]));
    return {
      connection,
      rows: accounts
        .filter(({ connectionId, status }) => connectionId === connection.id && status !== 'offered')
        .map((account) => ({
          account,
          // Chosen a moment ago, and not yet in Codat's list.
          mapping: mappings.get(account.id) ?? { accountId: account.id, status: 'unknown', targetIds: [] },
        })),
      targets: new Map(pages.flatMap(({ targets }) => targets).map((target) => [target.id, target])),
    };
  }

  protected override heading(): unknown {
    return this.locale.t('mapping.title');
  }

  protected override isWaiting(value: Mappings): boolean {
    return value.rows.some(({ mapping: { status } }) => status === 'connecting' || status === 'unknown');
  }

  protected override step({ connection, rows: all }: Mappings): string {
    return !connection ? 'none' : all.some(({ mapping }) => isOpen(mapping)) ? 'todo' : 'done';
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const all = this.load.value?.rows ?? [];
    const arrived = all.filter(
      ({ account, mapping }) => mapping.status === 'connected' && this.#connecting.has(account.id),
    );
    this.#connecting = new Set(
      all.filter(({ mapping }) => mapping.status === 'connecting').map(({ account }) => account.id),
    );
    if (arrived.length === 0) return;
    this.announcer.say(arrived.map(({ account: { name } }) => this.locale.t('mapping.arrived', { name })).join(' '));
  }

  protected override content(value: Mappings): TemplateResult {
    const { t } = this.locale;
    const { connection } = value;
    if (!connection) return html`<p class="muted">${t('accounts.connect-first')}</p>`;
    if (value.rows.length === 0) return html`<p class="muted">${t('mapping.choose-first')}</p>`;
    const platform = platformName(connection.platform, this.locale);
    if (platformOf(connection.platform)?.mapping === 'software') {
      return html`<p>${this.locale.rich('mapping.elsewhere', { platform })}</p>
        ${this.#table(connection, value, false)}`;
    }
    const open = value.rows.filter(({ mapping }) => isOpen(mapping));
    if (open.length === 0) return this.#table(connection, value, true);
    const count = open.filter(({ account, mapping }) => this.#draft(account, mapping).target.kind !== 'later').length;
    const limits = startDateLimits(platformOf(connection.platform), dayIn(new Date()));
    const name = platformText(connection.platform, this.locale);
    const submit = (event: SubmitEvent) => {
      event.preventDefault();
      void this.#submit(connection, open);
    };
    return html`<form @submit=${submit} novalidate>
      <p>${this.locale.rich('mapping.intro', { platform })}</p>
      ${this.#table(connection, value, true)}
      <p class="small muted" id="start-hint">
        ${t('mapping.start.hint')}
        ${limits.days === undefined ? nothing : t('mapping.start.limit', { platform: name, count: limits.days })}
      </p>
      ${this.nothingChosen ? html`<p class="fault" role="alert">${t('mapping.pick', { platform: name })}</p>` : nothing}
      <div class="buttons">
        <button type="submit" class="primary" part="button primary-button" aria-disabled=${this.actions.busy('map')}>
          ${this.actions.busy('map') ? t('mapping.sending') : t('mapping.go', { count: Math.max(1, count) })}
        </button>
      </div>
    </form>`;
  }

  #table(connection: Connection, value: Mappings, editable: boolean): TemplateResult {
    const { t } = this.locale;
    const platform = platformText(connection.platform, this.locale);
    return html`<ul class="list rows table" aria-label=${t('mapping.title')}>
      <li class="columns" aria-hidden="true">
        <span>${t('column.account')}</span><span>${t('mapping.target', { platform })}</span>
        <span>${t('mapping.start')}</span><span>${t('column.state')}</span><span></span>
      </li>
      ${repeat(
        value.rows,
        ({ account }) => account.id,
        (row) =>
          html`<li class="row" part="row" data-account=${row.account.id}>
            ${this.#row(connection, row, value.targets, editable)} ${this.#problem(row.account.id)}
          </li>`,
      )}
    </ul>`;
  }

  #row(
    connection: Connection,
    { account, mapping }: Row,
    targets: Mappings['targets'],
    editable: boolean,
  ): TemplateResult {
    const platform = platformText(connection.platform, this.locale);
    if (!editable) {
      return html`<div class="who">${accountName(account, this.locale)}</div>
        ${progressBadge(mapping, this.locale)}`;
    }
    if (isOpen(mapping)) {
      const { id } = account;
      return openRow(
        {
          account,
          mapping,
          platform,
          targets: mapping.targetIds.flatMap((target) => targets.get(target) ?? []),
          draft: this.#draft(account, mapping),
          fault: this.faults.get(id),
          limits: startDateLimits(platformOf(connection.platform), dayIn(new Date())),
          refusal: this.refusals.get(id) ?? (mapping.status === 'refused' ? (mapping.refusal ?? '') : undefined),
          change: (draft) => this.#change(id, draft),
        },
        this.locale,
      );
    }
    return settledRow(
      {
        account,
        mapping,
        platform,
        target: mapping.target?.id === undefined ? undefined : targets.get(mapping.target.id),
        busy: this.actions.busy(account.id),
        disconnect: () => void this.#disconnect(connection, account),
      },
      this.locale,
    );
  }

  #problem(id: string): unknown {
    const error = this.actions.error(id);
    // A refusal has its own place in the row.
    if (!error || error.code === 'unauthenticated' || this.refusals.has(id)) return nothing;
    return html`<div class="wide">${problemNote(error, this.locale)}</div>`;
  }

  #draft({ id }: Account, mapping: Mapping): MappingDraft {
    return this.drafts.get(id) ?? newDraft(mapping, dayIn(new Date()));
  }

  #change(id: string, draft: MappingDraft): void {
    this.drafts = new Map(this.drafts).set(id, draft);
    this.faults = without(this.faults, id);
    this.refusals = without(this.refusals, id);
    this.nothingChosen = false;
  }

  /** One mapping a request, one after another; a refused one keeps the others going. */
  async #submit(connection: Connection, open: readonly Row[]): Promise<void> {
    if (this.actions.busy('map')) return;
    const limits = startDateLimits(platformOf(connection.platform), dayIn(new Date()));
    const chosen = open.flatMap(({ account, mapping }) => {
      const draft = this.#draft(account, mapping);
      const body = mappingBody(draft);
      return body ? [{ account, body, fault: draftFault(draft, mapping, limits) }] : [];
    });
    this.faults = new Map(chosen.flatMap(({ account, fault }) => (fault ? [[account.id, fault] as const] : [])));
    this.nothingChosen = chosen.length === 0;
    if (this.nothingChosen || this.faults.size > 0) {
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>(this.nothingChosen ? 'select' : '[aria-invalid=true]')?.focus();
      return;
    }
    await this.change('map', async (_api, signal) => {
      for (const { account, body } of chosen) {
        if (signal.aborted) return;
        this.refusals = without(this.refusals, account.id);
        await this.actions.run(account.id, async ({ api }, own) => {
          try {
            const { status, refusal } = await api.map(connection.id, account.id, body, { signal: own });
            if (status === 'refused') this.#refuse(account.id, refusal);
            else this.#mapped(connection, account);
          } catch (thrown) {
            const { code, itemErrors } = toFeedApiError(thrown);
            if (code === 'mapping_refused')
              this.#refuse(account.id, itemErrors.map(({ message }) => message).join(' '));
            throw thrown;
          }
        });
        if (this.actions.error(account.id)?.code === 'unauthenticated') return;
      }
    });
  }

  #mapped(connection: Connection, { id }: Account): void {
    this.drafts = without(this.drafts, id);
    this.dispatchEvent(new BankFeedMappedEvent(connection.id, id));
  }

  #refuse(id: string, words: string | undefined): void {
    this.refusals = new Map(this.refusals).set(id, words ?? '');
    this.announcer.say(this.locale.t('mapping.refused'));
  }

  async #disconnect(connection: Connection, account: Account): Promise<void> {
    if (this.actions.busy(account.id)) return;
    const { t } = this.locale;
    const platform = platformName(connection.platform, this.locale);
    const confirmed = await this.question.ask({
      title: t('mapping.disconnect.title', { name: account.name }),
      body: [this.locale.rich('stop.account', { platform }), this.locale.rich('stop.stays', { platform })],
      confirm: t('mapping.disconnect'),
      cancel: t('mapping.disconnect.keep'),
    });
    if (!confirmed) return;
    const done = await this.change(account.id, (api, signal) => api.unmap(connection.id, account.id, { signal }));
    if (!done) return;
    this.announcer.say(t('mapping.disconnected', { name: account.name }));
    this.focusHeading();
    this.dispatchEvent(new BankFeedDisconnectedEvent(connection.id, account.id));
  }
}

const without = <Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> => {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
};

declare global {
  interface HTMLElementTagNameMap {
    'bank-feed-mapping': BankFeedMapping;
  }
}
