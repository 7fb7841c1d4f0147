import { css } from 'lit';

export const connectStyles = css`
  form,
  .chosen {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
  }
  .chosen {
    scroll-margin-block: var(--_gap);
  }
  :is(.chosen, .row-buttons):not(:has(button)) {
    display: none;
  }
  .choices {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, max(15rem, 30%)), 1fr));
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
    grid-template-columns: minmax(0, 1fr);
    gap: 12px;
  }
  .consent-title {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
  }
  .facts {
    border-block: 1px solid var(--_border);
    padding-block: 12px;
  }
  .facts dt {
    font-weight: 600;
  }
  .facts dd {
    color: var(--_muted);
  }
  .facts p + p {
    margin-top: 8px;
  }
  .facts ::slotted(*) {
    margin-block: 0;
  }
  .facts dd:not(:last-child) {
    margin-bottom: 12px;
  }
  @container (min-width: 480px) {
    .facts {
      display: grid;
      grid-template-columns: clamp(8rem, 28%, 14rem) minmax(0, 1fr);
      gap: 12px;
    }
    .facts dd:not(:last-child) {
      margin-bottom: 0;
    }
  }

  .connection {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 12px;
  }
  .connection > .who {
    flex: 1 1 10rem;
    min-width: 0;
  }
  .card.stack,
  .screen {
    gap: 12px;
  }
  .screen > .stack {
    margin-top: 8px;
  }
  /* Letters twice as large on a phone. */
  @container (max-width: 16em) {
    .monogram {
      display: none;
    }
  }

  /* What is typed into the software: large, in letters that are told apart. */
  .secrets {
    display: grid;
    max-width: 36rem;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
  }
  .secret {
    padding: 8px 12px;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_tint);
  }
  .secret dd {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0 12px;
  }
  .secret code {
    font-family: ui-monospace, monospace;
    font-size: 1.125em;
    overflow-wrap: anywhere;
    user-select: all;
  }
  .secret .row-buttons {
    align-items: center;
  }
  .secret [role='status']:not(:empty) {
    padding-inline: 12px;
  }
  /* "Copied" comes up before the button, which stays where it is. */
  @container (min-width: 480px) {
    .secret [role='status'] {
      order: -1;
    }
  }
  .waits {
    display: flex;
    gap: 8px;
    color: var(--_muted);
  }
  .waits svg {
    margin-top: 2px;
  }
  .field {
    max-width: 24rem;
  }
  #secret:focus {
    outline: none;
    box-shadow: none;
  }
  details > form,
  details > .screen {
    margin-top: 8px;
  }
`;
