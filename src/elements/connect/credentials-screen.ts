import { html, nothing, type TemplateResult } from 'lit';
import type { Platform } from '../../contract/platforms.ts';
import type { BankCredentials, Connection } from '../../contract/schemas.ts';
import { CountdownController } from '../controllers/countdown.ts';
import { SecretController } from '../controllers/secret.ts';
import { insideSteps } from '../internal/inside-steps.ts';
import { icon, outside } from '../internal/templates.ts';
import { secretList } from './secret-parts.ts';
import { focusSecret, ownerOf, type ScreenHost, type ScreenParts, type SignInScreen } from './sign-in-screen.ts';

interface Options extends ScreenParts {
  /** Whether Codat's own page shows user name and password, instead of this screen. */
  readonly onPage: () => boolean;
  readonly openPage: (connection: Connection) => void;
}

/** QuickBooks: a user name and a password made for it, shown once; or the way to the page that shows them. */
export class CredentialsScreen implements SignInScreen {
  readonly #host: ScreenHost;
  readonly #options: Options;
  readonly #set: SecretController<BankCredentials>;
  readonly #page: CountdownController;
  #masked = false;
  /** Sets made here. */
  #made = 0;
  #revoked: string | undefined;

  constructor(host: ScreenHost, options: Options) {
    this.#host = host;
    this.#options = options;
    this.#set = new SecretController(host);
    this.#page = new CountdownController(host, (count) => options.announcer.say(this.#pageLeft(count)));
  }

  forget(): void {
    this.#set.forget();
    this.#page.stop();
    this.#masked = false;
    this.#made = 0;
    this.#revoked = undefined;
  }

  /** The page with user name and password was opened beside this one. */
  opened(expiresAt: string): void {
    this.#page.start(expiresAt);
  }

  template(connection: Connection, platform: Platform, primary: boolean): TemplateResult {
    const { t, rich } = this.#options.locale;
    const set = this.#set.of(ownerOf(connection));
    const name = { platform: outside(platform.name) };
    const before = connection.status !== 'pending';
    const some = before || this.#made > 0 || this.#page.minutes !== undefined;
    return html`<div class="stack screen">
      ${
        this.#revoked === ownerOf(connection)
          ? html`<div class="note" part="revoked">
              ${icon('disconnected')}
              <p>${rich('credentials.revoked', name)}</p>
            </div>`
          : nothing
      }
      ${set ? this.#shown(set, platform, before || this.#made > 1) : this.#hidden(connection, platform, primary)}
      ${insideSteps(platform, this.#options.locale)}
      <div class="row-buttons">
        ${set ? this.#button('credentials.new', 'plain', () => void this.#show(connection)) : nothing}
        ${
          some
            ? html`<button
                type="button"
                class="plain danger"
                part="button danger-button"
                aria-disabled=${this.#options.actions.anyBusy}
                @click=${() => this.#revoke(connection, platform)}
              >
                ${t('credentials.revoke')}
              </button>`
            : nothing
        }
      </div>
    </div>`;
  }

  #hidden(connection: Connection, platform: Platform, primary: boolean): TemplateResult {
    const { t, rich } = this.#options.locale;
    const style = primary ? 'primary' : '';
    const name = outside(platform.name);
    if (!this.#options.onPage()) {
      return html`<p>${rich('credentials.intro', { platform: name })}</p>
        <div class="buttons">${this.#button('credentials.show', style, () => void this.#show(connection))}</div>`;
    }
    const { minutes } = this.#page;
    return html`<p>${rich('credentials.intro', { platform: name })}</p>
      <p>${t('credentials.page.intro', { count: platform.linkMinutes })}</p>
      ${minutes === undefined ? nothing : html`<p part="countdown">${this.#pageLeft(minutes)}</p>`}
      <div class="buttons">${this.#button('credentials.page', style, () => this.#options.openPage(connection))}</div>`;
  }

  /** `others`: sets from before may still work. */
  #shown({ username, password }: BankCredentials, platform: Platform, others: boolean): TemplateResult {
    const { t } = this.#options.locale;
    return html`${secretList(
        platform.name,
        [
          { label: t('credentials.username'), text: username, copy: t('credentials.copy-username') },
          {
            label: t('credentials.password'),
            text: password,
            copy: t('credentials.copy-password'),
            masked: this.#masked,
            more: html`<button type="button" class="plain" part="button" @click=${this.#toggle}>
              ${t(this.#masked ? 'credentials.reveal' : 'credentials.conceal')}
            </button>`,
          },
        ],
        this.#options.locale,
      )}
      <p class="muted">${t('credentials.once')} ${others ? t('credentials.before') : nothing}</p>`;
  }

  #button(
    key: 'credentials.show' | 'credentials.new' | 'credentials.page',
    style: string,
    click: () => void,
  ): TemplateResult {
    const { actions, locale } = this.#options;
    return html`<button
      type="button"
      class=${style}
      part="button ${style === 'primary' ? 'primary-button' : ''}"
      aria-disabled=${actions.anyBusy}
      @click=${click}
    >
      ${locale.t(actions.busy('sign-in') ? 'credentials.making' : key)}
    </button>`;
  }

  #pageLeft(count: number): string {
    const { t } = this.#options.locale;
    return count > 0 ? t('credentials.page.left', { count }) : t('credentials.page.over');
  }

  #toggle = (): void => {
    this.#masked = !this.#masked;
    this.#host.requestUpdate();
  };

  async #show(connection: Connection): Promise<void> {
    const { actions } = this.#options;
    if (actions.anyBusy) return;
    const done = await actions.run('sign-in', async ({ api }, signal) => {
      if (!(await this.#set.take(ownerOf(connection), api.credentials(connection.id, { signal })))) return;
      this.#masked = false;
      this.#made += 1;
      this.#revoked = undefined;
    });
    if (done) await focusSecret(this.#host);
  }

  async #revoke(connection: Connection, { name }: Platform): Promise<void> {
    const { actions, announcer, question, locale } = this.#options;
    if (actions.anyBusy) return;
    const platform = { platform: name };
    const confirmed = await question.ask({
      title: locale.t('credentials.revoke.title', platform),
      body: [locale.t('credentials.revoke.stops', platform), locale.t('stop.stays', platform)],
      confirm: locale.t('credentials.revoke'),
      cancel: locale.t('credentials.revoke.keep'),
    });
    if (!confirmed) return;
    const done = await actions.run('revoke', async ({ api }, signal) => {
      await api.revokeCredentials(connection.id, { signal });
      if (signal.aborted) return;
      this.forget();
      this.#revoked = ownerOf(connection);
    });
    if (done) announcer.say(locale.t('credentials.revoked', platform));
  }
}
