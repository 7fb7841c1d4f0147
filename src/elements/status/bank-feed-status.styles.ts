import { css } from 'lit';

export const statusStyles = css`
  .feed {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 12px var(--_gap);
  }
  .feed > * {
    grid-column: 1 / -1;
  }
  .feed > .state {
    justify-self: start;
    align-self: start;
  }
  .sentence {
    display: grid;
    gap: 4px;
    align-content: start;
  }
  .sentence > .buttons {
    margin-top: 4px;
  }
  .picture {
    display: grid;
    gap: 4px;
    align-content: start;
    min-width: 120px;
  }
  .picture svg {
    width: 100%;
    height: 56px;
    stroke: none;
    overflow: visible;
  }
  .picture svg:dir(rtl) {
    transform: scaleX(-1);
  }
  .picture .day {
    fill: color-mix(in srgb, var(--_text) 12%, var(--_surface));
  }
  @media (forced-colors: active) {
    .picture .day {
      fill: GrayText;
    }
  }
  .picture .delivered {
    fill: var(--_strong);
  }
  .picture .held {
    fill: url(#hatch);
    stroke: var(--_warning);
    stroke-width: 1;
    vector-effect: non-scaling-stroke;
  }
  .hatching {
    stroke: var(--_warning);
    stroke-width: 2;
  }
  .picture .today {
    fill: var(--_text);
  }
  .scale {
    display: flex;
    justify-content: space-between;
    gap: 8px;
  }
  .scale span {
    unicode-bidi: plaintext;
  }
  .now {
    font-weight: 600;
  }
  .summary {
    font-weight: 600;
  }
  .feed:focus {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  .more {
    display: flex;
    flex-wrap: wrap;
    gap: 0 24px;
    margin-bottom: -8px;
  }
  .more > [open] {
    flex-basis: 100%;
    padding-bottom: 8px;
  }
  .only {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 16px;
  }
  .check {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    min-height: var(--_control);
    cursor: pointer;
  }

  /* Rows are grids of the same template, not of one table: so a part of them that is out of sight can be skipped. */
  table,
  thead,
  tbody {
    display: block;
    font-variant-numeric: tabular-nums;
  }
  tr {
    display: grid;
    grid-template-columns: var(--_columns);
    gap: 0 24px;
    padding-block: 8px;
    border-bottom: 1px solid var(--_border);
  }
  .days {
    --_columns: minmax(0, 1fr) minmax(0, 1.2fr) minmax(0, 0.8fr);
    max-width: 30rem;
  }
  .pushes {
    --_columns: minmax(0, 1.2fr) minmax(0, 0.9fr) minmax(0, 1fr) minmax(0, 1.1fr);
  }
  .pushes tbody {
    content-visibility: auto;
    contain-intrinsic-block-size: auto 2100px;
  }
  th,
  td {
    padding: 0;
    text-align: inherit;
    font-weight: 400;
  }
  thead th {
    color: var(--_muted);
    font-size: 0.875em;
    font-weight: 600;
  }
  .count {
    text-align: right;
  }
  .count:dir(rtl) {
    text-align: left;
  }
  .errors td {
    grid-column: 1 / -1;
  }
  .errors {
    padding-top: 0;
  }
  tr:has(+ .errors) {
    border-bottom: 0;
  }
  tr:focus {
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
  }
  .in-cards {
    display: none;
  }
  .result {
    --_state: var(--_muted);
    display: inline-flex;
    align-items: center;
    gap: 6px;
    color: var(--_state);
    font-weight: 600;
  }
  .result svg {
    width: 18px;
    height: 18px;
  }
  .result.connected {
    --_state: var(--_success);
  }
  .result.attention {
    --_state: var(--_warning);
  }
  @container (max-width: 479px) {
    .pushes thead {
      position: absolute;
      clip-path: inset(50%);
    }
    tr {
      column-gap: 12px;
    }
    .pushes tr {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
    }
    .pushes :is(td:first-child, .ended) {
      flex-basis: 100%;
    }
    .pushes tbody {
      contain-intrinsic-block-size: auto 3400px;
    }
    .pushes :is(.count, .dates) {
      order: 1;
    }
  }
  /* Letters twice as large on a phone. */
  @container (max-width: 16em) {
    .days thead {
      position: absolute;
      clip-path: inset(50%);
    }
    .days tr {
      grid-template-columns: minmax(0, 1fr);
    }
    .days .count {
      display: flex;
      flex-wrap: wrap;
      justify-content: space-between;
      gap: 0 8px;
    }
    .in-cards {
      display: inline;
      color: var(--_muted);
    }
  }
  @container (min-width: 480px) {
    .feed {
      grid-template-columns: minmax(0, 1fr) auto;
    }
    .feed > .who {
      grid-column: 1;
    }
    .feed > .state {
      grid-column: 2;
      justify-self: end;
    }
  }
  @container (min-width: 720px) {
    .feed:has(.picture) {
      grid-template-columns: minmax(0, 1fr) minmax(auto, 20rem);
    }
    .feed:has(.picture) > :is(.who, .sentence) {
      grid-column: 1;
    }
    .feed > .picture {
      grid-column: 2;
    }
  }
`;
