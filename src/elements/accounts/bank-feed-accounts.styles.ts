import { css } from 'lit';

export const accountsStyles = css`
  .rows {
    --_columns: minmax(0, 2fr) minmax(min-content, 1fr) auto auto;
  }
  .row > :is(.balance, .state) {
    grid-column: 1 / -1;
    justify-self: start;
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
  details > .offer {
    padding-top: 8px;
  }
  @container (min-width: 480px) {
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
    .row > .state {
      grid-column: 1;
      justify-self: start;
    }
  }
  @container (min-width: 720px) {
    .row-buttons {
      margin-bottom: 0;
    }
    .table > .row > .state {
      grid-column: 3;
    }
  }
`;
