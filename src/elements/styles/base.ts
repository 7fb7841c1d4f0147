import { css } from 'lit';

/** What every element looks like before it is anything in particular. */
export const base = css`
  :host {
    display: block;
    container-type: inline-size;
    color: var(--_text);
    line-height: 1.5;
    text-align: left;
  }
  :host(:dir(rtl)) {
    text-align: right;
  }
  :host([hidden]) {
    display: none;
  }
  [hidden] {
    display: none !important;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  .root {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
    overflow-wrap: break-word;
  }
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  fieldset,
  legend {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }
  h2 {
    font-size: 1.25em;
    font-weight: 650;
    line-height: 1.3;
    min-height: 1.3em;
    text-wrap: balance;
  }
  h3 {
    font-size: 1em;
    font-weight: 600;
  }
  p,
  .steps {
    max-width: 65ch;
    text-wrap: pretty;
  }
  .list {
    list-style: none;
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
  }
  .steps {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 4px;
    padding-inline-start: 1.5em;
    /* From right to left WebKit takes the numbers for wider than the list. */
    overflow-x: clip;
  }
  .muted {
    color: var(--_muted);
  }
  .small {
    font-size: 0.875em;
  }
  .number {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .name,
  .block {
    display: block;
    overflow-wrap: anywhere;
  }
  .name {
    font-weight: 600;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .card {
    padding: var(--_gap);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  svg {
    display: block;
    flex: none;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  /* State: icon, word and colour together. */
  .state {
    --_state: var(--_muted);
    display: inline-flex;
    align-items: center;
    gap: 6px;
    padding-block: 2px;
    padding-inline: 6px 10px;
    border: 1px solid color-mix(in srgb, var(--_state) 30%, transparent);
    border-radius: 999px;
    background: color-mix(in srgb, var(--_state) 8%, var(--_surface));
    color: var(--_state);
    font-size: 0.875em;
    font-weight: 600;
  }
  .state svg,
  .note > svg {
    width: 18px;
    height: 18px;
  }
  .connected {
    --_state: var(--_success);
  }
  .waiting,
  .checking {
    --_state: var(--_strong);
  }
  .attention {
    --_state: var(--_warning);
  }

  /* Something to read before going on: a problem, a refusal, a hint. */
  .note {
    --_state: var(--_muted);
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 4px 12px;
    padding: 12px;
    border: 1px solid color-mix(in srgb, var(--_state) 35%, transparent);
    border-radius: var(--_radius);
    background: color-mix(in srgb, var(--_state) 6%, var(--_surface));
  }
  .note > svg {
    margin-top: 3px;
    color: var(--_state);
  }
  .note.attention {
    --_state: var(--_warning);
  }
  .note.refusal {
    --_state: var(--_danger);
  }
  .note p > button {
    margin-inline-start: -8px;
  }
  .note code {
    font-size: 0.875em;
    overflow-wrap: anywhere;
    user-select: all;
  }

  dialog {
    width: min(30rem, calc(100vw - 32px));
    max-height: calc(100dvh - 32px);
    padding: clamp(12px, 5vw, 24px);
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 1.5);
    background: var(--_surface);
    color: var(--_text);
    box-shadow: 0 16px 48px rgb(0 0 0 / 0.25);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.45);
  }
  dialog form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
  }
  dialog h3 {
    font-size: 1.125em;
  }
  #answer {
    display: grid;
    gap: 8px;
  }

  /* The shape of what is coming; it shows only where the wait is long enough to notice. */
  .bone {
    height: var(--_bone, 72px);
    border: 1px solid transparent;
    border-radius: var(--_radius);
    background: color-mix(in srgb, var(--_text) 8%, var(--_surface));
    animation: appear 0.2s 0.3s both;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }

  /* Each text runs in its own direction, aligned with the page: names and amounts from elsewhere, and languages. */
  p,
  li,
  h2,
  h3,
  label,
  th,
  td,
  [translate='no']:not([dir]) {
    unicode-bidi: plaintext;
  }

  /* The exact time above its sentence, where it never leaves the page; it stays while the pointer is on it. */
  p:has(> time[data-exact]) {
    position: relative;
  }
  time[data-exact] {
    border-radius: 2px;
    text-decoration: underline dotted from-font;
    text-underline-offset: 3px;
  }
  :is(p:hover > time, time:focus-visible)[data-exact]::after {
    content: attr(data-exact);
    position: absolute;
    inset-block-end: 100%;
    inset-inline-start: 0;
    z-index: 1;
    padding: 4px 8px;
    border: 1px solid var(--_edge);
    border-radius: 4px;
    background: var(--_surface);
    color: var(--_text);
    font-size: 0.875rem;
  }
  :focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
    box-shadow: 0 0 0 2px var(--_surface);
  }
  h2:focus {
    outline: none;
    box-shadow: none;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      transition-duration: 0s !important;
      animation-duration: 0s !important;
    }
  }
`;
