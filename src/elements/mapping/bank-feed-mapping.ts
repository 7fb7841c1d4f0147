import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { FeedApi } from '../../client/feed-api.ts';
import type { Account, Connection, Mapping, Target } from '../../contract/schemas.ts';
import {
  draftFault,
  isOpen,
  mappingBody,
  suggestedTargets,
  targetChoices,
  type MappingDraft,
  type MappingRow,
} from '../../flow/mapping.ts';
import { searchFrom } from '../../flow/search.ts';
import { BankFeedDisconnectedEvent } from '../events/disconnected.ts';
import { BankFeedMappedEvent } from '../events/mapped.ts';
import { BankFeedStepEvent } from '../events/step.ts';
import { nameOf } from '../internal/account-parts.ts';
import { BankFeedElement } from '../internal/base-element.ts';
import type { FeedHub } from '../internal/feed-hub.ts';
import { followLink } from '../internal/follow-link.ts';
import { platformName, platformText } from '../internal/platform.ts';
import { base } from '../styles/base.ts';
import { controls } from '../styles/controls.ts';
import { filters } from '../styles/filters.ts';
import { rows } from '../styles/rows.ts';
import { tokens } from '../styles/tokens.ts';
import { mappingStyles } from './bank-feed-mapping.styles.ts';
import { targetOf, targetText, valueOf, type Choice } from './choice-text.ts';
import { Drafts } from './drafts.ts';
import { elsewhere, type Elsewhere } from './elsewhere.ts';
import { MappingRows } from './mapping-rows.ts';
import { mappingTable } from './mapping-table.ts';
import { mappingView, type MappingView } from './mapping-view.ts';
import { foot } from './foot.ts';
import { readMappings, type Mappings } from './read-mappings.ts';
import { sendDrafts } from './send-drafts.ts';
import { suggestionsNote } from './suggestions.ts';
import { TargetPicker } from './target-picker.ts';
import { progress, sameDay, toolbar, type Filter } from './toolbar.ts';

/** Names that are said one by one; more are told as a number. */
const mostNames = 3;

/**
 * Where transactions go: for each chosen account an account in the software, existing or new, and the day to start
 * from; then its way to connected, live. Where the software or Codat's page asks for this, it says so, and shows it
 * arriving.
 *
 * @tag bank-feed-mapping
 * @attr {string} endpoint - Address of the proxy, for an element without a provider.
 * @attr {'codat'} mapping-mode - `codat` leaves the choice to Codat's page; otherwise it is made here where it can be.
 * @attr {boolean} steps - Offers the way to what is entered in QuickBooks or Sage, by `bank-feed-step`.
 * @prop {GetToken} getToken - Session tokens, for an element without a provider.
 * @prop {FeedApi} api - A host's own implementation, instead of `endpoint`.
 * @prop {Partial<Texts>} texts - Texts in place of ours, by key.
 * @prop {ElementState} state - Read only; also as `:state(…)`.
 * @fires {BankFeedStateChangeEvent} bank-feed-state-change - `state` has changed.
 * @fires {BankFeedMappedEvent} bank-feed-mapped - The software took the mapping of an account.
 * @fires {BankFeedNavigateEvent} bank-feed-navigate - The page is about to be left for Codat's; cancel to open `url` yourself.
 * @fires {BankFeedStepEvent} bank-feed-step - With `steps`: the customer wants to see what is entered in the software.
 * @fires {BankFeedDisconnectedEvent} bank-feed-disconnected - The customer disconnected one account.
 * @fires {BankFeedSessionExpiredEvent} bank-feed-session-expired - The session is over.
 * @fires {BankFeedErrorEvent} bank-feed-error - Something failed; the element shows it too.
 * @csspart base, heading, progress, suggestions, suggestion, toolbar, filters, filter, search, field, steps, row, refusal, state
 * @csspart picker, option, button, primary-button, danger-button, dialog, problem, stale, session, developer-note
 * @cssprop --bank-feed-accent - The one colour all others are mixed from.
 */
export class BankFeedMapping extends BankFeedElement<Mappings> {
  static override styles = [tokens, base, controls, filters, rows, mappingStyles];

  /** `codat` where the host leaves this step to Codat's page. */
  @property({ attribute: 'mapping-mode' }) mappingMode?: 'codat';
  /** Whether the page leads to what is entered in QuickBooks or Sage, when `bank-feed-step` asks for it. */
  @property({ type: Boolean }) steps = false;

  @state() private filter: Filter = 'all';
  @state() private query = '';
  /** The account whose list somebody is about to open. */
  @state() private near = '';
  @state() private nothingChosen = false;
  readonly #drafts = new Drafts(() => this.requestUpdate());
  readonly #kept = new Set<string>();
  readonly #rows = new MappingRows();
  #view: MappingView | undefined;
  #seen: Mappings | undefined;
  #connecting: ReadonlySet<string> = new Set();

