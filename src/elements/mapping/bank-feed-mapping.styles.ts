import { css } from 'lit';

export const mappingStyles = css`
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
  }
  .rows {
    --_columns: minmax(0, 4fr) minmax(0, 5fr) minmax(10.5rem, 3fr) minmax(min-content, auto);
  }
  .row {
    align-items: start;
  }
  .row > .state {
    justify-self: end;
  }
  .goes {
    display: grid;
    gap: 2px;
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
      grid-column: 3 / -1;
      justify-self: end;
    }
  }
`;
