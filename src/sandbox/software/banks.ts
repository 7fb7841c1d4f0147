/** Finding the bank by its name, as QuickBooks and Sage ask for it. */
import { html } from 'hono/html';
import type { Core } from '../core.ts';
import type { Markup } from './layout.ts';

/** The one bank behind this simulation, by a name of its own. */
export const theBank = (core: Core) => ({ id: core.ids.named('bank'), name: core.bankName });

/** The search and what it found; each bank found goes on as `onward` has it. */
export function bankSearch(core: Core, query: URLSearchParams, onward: (name: string) => Markup): Markup {
  const asked = (query.get('q') ?? '').trim();
  const { name } = theBank(core);
  const found = asked !== '' && name.toLowerCase().includes(asked.toLowerCase());
  return html`<form method="get" role="search">
      <label
        >Name of your bank<input type="search" name="q" value="${asked}" autocomplete="off" required maxlength="80"
      /></label>
      <div class="buttons"><button>Search</button></div>
    </form>
    ${
      asked === ''
        ? html`<p class="muted">In this simulation there is one bank: <bdi translate="no">${name}</bdi>.</p>`
        : found
          ? onward(name)
          : html`<p role="status">
              No bank is called “<bdi translate="no">${asked.slice(0, 80)}</bdi>”. In this simulation there is one bank:
              <bdi translate="no">${name}</bdi>.
            </p>`
    }`;
}
