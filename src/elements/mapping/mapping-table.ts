import { html, nothing, type TemplateResult } from 'lit';
import type { LocaleController } from '../controllers/locale.ts';
import type { MappingView } from './mapping-view.ts';
import type { TargetPicker } from './target-picker.ts';

type Listener = (event: Event) => void;

interface Table {
  readonly view: MappingView;
  readonly platform: string;
  readonly long: boolean;
  /** Whether accounts can be disconnected here. */
  readonly ends: boolean;
  readonly picker: TargetPicker;
  readonly focused: Listener;
  readonly neared: Listener;
  readonly clicked: Listener;
  readonly changed: Listener;
}

/**
 * The list, without its rows: those are drawn into it once it stands. Put into the document together with all that is
 * around it, each of a thousand rows would be walked once more for every template on the way.
 *
 * It hears what is done in its rows, so that they need no listeners.
 */
export const mappingTable = (table: Table, locale: LocaleController): TemplateResult => {
  const { t } = locale;
  const { view, platform, picker, ends } = table;
  const filtered = view.visible.size < view.rows.length;
  return html`<div
      role="list"
      class="rows table ${table.long ? (filtered ? 'long filtered' : 'long') : ''} ${ends ? 'ends' : ''}"
      aria-label=${t('mapping.title')}
      @focusin=${table.focused}
      @focusout=${picker.left}
      @pointerdown=${table.neared}
      @click=${table.clicked}
      @input=${picker.typed}
      @keydown=${picker.keyed}
      @change=${table.changed}
    >
      <div class="columns" aria-hidden="true">
        <span>${t('column.account')}</span><span>${t('mapping.target', { platform })}</span>
        <span>${t('mapping.start')}</span><span>${t('column.state')}</span>
      </div>
    </div>
    ${view.visible.size > 0 ? nothing : html`<p class="muted">${t('mapping.none')}</p>`}`;
};
