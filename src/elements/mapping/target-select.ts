import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Target } from '../../contract/schemas.ts';
import type { MappingDraft } from '../../flow/mapping.ts';
import { maskedNumber } from '../../flow/format.ts';
import type { LocaleController } from '../controllers/locale.ts';

interface TargetSelect {
  readonly id: string;
  readonly platform: string;
  readonly targets: readonly Target[];
  readonly draft: MappingDraft['target'];
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
  readonly choose: (target: MappingDraft['target']) => void;
}

// Ids of targets are prefixed, so that no id can be taken for one of the two other choices.
const valueOf = (target: MappingDraft['target']): string =>
  target.kind === 'existing' ? `=${target.id}` : target.kind;

const targetOf = (value: string): MappingDraft['target'] =>
  value.startsWith('=') ? { kind: 'existing', id: value.slice(1) } : { kind: value === 'new' ? 'new' : 'later' };

/** Where an account's transactions go: an account of the software, a new one, or nothing for now. */
export const targetSelect = (select: TargetSelect, { t }: LocaleController): TemplateResult => {
  const value = valueOf(select.draft);
  const change = (event: Event) => {
    if (event.target instanceof HTMLSelectElement) select.choose(targetOf(event.target.value));
  };
  const option = (own: string, text: string, translate?: 'no') =>
    html`<option value=${own} ?selected=${own === value} translate=${translate ?? nothing}>${text}</option>`;
  return html`<select
    id=${select.id}
    .value=${live(value)}
    aria-describedby=${select.describedBy ?? nothing}
    aria-invalid=${select.invalid}
    @change=${change}
  >
    ${option('later', t('mapping.later'))}
    ${select.targets.map(({ id, name, last4 }) => option(`=${id}`, `${name} ${maskedNumber(last4)}`.trim(), 'no'))}
    ${option('new', t('mapping.new', { platform: select.platform }))}
  </select>`;
};
