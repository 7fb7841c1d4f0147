import { css } from 'lit';

export const mappingStyles = css`
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
  }
  .rows {
    --_columns: minmax(0, 4fr) minmax(0, 5fr) minmax(10.5rem, 3fr) auto auto;
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
    .table > .row > .buttons-cell {
      grid-column: 5;
    }
  }
`;