  readonly #picker = new TargetPicker(this, {
    locale: this.locale,
    platform: () => this.#platform(),
    choices: (id) => this.#choices(id),
    chosen: (id) => valueOf(this.#draft(id).target),
    textOf: (id) => this.#chosenText(id),
    say: (text) => this.announcer.say(text),
    choose: (id, target) => this.#change(id, { target }),
  });

  protected override reset(): void {
    this.#picker.close();
    this.#drafts.clear();
    this.#kept.clear();
    this.#rows.clear();
    this.filter = 'all';
    this.query = '';
    this.nothingChosen = false;
  }

  protected override async read(api: FeedApi, hub: FeedHub, signal: AbortSignal): Promise<Mappings> {
    return readMappings(api, await hub.state(), this.mappingMode === 'codat', signal);
  }

  protected override heading(): unknown {
    return this.locale.t('mapping.title');
  }

  protected override isWaiting({ rows: all, where }: Mappings): boolean {
    return all.some(
      ({ mapping: { status } }) => status === 'connecting' || status === 'unknown' || (where && status === 'pending'),
    );
  }

  protected override step({ connection, rows: all }: Mappings): string {
    return !connection ? 'none' : all.some(({ mapping }) => isOpen(mapping)) ? 'todo' : 'done';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (this.hasUpdated && changed.has('mappingMode')) this.load.reload();
    const { value } = this.load;
    if (value !== this.#seen) {
      this.#seen = value;
      if (!this.actions.busy('map')) this.#drafts.forgetAnswers();
    }
    this.#view =
      value &&
      mappingView(value, {
        drafts: this.#drafts,
        filter: this.#long(value) ? this.filter : 'all',
        query: this.#long(value) ? this.query : '',
        failed: (id) => this.actions.error(id) !== undefined,
        kept: this.#kept,
        locale: this.locale,
      });
  }

  protected override update(changed: PropertyValues<this>): void {
    super.update(changed);
    this.#drawRows();
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const all = this.#view?.rows ?? [];
    const arrived = all.filter(
      ({ account, mapping }) => mapping.status === 'connected' && this.#connecting.has(account.id),
    );
    this.#connecting = new Set(all.filter(({ mapping }) => isArriving(mapping)).map(({ account }) => account.id));
    if (arrived.length > 0) this.#sayArrived(arrived);
  }

  #sayArrived(arrived: readonly MappingRow[]): void {
    const { t } = this.locale;
    const { all = 0, connected = 0 } = this.#view?.counts ?? {};
    const names = arrived.length > mostNames ? [] : arrived;
    const each = names.map(({ account }) => t('mapping.arrived', { name: nameOf(account, this.locale) }));
    const whole = all > 1 ? [t('mapping.progress', { done: connected, count: all })] : [];
    this.announcer.say([...each, ...whole].join(' '));
  }

  protected override content(value: Mappings): TemplateResult {
    const { t } = this.locale;
    const { connection } = value;
    const view = this.#view;
    if (!connection || !view) return html`<p class="muted">${t('accounts.connect-first')}</p>`;
    if (value.rows.length === 0) return html`<p class="muted">${t('mapping.choose-first')}</p>`;
    const submit = (event: SubmitEvent) => {
      event.preventDefault();
      void this.#submit(connection, view);
    };
    return html`<form @submit=${submit} novalidate>
        ${value.where ? this.#elsewhere(value.where, connection, value) : this.#intro(connection, view)}
        ${this.#long(value) ? this.#toolbar(view) : nothing}
        ${
          this.nothingChosen
            ? html`<p class="fault" id="pick" role="alert">${t('mapping.pick', { platform: this.#platform() })}</p>`
            : nothing
        }
        ${this.#table(value, view)} ${value.where ? nothing : this.#foot(view)}
      </form>
      ${this.#picker.template()}`;
  }

  #elsewhere(where: Elsewhere, connection: Connection, { rows: all }: Mappings): TemplateResult {
    const waits = all.some(({ mapping }) => mapping.status !== 'connected');
    const busy = this.actions.busy('leave');
    const go = () =>
      void this.change('leave', async (api, signal) => {
        await followLink(this, api, connection, 'map', signal);
      });
    const enter = this.steps ? () => this.dispatchEvent(new BankFeedStepEvent('connect')) : undefined;
    return html`${elsewhere({ where, connection, waits, busy, go, enter }, this.locale)} ${this.problem('leave')}
    ${this.#view ? progress(this.#view.counts, nothing, this.locale) : nothing}`;
  }

  #intro(connection: Connection, { counts, rows: all, open, suggestions, limits }: MappingView): TemplateResult {
    const platform = platformName(connection.platform, this.locale);
    const confirming = all.some(({ mapping }) => mapping.status === 'connecting');
    const several = suggestedTargets(open, ({ account }) => suggestions.get(account.id));
    return html`${
      open.length > 0
        ? html`<p>${this.locale.rich(open.length === 1 ? 'mapping.intro.one' : 'mapping.intro', { platform })}</p>`
        : nothing
    }
    ${progress(counts, confirming ? this.locale.rich('mapping.connecting', { platform }) : nothing, this.locale)}
    ${suggestionsNote(several.size, platform, () => void this.#takeAll(several), this.locale)}
    ${open.length > 1 ? sameDay({ ...limits, use: (date) => this.#startAll(open, date) }, this.locale) : nothing}`;
  }

  #toolbar({ counts }: MappingView): TemplateResult {
    const search = (query: string, filter: Filter) => {
      this.#kept.clear();
      this.query = query;
      this.filter = filter;
      void this.updateComplete.then(() => {
        const count = this.#view?.visible.size ?? 0;
        this.announcer.say(this.locale.t('accounts.search.found', { count }));
      });
    };
    return toolbar(
      {
        counts,
        filter: this.filter,
        query: this.query,
        setFilter: (filter) => search(this.query, filter),
        setQuery: (query) => search(query, this.filter),
      },
      this.locale,
    );
  }

  #table(value: Mappings, view: MappingView): TemplateResult {
    return mappingTable(
      {
        view,
        platform: this.#platform(),
        long: this.#long(value),
        ends: value.where !== 'software' && view.counts.connected > 0,
        picker: this.#picker,
        focused: this.#focused,
        neared: this.#near,
        clicked: this.#clicked,
        changed: this.#changed,
      },
      this.locale,
    );
  }

  #drawRows(): void {
    const { value } = this.load;
    const view = this.#view;
    const list = this.renderRoot.querySelector<HTMLElement>('.rows');
    if (!value || !view || !list) return;
    const rows = {
      value,
      view,
      platform: this.#platform(),
      near: this.near,
      pick: this.nothingChosen ? view.open[0]?.account.id : undefined,
      drafts: this.#drafts,
      choices: (id: string) => this.#choices(id),
      chosenText: (id: string) => this.#chosenText(id),
      busy: (id: string) => this.actions.busy(id),
      problem: (id: string) => this.problem(id),
    };
    this.#rows.draw(list, rows, this.locale);
  }

  #foot({ open, limits }: MappingView): unknown {
    if (open.length === 0) return nothing;
    const count = open.filter(({ account: { id } }) => this.#draft(id).target.kind !== 'later').length;
    return foot({ platform: this.#platform(), limits, count, busy: this.actions.busy('map') }, this.locale);
  }

  #long({ rows: all }: Mappings): boolean {
    return all.length >= searchFrom;
  }

  #platform(): string {
    return platformText(this.load.value?.connection?.platform ?? '', this.locale);
  }

  #mapping(id: string): Mapping {
    return this.#view?.byId.get(id)?.mapping ?? { accountId: id, status: 'unknown', targetIds: [] };
  }

  #draft(id: string): MappingDraft {
    return this.#drafts.of(this.#mapping(id), this.#view?.today ?? '');
  }

  #choices(id: string): readonly Choice[] {
    const { targets = new Map<string, Target>() } = this.load.value ?? {};
    return targetChoices(
      this.#mapping(id),
      targets.values(),
      this.#view?.holders ?? new Map(),
      this.#drafts.refused(id),
    );
  }

  #chosenText(id: string): string {
    const { target } = this.#draft(id);
    if (target.kind === 'later') return '';
    if (target.kind === 'new') return this.locale.t('mapping.new', { platform: this.#platform() });
    const known = this.load.value?.targets.get(target.id);
    return known ? targetText(known) : '';
  }

  #change(id: string, change: Partial<MappingDraft>): void {
    this.nothingChosen = false;
    this.actions.dismiss(id);
    this.#drafts.change(id, { ...this.#draft(id), ...change });
  }

  readonly #near = ({ target }: Event): void => {
    if (target instanceof HTMLSelectElement) this.near = accountOf(target);
  };

  readonly #focused = (event: Event): void => {
    this.#near(event);
    this.#picker.focused(event);
  };

  readonly #changed = ({ target }: Event): void => {
    if (target instanceof HTMLSelectElement) this.#change(accountOf(target), { target: targetOf(target.value) });
    else if (target instanceof HTMLInputElement && target.type === 'date')
      this.#change(accountOf(target), { feedStartDate: target.value });
  };

  readonly #clicked = (event: Event): void => {
    this.#picker.pressed(event);
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-action]') : null;
    const row = button && this.#view?.byId.get(accountOf(button));
    if (!row) return;
    if (button.dataset['action'] === 'disconnect') return void this.#disconnect(row);
    const suggested = this.#view?.suggestions.get(row.account.id);
    if (suggested) void this.#takeAll(new Map([[row.account.id, suggested.targetId]]));
  };

  /** Fills the choices in, for the customer to check; nothing is sent. */
  async #takeAll(targets: ReadonlyMap<string, string>): Promise<void> {
    for (const [id, targetId] of targets) this.#change(id, { target: { kind: 'existing', id: targetId } });
    this.announcer.say(this.locale.t('mapping.suggestions.used', { count: targets.size }));
    const [first] = targets.keys();
    await this.#focusTarget(first);
  }

  #startAll(open: readonly MappingRow[], date: string): void {
    for (const { account } of open) this.#change(account.id, { feedStartDate: date });
    this.announcer.say(this.locale.t('mapping.same-day.done', { date: this.locale.format.date(date) }));
  }

  /** The field in which the customer chooses for an account; the heading where it is gone. */
  async #focusTarget(id: string | undefined): Promise<void> {
    await this.updateComplete;
    const row = `[data-account="${CSS.escape(id ?? '')}"]`;
    const field = this.renderRoot.querySelector<HTMLElement>(`${row} :is(select, [role=combobox])`);
    if (field?.checkVisibility()) field.focus();
    else this.focusHeading();
  }

  async #submit(connection: Connection, { open, holders, limits }: MappingView): Promise<void> {
    if (this.actions.busy('map')) return;
    const chosen = open.flatMap(({ account, mapping }) => {
      const draft = this.#draft(account.id);
      const body = mappingBody(draft);
      return body ? [{ account, body, fault: draftFault(draft, mapping, limits, holders) }] : [];
    });
    const faults = chosen.flatMap(({ account, fault }) => (fault ? [[account.id, fault] as const] : []));
    this.#drafts.fail(new Map(faults));
    this.nothingChosen = chosen.length === 0;
    if (this.nothingChosen || faults.length > 0) {
      await this.#showAll();
      const wanted = this.nothingChosen ? '.row select, .row [role=combobox]' : '.row [aria-invalid=true]';
      await this.focusFault(wanted);
      return;
    }
    let taken = 0;
    await this.change('map', async (_api, signal) => {
      const mapped = ({ id }: Account) => this.dispatchEvent(new BankFeedMappedEvent(connection.id, id));
      const { actions } = this;
      taken = await sendDrafts(chosen, { connectionId: connection.id, actions, drafts: this.#drafts, mapped }, signal);
    });
    if (taken > 0) this.announcer.say(this.locale.t('mapping.started', { count: taken }));
    const refused = chosen.filter(({ account }) => this.#drafts.refusal(account.id) !== undefined);
    if (refused.length === 0) return;
    this.announcer.say(this.locale.t('mapping.refused'));
    await this.#focusTarget(refused[0]?.account.id);
  }

  /** What needs a person is not behind a filter. */
  async #showAll(): Promise<void> {
    this.filter = 'all';
    this.query = '';
    await this.updateComplete;
  }

  async #disconnect({ account }: MappingRow): Promise<void> {
    const { id } = account;
    const connection = this.load.value?.connection;
    if (!connection || this.actions.busy(id)) return;
    const { t } = this.locale;
    const platform = platformName(connection.platform, this.locale);
    const name = nameOf(account, this.locale);
    const confirmed = await this.question.ask({
      title: t('mapping.disconnect.title', { name }),
      body: [this.locale.rich('stop.account', { platform }), this.locale.rich('stop.stays', { platform })],
      confirm: t('mapping.disconnect'),
      cancel: t('mapping.disconnect.keep'),
    });
    if (!confirmed) return;
    const done = await this.change(id, (api, signal) => api.unmap(connection.id, id, { signal }));
    if (!done) return;
    this.announcer.say(t('mapping.disconnected', { name }));
    this.focusHeading();
    this.dispatchEvent(new BankFeedDisconnectedEvent(connection.id, id));
  }
}

const accountOf = (control: Element): string =>
  control.closest<HTMLElement>('[data-account]')?.dataset['account'] ?? '';

const isArriving = ({ status }: Mapping): boolean => status === 'connecting' || status === 'pending';

declare global {
  interface HTMLElementTagNameMap {
    'bank-feed-mapping': BankFeedMapping;
  }
}
