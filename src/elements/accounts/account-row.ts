import { html, nothing, type TemplateResult } from 'lit';
import type { Account, Connection } from '../../contract/schemas.ts';
import { feedHealth, type HealthFact } from '../../flow/feed-health.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { accountBalance, accountName, nameOf } from '../internal/account-parts.ts';
import { platformName } from '../internal/platform.ts';
import { about, stateBadge } from '../internal/templates.ts';
import type { TextKey } from '../internal/texts.ts';

interface Row {
  readonly account: Account;
  readonly connection: Connection;
  readonly several: boolean;
  readonly busy: boolean;
  /** Absent where nothing can be changed. */
  readonly change?: { readonly rename: () => void; readonly remove: () => void } | undefined;
}

const needs = {
  unfinished: 'status.unfinished',
  'in-software': 'status.in-software',
  'not-mapped': 'status.not-mapped',
  connecting: 'status.connecting',
  disconnected: 'status.disconnected',
  checking: 'status.checking',
} as const satisfies Partial<Record<HealthFact['kind'], TextKey>>;

const hasNeed = (kind: HealthFact['kind']): kind is keyof typeof needs => Object.hasOwn(needs, kind);

/** One of the five words, and beside it what it is about: "Waiting" alone leaves open for whom. */
const accountState = ({ account, connection }: Row, locale: LocaleController): TemplateResult => {
  const { word, fact } = feedHealth(account, undefined, connection, '');
  const platform = platformName(connection.platform, locale);
  return html`<div class="cell standing">
    ${stateBadge(word, locale)}
    ${hasNeed(fact.kind) ? html`<p class="small muted">${locale.rich(needs[fact.kind], { platform })}</p>` : nothing}
  </div>`;
};

/** An account the customer has chosen. */
export const accountRow = (row: Row, locale: LocaleController): TemplateResult => {
  const { account, busy, change, several } = row;
  const { t } = locale;
  const name = nameOf(account, locale);
  return html`<div class="who">${accountName(account, locale)}</div>
    <p class="balance">${accountBalance(account, locale, several)}</p>
    ${accountState(row, locale)}
    ${
      change
        ? html`<div class="wide cell row-buttons">
            <button
              type="button"
              class="plain"
              part="button"
              data-rename
              aria-disabled=${busy}
              @click=${() => !busy && change.rename()}
            >
              ${t('accounts.rename')}${about(name)}
            </button>
            <button
              type="button"
              class="plain danger"
              part="button danger-button"
              aria-disabled=${busy}
              @click=${() => !busy && change.remove()}
            >
              ${t('accounts.remove')}${about(name)}
            </button>
          </div>`
        : nothing
    }`;
};

interface Rename {
  readonly account: Account;
  readonly connection: Connection;
  /** As it was when the customer began: what arrives meanwhile does not overwrite what is typed. */
  readonly before: string;
  readonly empty: boolean;
  readonly busy: boolean;
  readonly typed: () => void;
  readonly save: (name: string) => void;
  readonly cancel: () => void;
}

/** Codat takes a new name at any time; once connected, the software's account has a name of its own. */
export const renameForm = (rename: Rename, locale: LocaleController): TemplateResult => {
  const { account, connection, before, empty, busy } = rename;
  const { t } = locale;
  const stays = account.status !== 'pending' && account.status !== 'unknown';
  const submit = (event: SubmitEvent & { readonly currentTarget: EventTarget | null }) => {
    event.preventDefault();
    const field = event.currentTarget instanceof HTMLFormElement && event.currentTarget.querySelector('input');
    if (field) rename.save(field.value.trim());
  };
  const escape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    // The host's dialog around it stays open.
    event.preventDefault();
    event.stopPropagation();
    rename.cancel();
  };
  return html`<form class="wide rename" @submit=${submit} @keydown=${escape} novalidate>
    <div class="field">
      <label for="name">${t('accounts.rename.label')}</label>
      <input
        id="name"
        part="field"
        .value=${before}
        maxlength="200"
        required
        autocomplete="off"
        translate="no"
        data-private
        aria-invalid=${empty ? 'true' : nothing}
        aria-describedby=${empty ? 'empty' : stays ? 'stays' : nothing}
        @input=${rename.typed}
      />
      ${empty ? html`<p class="fault" id="empty" role="alert">${t('accounts.rename.empty')}</p>` : nothing}
      ${
        stays
          ? html`<p class="small muted" id="stays">
              ${locale.rich('accounts.rename.stays', { platform: platformName(connection.platform, locale) })}
            </p>`
          : nothing
      }
    </div>
    <div class="buttons">
      <button type="submit" part="button" aria-disabled=${busy}>${t('accounts.rename.save')}</button>
      <button type="button" class="plain" part="button" @click=${rename.cancel}>${t('accounts.rename.cancel')}</button>
    </div>
  </form>`;
};
