/** The least that Lit can be: one element, one property, one template. */
import { html, LitElement } from 'lit';

class LitAlone extends LitElement {
  static properties = { name: {} };

  render() {
    return html`<p>Hello ${this.name}</p>`;
  }
}

customElements.define('lit-alone', LitAlone);
