import { css } from 'lit';

/**
 * The columns of the table are lengths and shares, so that rows line up by themselves: a row that is drawn only once
 * it is near the screen cannot take part in the grid around it.
 */
export const mappingStyles = css`
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
  }
  .chunk {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
  }
  .long > .chunk {
    content-visibility: auto;
    contain-intrinsic-block-size: auto 3950px;
  }
  /* A chunk out of sight would keep the height it had before rows of it were hidden. */
  .filtered > .chunk {
    content-visibility: visible;
  }
  .filtered .row {
    content-visibility: auto;
    contain-intrinsic-block-size: auto 150px;
  }
  .row {
    align-items: start;
  }
  /* What is focused does not hide behind the foot. */
  .long :is(input, select, button) {
    scroll-margin-block: 16px 96px;
  }
  .long ~ .foot {
    position: sticky;
    inset-block-end: 0;
    z-index: 1;
    margin-block-end: -8px;
    padding-block: 12px;
    background: var(--_surface);
    border-block-start: 1px solid var(--_border);
  }
  .foot {
    display: grid;
    gap: 8px;
  }

  .row label {
    position: relative;
    display: grid;
    gap: 4px;
  }

  .progress {
    gap: 4px;
  }
  progress {
    inline-size: 100%;
    max-inline-size: 20rem;
    block-size: 8px;
    appearance: none;
    border: 0;
    border-radius: 4px;
    overflow: hidden;
    background: var(--_border);
    accent-color: var(--_strong);
    forced-color-adjust: none;
  }
  progress::-webkit-progress-bar {
    background: none;
  }
  progress::-webkit-progress-value {
    background: var(--_strong);
  }
  progress::-moz-progress-bar {
    background: var(--_strong);
  }

  .toolbar {
    display: grid;
    gap: 12px var(--_gap);
    align-items: end;
  }
  .same-day .field {
    max-inline-size: 20rem;
    padding-block-start: 8px;
    gap: 8px;
  }

  .suggestion {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 12px;
    align-items: center;
    padding: 8px 12px;
    border-radius: var(--_radius);
    background: var(--_tint);
  }
  .suggestion > div {
    flex: 1 1 12rem;
    min-width: 0;
  }
  .suggested {
    font-weight: 600;
  }

  /* An arrow down, the same in every browser. */
  select,
  label > .combo {
    --_at: calc(100% - 18px);
    appearance: none;
    padding-inline-end: 36px;
    background:
      linear-gradient(45deg, transparent 50%, currentcolor 50%) calc(var(--_at) + 2.5px) 55% / 5px 5px no-repeat,
      linear-gradient(-45deg, transparent 50%, currentcolor 50%) calc(var(--_at) + 7.5px) 55% / 5px 5px no-repeat,
      var(--_surface);
  }
  :is(select, label > .combo):dir(rtl) {
    --_at: 13px;
  }
  .picker {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: 4px;
    overflow: hidden;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_text);
    box-shadow: 0 8px 24px rgb(0 0 0 / 0.2);
  }
  .picker:popover-open {
    display: flex;
    flex-direction: column;
  }
  .picker > ul {
    min-height: 0;
    overflow: auto;
    overscroll-behavior: contain;
  }
  .picker > p {
    padding: 8px 12px;
  }
  .option {
    min-height: var(--_control);
    padding: 10px 12px;
    border-radius: calc(var(--_radius) - 2px);
    line-height: 24px;
    overflow-wrap: anywhere;
    cursor: pointer;
  }
  .option:hover {
    background: color-mix(in srgb, var(--_text) 6%, var(--_surface));
  }
  .option[aria-selected='true'] {
    font-weight: 600;
  }
  .option.active {
    background: var(--_tint);
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
  }
  .option[aria-disabled='true'] {
    color: var(--_muted);
    cursor: default;
  }

  @container (min-width: 720px) {
    .toolbar {
      grid-template-columns: auto minmax(12rem, 20rem);
      justify-content: space-between;
    }
  }
  @container (min-width: 480px) {
    .row > .state {
      white-space: nowrap;
    }
  }
  /* Where a list is wide, its own text ends with them. */
  @container (480px <= width < 880px) {
    .digits {
      display: none;
    }
  }
  @container (600px <= width < 880px) {
    .row {
      grid-template-columns: minmax(0, 1fr) 14rem;
    }
    .row > .target {
      grid-column: 1;
    }
    .row > .start {
      grid-column: 2;
    }
  }
  @container (min-width: 880px) {
    .rows.table {
      --_columns: minmax(0, 4fr) minmax(0, 5fr) minmax(9.5rem, 3fr) 11.5rem;
      display: block;
    }
    .table .row,
    .table > .columns {
      grid-template-columns: var(--_columns);
      column-gap: var(--_gap);
    }
    .chunk {
      display: block;
    }
    .long > .chunk {
      contain-intrinsic-block-size: auto 1900px;
    }
    .filtered .row {
      contain-intrinsic-block-size: auto 76px;
    }
    .table .row > :is(.who, .target, .start, .state) {
      grid-row: 1;
    }
    .table .row > .who {
      grid-column: 1;
    }
    .table .row > .target {
      grid-column: 2;
    }
    .table .row > .start {
      grid-column: 3;
    }
    /* In line with fields and buttons, which are higher than words. */
    .table .row > .cell:not(.field, .buttons-cell) {
      padding-block: 10px;
    }
    .table .row > .state {
      grid-column: 4;
      justify-self: start;
      margin-block: 8px;
    }
    .table .row > .buttons-cell {
      grid-column: 4;
      grid-row: 2;
    }
  }
  @container (min-width: 960px) {
    .rows.table.ends {
      --_columns: minmax(0, 4fr) minmax(0, 5fr) minmax(9.5rem, 3fr) 11.5rem 9rem;
    }
    .table .row > .buttons-cell {
      grid-column: 5;
      grid-row: 1;
      justify-self: end;
    }
  }
  @media (forced-colors: active) {
    select {
      appearance: auto;
    }
    .option.active {
      outline: 2px solid Highlight;
      outline-offset: -4px;
    }
    .picker {
      border-color: CanvasText;
    }
  }
`;
