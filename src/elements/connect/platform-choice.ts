import { html, nothing, type TemplateResult } from 'lit';
import type { PlatformKey } from '../../contract/platforms.ts';
import type { PlatformChoice } from '../../flow/connection-view.ts';
import { searcher } from '../../flow/search.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { searchField } from '../internal/search-field.ts';
import { outside } from '../internal/templates.ts';

/** From so many cards on, typing is quicker than reading. */
const searchFrom = 6;

/** A neutral letter; the partner, who has the right to, puts the software's logo into the slot. */
export const monogram = (key: string, name: string): TemplateResult =>
  html`<slot name="logo-${key}"
    ><span class="monogram" aria-hidden="true" translate="no">${name.slice(0, 1)}</span></slot
  >`;

interface ChoiceOptions {
  readonly choices: readonly PlatformChoice[];
  readonly selected: PlatformKey | undefined;
  readonly select: (key: PlatformKey) => void;
  readonly query: string;
  readonly search: (query: string) => void;
}

/** One radio button a platform, as cards; a single platform is not asked for. */
export const platformChoice = (
  { choices, selected, select, query, search }: ChoiceOptions,
  locale: LocaleController,
): TemplateResult | typeof nothing => {
  if (choices.length < 2) return nothing;
  const { t } = locale;
  const searchable = choices.length >= searchFrom;
  const matches = searcher(searchable ? query : '');
  const found = choices.filter(({ platform: { key, name } }) => key === selected || matches(name));
  return html`${searchable ? searchField(t('connect.search'), query, search) : nothing}
    <p class=${found.length > 0 ? 'unseen' : 'muted'} role="status">
      ${found.length > 0 ? nothing : locale.rich('connect.search.none', { query: outside(query.trim()) })}
    </p>
    <fieldset class="choices">
      <legend class="unseen">${t('connect.choose')}</legend>
      ${found.map((choice) => card(choice, selected, select, locale))}
    </fieldset>`;
};

const card = (
  { platform: { key, name, regions }, suits }: PlatformChoice,
  selected: PlatformKey | undefined,
  select: (key: PlatformKey) => void,
  { t, format }: LocaleController,
): TemplateResult =>
  html`<label class="choice" part="choice">
    <input type="radio" name="platform" .value=${key} .checked=${key === selected} @change=${() => select(key)} />
    ${monogram(key, name)}
    <span
      >${outside(name, 'name')}${
        suits || !regions
          ? nothing
          : html`<span class="small muted block">${t('connect.regions', { regions: format.regions(regions) })}</span>`
      }</span
    >
  </label>`;
