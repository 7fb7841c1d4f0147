import { css } from 'lit';

export const connectStyles = css`
  .choices {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr));
    gap: 8px;
  }
  .choice {
    display: flex;
    align-items: center;
    gap: 12px;
    min-height: 60px;
    padding: 8px 12px;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
    cursor: pointer;
  }
  .choice:hover {
    background: color-mix(in srgb, var(--_text) 4%, var(--_surface));
  }
  .choice:has(:checked) {
    border-color: var(--_strong);
    box-shadow: inset 0 0 0 1px var(--_strong);
    background: var(--_tint);
  }
  .choice:has(:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  .choice input:focus-visible {
    outline: none;
    box-shadow: none;
  }
  .choice > span:last-child {
    flex: 1;
    min-width: 0;
    line-height: 1.3;
  }
  .monogram {
    display: grid;
    place-items: center;
    flex: none;
    width: 36px;
    height: 36px;
    border-radius: calc(var(--_radius) * 0.75);
    background: color-mix(in srgb, var(--_strong) 14%, var(--_surface));
    color: var(--_strong);
    font-weight: 700;
  }
  .consent {
    display: grid;
    gap: 12px;
  }
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
  }
  .connection {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 12px;
  }
  .connection > .who {
    flex: 1 1 12rem;
    min-width: 0;
  }
`;
