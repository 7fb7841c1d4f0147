import { html, type TemplateResult } from 'lit';
import type { LocaleController } from '../controllers/locale.ts';

interface FilterOption<Value extends string> {
  readonly value: Value;
  readonly text: string;
  /** How many rows it would show. */
  readonly count: number;
}

interface Filter<Value extends string> {
  /** What is filtered, for those who do not see the rows below. */
  readonly label: string;
  readonly options: readonly FilterOption<Value>[];
  readonly value: Value;
  readonly choose: (value: Value) => void;
}

/** One of a few groups of rows at a time: native radio buttons, drawn as a row of buttons. */
export const filterBar = <Value extends string>(
  { label, options, value, choose }: Filter<Value>,
  { format }: LocaleController,
): TemplateResult =>
  html`<fieldset class="filters" part="filters">
    <legend class="unseen">${label}</legend>
    ${options.map(
      (option) =>
        html`<label class="filter" part="filter">
          <input
            type="radio"
            name="filter"
            class="unseen"
            .checked=${option.value === value}
            @change=${() => choose(option.value)}
          /><span>${option.text}</span> <span class="number muted">${format.number(option.count)}</span>
        </label>`,
    )}
  </fieldset>`;
