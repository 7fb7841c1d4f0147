import { css } from 'lit';

export const mappingStyles = css`
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
  }
  .rows {
    --_columns: minmax(8rem, 4fr) minmax(0, 5fr) minmax(9.5rem, 3fr) auto;
  }
  .row {
    align-items: start;
  }
  @container (min-width: 720px) {
    .table > .row {
      align-items: center;
    }
    .table > .row > .state {
      grid-column: 4;
      grid-row: 1;
      justify-self: start;
    }
    .table > .row:has(> .buttons-cell) > :is(.who, .cell) {
      grid-row: 1 / span 2;
    }
    .table > .row:has(> .buttons-cell) > .buttons-cell {
      grid-column: 4;
      grid-row: 2;
    }
  }
  @container (min-width: 900px) {
    .rows {
      --_columns: minmax(8rem, 4fr) minmax(0, 5fr) minmax(10.5rem, 3fr) auto auto;
    }
    .table > .row:has(> .buttons-cell) > .buttons-cell {
      grid-column: 5;
      grid-row: 1 / span 2;
    }
    .table > .row:has(> .buttons-cell) > .state {
      grid-row: 1 / span 2;
    }
  }
`;
