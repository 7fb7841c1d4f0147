import { css } from 'lit';

/** Buttons, fields and disclosures: 44 px high, native underneath. */
export const controls = css`
  button,
  input,
  select,
  summary {
    min-height: var(--_control);
    font: inherit;
    color: inherit;
  }
  button {
    max-width: 100%;
    padding: 8px 16px;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
    font-weight: 600;
    line-height: 1.25;
    text-wrap: balance;
    cursor: pointer;
    transition: opacity 0.15s;
  }
  button:hover {
    background: color-mix(in srgb, var(--_text) 6%, var(--_surface));
  }
  button.primary {
    border-color: var(--_strong);
    background: var(--_fill);
    color: var(--_on-fill);
    forced-color-adjust: none;
  }
  button.primary:hover {
    background: color-mix(in srgb, var(--_fill) 88%, oklab(from var(--_on-fill) calc(1 - l) 0 0));
  }
  button.danger {
    border-color: var(--_danger);
    color: var(--_danger);
  }
  button.danger:hover {
    background: color-mix(in srgb, var(--_danger) 8%, var(--_surface));
  }
  button.plain {
    padding-inline: 12px;
    border: 0;
    background: none;
    color: var(--_strong);
    text-align: start;
  }
  button.plain.danger {
    color: var(--_danger);
  }
  button.plain:hover {
    background: color-mix(in srgb, currentcolor 8%, transparent);
  }
  button[aria-disabled='true'] {
    opacity: 0.6;
    cursor: default;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  /* On a phone they fill their line, so that those below each other end alike; what ends something does not grow. */
  @container (max-width: 479px) {
    .buttons > button:not(:where(.danger:only-child)) {
      flex: auto;
    }
  }
  .row-buttons {
    display: flex;
    flex-wrap: wrap;
    margin-inline: -12px;
  }
  input:not([type='checkbox'], [type='radio']),
  select {
    width: 100%;
    padding: 8px 12px;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
    text-overflow: ellipsis;
  }
  input[aria-invalid='true'],
  select[aria-invalid='true'] {
    border-color: var(--_danger);
    box-shadow: inset 0 0 0 1px var(--_danger);
  }
  input[type='checkbox'],
  input[type='radio'] {
    flex: none;
    width: 20px;
    height: 20px;
    min-height: 0;
    margin: 0;
    accent-color: var(--_strong);
  }
  .field {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 4px;
    align-content: start;
  }
  label {
    font-weight: 500;
  }
  .fault {
    color: var(--_danger);
    font-size: 0.875em;
  }
  summary {
    display: inline-flex;
    align-items: baseline;
    gap: 8px;
    width: fit-content;
    padding-block: calc(var(--_control) / 2 - 0.75em);
    border-radius: var(--_radius);
    color: var(--_strong);
    font-weight: 600;
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary::before {
    content: '';
    width: 8px;
    height: 8px;
    border: solid currentcolor;
    border-width: 0 2px 2px 0;
    translate: 0 -2px;
    rotate: -45deg;
    transition: rotate 0.15s;
  }
  summary:dir(rtl)::before {
    rotate: 135deg;
  }
  details[open] > summary::before {
    rotate: 45deg;
  }
`;
