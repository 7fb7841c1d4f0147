import { css } from 'lit';

/**
 * Rows that become cards. A list of cards in a narrow container; from 880 px the same items are rows of one grid whose
 * columns line up. `--_columns` is the element's.
 */
export const rows = css`
  .rows {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
  }
  .row {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: 8px var(--_gap);
    padding: 12px var(--_gap);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .row > :is(.wide, .who) {
    grid-column: 1 / -1;
    min-width: 0;
  }
  .row > .state {
    justify-self: start;
  }
  .end {
    text-align: end;
    justify-self: end;
  }
  .columns {
    display: none;
  }
  @container (min-width: 480px) {
    .row {
      grid-template-columns: minmax(0, 1fr) auto;
      padding-block: 16px;
    }
    .row > .who {
      grid-column: auto;
    }
    .row > .state {
      justify-self: end;
    }
  }
  @container (min-width: 880px) {
    .rows.table {
      grid-template-columns: var(--_columns);
      gap: 0 var(--_gap);
      padding: 0 var(--_gap);
      background: var(--_surface);
      border: 1px solid var(--_border);
      border-radius: var(--_radius);
    }
    .table .row,
    .table > .columns {
      display: grid;
      grid-column: 1 / -1;
      grid-template-columns: subgrid;
      padding-inline: 0;
      border: 0;
      border-radius: 0;
      background: none;
    }
    .table .row {
      padding-block: 12px;
    }
    .table .row:not(:last-child),
    .chunk:not(:last-child) > .row,
    .table > .columns {
      border-bottom: 1px solid var(--_border);
    }
    .table > .columns {
      padding-block: 10px;
      font-size: 0.875em;
      font-weight: 600;
      color: var(--_muted);
    }
    .table .in-cards {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
    .table .row > :is(.cell, .who) {
      grid-column: auto;
    }
  }
`;
