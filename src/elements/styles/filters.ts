import { css } from 'lit';

/** Radio buttons as a row of buttons; the chosen one is bold and framed, not coloured alone. */
export const filters = css`
  .filters {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    position: relative;
  }
  .filter {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    min-height: var(--_control);
    padding: 4px 14px;
    border: 1px solid var(--_edge);
    border-radius: 999px;
    cursor: pointer;
  }
  .filter:hover {
    background: color-mix(in srgb, var(--_text) 6%, var(--_surface));
  }
  .filter:has(:checked) {
    border-color: var(--_strong);
    background: var(--_tint);
    box-shadow: inset 0 0 0 1px var(--_strong);
    color: var(--_strong);
    font-weight: 600;
  }
  .filter:has(:checked) .muted {
    color: inherit;
  }
  .filter:has(:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  @media (forced-colors: active) {
    .filter:has(:checked) {
      outline: 2px solid Highlight;
      outline-offset: -3px;
    }
    .filter:has(:focus-visible) {
      outline: 3px double Highlight;
      outline-offset: 2px;
    }
  }
`;
