/** Signing in to software that is entered by its own door: whose books? */
import { html } from 'hono/html';
import { behaviourOf } from '../behaviours.ts';
import type { Core } from '../core.ts';
import { businesses, type Entry } from './books.ts';
import { panelPage } from './layout.ts';

export function showBusinesses(core: Core, { platformKey, segment }: Entry, companyId?: string): Promise<Response> {
  const found = businesses(core, platformKey, companyId);
  return panelPage({
    title: 'Sign in',
    software: behaviourOf({ platformKey }).softwareName,
    platformKey,
    body: html`<h1>Sign in to your business</h1>
      <p class="muted">This is a simulation. Choose a business; no password is asked for.</p>
      ${
        found.length === 0
          ? html`<p>No business is here yet. Start from your bank; then come back to this page.</p>`
          : html`<ul class="rows">
              ${found.map(
                ({ id, name, currencies }) =>
                  html`<li>
                    <a href="/software/${segment}/${id}"
                      ><bdi translate="no">${name}</bdi><span class="muted">${currencies.join(', ')}</span></a
                    >
                  </li>`,
              )}
            </ul>`
      }`,
  });
}
