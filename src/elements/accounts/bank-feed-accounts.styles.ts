import { css } from 'lit';

export const accountsStyles = css`
  .rows {
    --_columns: minmax(0, 2fr) minmax(min-content, 1fr) auto auto;
  }
  .offer .row {
    grid-template-columns: auto minmax(0, 1fr) auto;
    cursor: pointer;
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
    gap: var(--_gap);
    min-height: var(--_control);
    padding-inline: calc(var(--_gap) + 1px);
  }
  .rename {
    gap: 12px;
  }
  details > .offer {
    padding-top: 8px;
  }
  @container (min-width: 720px) {
    .table > .row > .end {
      white-space: nowrap;
    }
  }
`;
