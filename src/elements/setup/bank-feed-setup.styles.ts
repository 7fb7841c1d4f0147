import { css } from 'lit';

export const setupStyles = css`
  .top {
    display: flex;
    align-items: start;
    justify-content: end;
    gap: var(--_gap);
    margin-block-end: calc(var(--_gap) * 1.5);
  }
  .root,
  .part {
    gap: calc(var(--_gap) * 1.5);
  }
  .part {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }
  .root > h2 {
    margin-block-end: calc(var(--_gap) / -2);
  }
  .minor {
    font-size: 1em;
  }
  .close {
    display: grid;
    place-items: center;
    flex: none;
    width: var(--_control);
    padding: 0;
    margin-block: -8px;
  }
  .way {
    justify-content: space-between;
    padding-block-start: var(--_gap);
    border-block-start: 1px solid var(--_border);
  }
  .way > :only-child {
    flex: none;
  }
  .way > :only-child.primary {
    margin-inline-start: auto;
  }
  .to-overview {
    justify-self: start;
    margin: -8px -12px;
  }

  /* Narrow: the count above a bar in pieces; the names are for those who listen. */
  .progress {
    flex: 1;
    min-width: 0;
  }
  .progress ol {
    display: grid;
    grid-auto-flow: column;
    grid-auto-columns: 1fr;
    gap: 4px;
    margin-block-start: 6px;
  }
  .progress li {
    position: relative;
    min-height: 4px;
    border-block-start: 1px solid var(--_edge);
  }
  .progress :is(.done, .now) {
    border-block-start: 4px solid var(--_strong);
  }
  .mark {
    display: none;
  }
  .progress .label {
    position: absolute;
    inset-inline-start: 0;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @container (min-width: 600px) {
    .count {
      display: none;
    }
    .progress ol {
      gap: var(--_gap);
      margin: 0;
    }
    .progress li {
      display: flex;
      gap: 6px;
      padding-block-start: 10px;
      border-block-start-width: 3px;
      color: var(--_muted);
      font-size: 0.875em;
      line-height: 1.3;
    }
    .progress :is(.done, .now) {
      border-block-start-width: 3px;
    }
    .progress li:not(.done, .now) {
      border-block-start-style: dashed;
    }
    .progress .now {
      color: var(--_text);
      font-weight: 600;
    }
    .mark {
      display: block;
      font-variant-numeric: tabular-nums;
    }
    .mark svg {
      margin-block-start: 2px;
      stroke-width: 2.5;
      color: var(--_strong);
    }
    .progress .label {
      position: static;
      width: auto;
      height: auto;
      clip-path: none;
      white-space: normal;
    }
  }
`;
