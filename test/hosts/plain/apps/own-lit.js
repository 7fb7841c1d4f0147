/** An app of today, which has elements of its own by its own Lit. */
import { html, LitElement } from 'lit';

class BankClock extends LitElement {
  render() {
    return html`<p>The bank is ${'open'}</p>`;
  }
}

customElements.define('bank-clock', BankClock);
