import { html, type TemplateResult } from 'lit';

/** A search over the list below it. Enter belongs to it, and not to the form around it. */
export const searchField = (label: string, query: string, search: (query: string) => void): TemplateResult =>
  html`<div class="field" part="search">
    <label for="search">${label}</label>
    <input
      id="search"
      part="field"
      type="search"
      autocomplete="off"
      spellcheck="false"
      data-private
      .value=${query}
      @input=${({ target }: Event) => target instanceof HTMLInputElement && search(target.value)}
      @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && event.preventDefault()}
    />
  </div>`;
