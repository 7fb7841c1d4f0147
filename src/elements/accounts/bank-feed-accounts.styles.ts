import { css } from 'lit';

export const accountsStyles = css`
  :host {
    --_bone: 98px;
  }
  /* A thousand rows: those out of sight cost nothing. Such a row is no subgrid, so its columns are fractions. */
  .item {
    content-visibility: auto;
    contain-intrinsic-size: auto var(--_row, 192px);
    overflow-clip-margin: 4px;
  }
  .offer .item {
    --_row: 78px;
  }
  .rows {
    --_columns: minmax(0, 5fr) minmax(0, 3fr) minmax(0, 6fr) 14rem;
  }
  .row > :is(.balance, .standing) {
    grid-column: 1 / -1;
    justify-self: start;
  }
  .standing {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    justify-items: start;
    gap: 4px;
  }
  .offer .row {
    grid-template-columns: auto minmax(0, 1fr);
    gap: 4px 12px;
    cursor: pointer;
  }
  .offer .balance {
    grid-column: 2;
  }
  .row-buttons {
    margin-bottom: -8px;
  }
  .offer .row:has(:checked) {
    border-color: var(--_strong);
    background: var(--_tint);
  }
  .offer,
  .rename {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
  }
  .all {
    display: flex;
    align-items: center;
    gap: 12px;
    min-height: var(--_control);
    padding-inline: calc(var(--_gap) + 1px);
  }
  .rename {
    gap: 12px;
  }
  .field > [type='search'],
  .rename .field {
    max-width: 30rem;
  }
  details > .offer {
    padding-top: 8px;
  }
  .inside {
    padding-block: 8px;
  }
  .inside > .steps {
    padding-block: 8px;
  }
  @container (min-width: 480px) {
    .bone {
      --_bone: 78px;
    }
    .item {
      --_row: 184px;
    }
    .offer .row {
      grid-template-columns: auto minmax(0, 1fr) auto;
    }
    .offer .balance {
      grid-column: auto;
    }
    .row > .balance {
      grid-column: auto;
      justify-self: end;
      white-space: nowrap;
    }
  }
  @container (min-width: 880px) {
    .item {
      --_row: 113px;
    }
    .rows.table {
      grid-template-columns: minmax(0, 1fr);
      padding: 0;
    }
    .table > .row,
    .table > .columns {
      grid-template-columns: var(--_columns);
      gap: 0 var(--_gap);
      padding-inline: var(--_gap);
    }
    .table > .row > .standing {
      grid-column: auto;
    }
    .table > .row > .balance {
      white-space: normal;
      text-align: end;
    }
    .row-buttons {
      justify-content: end;
      margin-bottom: 0;
    }
  }
  @container (min-width: 960px) {
    .item {
      --_row: 74px;
    }
  }
`;
