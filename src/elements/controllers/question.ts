import { html, nothing, type ReactiveController, type ReactiveControllerHost } from 'lit';

/** A plain question before something that cannot be taken back easily. */
export interface Question {
  readonly title: unknown;
  readonly body: readonly unknown[];
  /** What the button does, as a verb; it stands apart from `cancel`. */
  readonly confirm: string;
  readonly cancel: string;
  /** Nothing stops or goes away by it. */
  readonly harmless?: boolean;
}

/** One native dialog an element: focus, Escape and the return of focus are the browser's. */
export class QuestionController implements ReactiveController {
  readonly #host: ReactiveControllerHost & { readonly renderRoot: ParentNode };
  #question: Question | undefined;
  #answer: ((confirmed: boolean) => void) | undefined;

  constructor(host: ReactiveControllerHost & { readonly renderRoot: ParentNode }) {
    this.#host = host;
    host.addController(this);
  }

  /** Resolves when the dialog is closed: true where it was confirmed. */
  async ask(question: Question): Promise<boolean> {
    if (this.#question) return false;
    this.#question = question;
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    const dialog = this.#host.renderRoot.querySelector('dialog');
    if (!dialog?.isConnected) {
      this.#question = undefined;
      return false;
    }
    dialog.returnValue = '';
    dialog.showModal();
    return new Promise((resolve) => (this.#answer = resolve));
  }

  hostDisconnected(): void {
    this.dismiss();
  }

  /** The question is no longer to the point. */
  dismiss(): void {
    if (this.#question) this.#settle(false);
  }

  template(language: string): unknown {
    const question = this.#question;
    if (!question) return nothing;
    return html`<dialog
      part="dialog"
      lang=${language}
      aria-labelledby="question"
      aria-describedby="answer"
      @close=${this.#closed}
    >
      <form method="dialog">
        <h3 id="question">${question.title}</h3>
        <div id="answer">${question.body.map((paragraph) => html`<p>${paragraph}</p>`)}</div>
        <div class="buttons">
          <button
            class=${question.harmless ? '' : 'danger'}
            part="button${question.harmless ? '' : ' danger-button'}"
            value="confirm"
          >
            ${question.confirm}
          </button>
          <button part="button" value="" autofocus>${question.cancel}</button>
        </div>
      </form>
    </dialog>`;
  }

  #closed = ({ target }: Event): void =>
    this.#settle(target instanceof HTMLDialogElement && target.returnValue === 'confirm');

  #settle(confirmed: boolean): void {
    this.#answer?.(confirmed);
    this.#answer = undefined;
    this.#question = undefined;
    this.#host.requestUpdate();
  }
}
