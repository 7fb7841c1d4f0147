import { html, nothing, type TemplateResult } from 'lit';
import type { Platform } from '../../contract/platforms.ts';
import type { Connection, OneTimePassword } from '../../contract/schemas.ts';
import { CountdownController } from '../controllers/countdown.ts';
import { SecretController } from '../controllers/secret.ts';
import { insideSteps } from '../internal/inside-steps.ts';
import { outside } from '../internal/templates.ts';
import { secretList } from './secret-parts.ts';
import { focusSecret, ownerOf, type ScreenHost, type ScreenParts, type SignInScreen } from './sign-in-screen.ts';

/** Sage: the connection's id and a one-time password, for as long as it works; the id alone where none is given out. */
export class OneTimePasswordScreen implements SignInScreen {
  readonly #host: ScreenHost;
  readonly #options: ScreenParts;
  readonly #shown: SecretController<OneTimePassword>;
  readonly #life: CountdownController;
  #owner = '';

  constructor(host: ScreenHost, options: ScreenParts) {
    this.#host = host;
    this.#options = options;
    this.#shown = new SecretController(host);
    this.#life = new CountdownController(host, (minutes) => this.#passed(minutes));
  }

  forget(): void {
    this.#shown.forget();
    this.#life.stop();
  }

  template(connection: Connection, platform: Platform, primary: boolean): TemplateResult {
    const { rich } = this.#options.locale;
    const shown = this.#shown.of(ownerOf(connection));
    return html`<div class="stack screen">
      ${
        shown
          ? this.#secrets(shown, platform, primary, connection)
          : html`<p>${rich('otp.intro', { platform: outside(platform.name) })}</p>
              <div class="buttons">${this.#button('otp.show', primary, connection)}</div>`
      }
      ${insideSteps(platform, this.#options.locale, !shown || shown.otp !== undefined || this.#life.minutes === 0 ? 'all' : 'id')}
    </div>`;
  }

  #secrets(
    { codatConnectionId, otp }: OneTimePassword,
    { name }: Platform,
    primary: boolean,
    connection: Connection,
  ): TemplateResult {
    const { locale } = this.#options;
    const { t, rich } = locale;
    const { minutes } = this.#life;
    const over = minutes === 0;
    const id = { label: t('otp.id'), text: codatConnectionId, copy: t('otp.copy-id') };
    const password = otp && { label: t('otp.password'), text: otp, copy: t('otp.copy-password') };
    const words = over
      ? t('otp.over')
      : otp === undefined
        ? rich('otp.none', { platform: outside(name) })
        : minutes === undefined
          ? t('otp.once')
          : t('otp.left', { count: minutes });
    return html`${secretList(name, password ? [id, password] : [id], locale)}
      <p class=${over ? nothing : 'muted'} part="countdown">${words}</p>
      <div class="buttons">${this.#button('otp.new', primary && over, connection)}</div>`;
  }

  #button(key: 'otp.show' | 'otp.new', primary: boolean, connection: Connection): TemplateResult {
    const { actions, locale } = this.#options;
    return html`<button
      type="button"
      class=${primary ? 'primary' : ''}
      part="button ${primary ? 'primary-button' : ''}"
      aria-disabled=${actions.anyBusy}
      @click=${() => this.#ask(connection)}
    >
      ${locale.t(actions.busy('sign-in') ? 'credentials.making' : key)}
    </button>`;
  }

  async #ask(connection: Connection): Promise<void> {
    const { actions } = this.#options;
    if (actions.anyBusy) return;
    const done = await actions.run('sign-in', async ({ api }, signal) => {
      const owner = ownerOf(connection);
      const made = await this.#shown.take(owner, api.oneTimePassword(connection.id, { signal }));
      if (!made) return;
      this.#owner = owner;
      this.#life.start(made.otp === undefined ? undefined : made.expiresAt);
    });
    if (done) await focusSecret(this.#host);
  }

  /** A password that no longer works is no longer shown. */
  #passed(count: number): void {
    const { announcer, locale } = this.#options;
    const shown = this.#shown.of(this.#owner);
    if (!shown) return this.#life.stop();
    announcer.say(count > 0 ? locale.t('otp.left', { count }) : locale.t('otp.over'));
    if (count === 0) this.#shown.keep(this.#owner, { codatConnectionId: shown.codatConnectionId });
  }
}
