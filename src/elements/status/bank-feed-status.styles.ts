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
  .picture {
    display: grid;
    gap: 4px;
    min-width: 120px;
    max-width: 30rem;
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
    stroke-width: 0.5;
  }
  .picture .hatching {
    stroke: var(--_warning);
    stroke-width: 1;
  }
  .picture .today {
    fill: var(--_text);
  }
  .scale {
    display: flex;
    justify-content: space-between;
    gap: 8px;
  }
  .more {
    display: flex;
    flex-wrap: wrap;
    gap: 0 24px;
    margin-bottom: -8px;
  }
  .more > [open] {
    flex-basis: 100%;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  caption {
    padding-block: 8px;
    color: var(--_muted);
    font-size: 0.875em;
    text-align: inherit;
  }
  th,
  td {
    padding-block: 8px;
    padding-inline: 0 12px;
    border-bottom: 1px solid var(--_border);
    text-align: inherit;
    vertical-align: top;
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
    padding-top: 0;
  }
  tr:has(+ .errors) > * {
    border-bottom: 0;
  }
  tr:focus {
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
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
    .pushes tr {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 7em), 1fr));
      gap: 0 12px;
      padding-block: 8px;
      border-bottom: 1px solid var(--_border);
    }
    .pushes tr:has(+ .errors) {
      border-bottom: 0;
    }
    .pushes :is(th, td) {
      padding: 2px 0;
      border: 0;
    }
    .pushes .errors td {
      grid-column: 1 / -1;
    }
    .pushes .result {
      display: flex;
      justify-content: end;
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
      grid-template-columns: minmax(0, 1fr) minmax(auto, 22rem);
    }
    .feed:has(.picture) > :is(.who, .sentence) {
      grid-column: 1;
    }
    .feed > .picture {
      grid-column: 2;
    }
  }
`;
