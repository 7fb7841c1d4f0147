import { css } from 'lit';

/**
 * Three levels: one accent; a palette mixed from it, `Canvas` and `CanvasText`; parts. As text and as a line, its
 * lightness is clamped, so that any accent reads at 4.5:1 in both schemes, on its own tint too: the worst, pure green,
 * at 4.6:1. As a fill it stays what it is, at least where it is light around it: what stands on it is black or white,
 * whichever contrasts more, which is 4.58:1 at worst, where the luminance (`y`) is 0.179. The scheme and the font are
 * the host's.
 */
export const tokens = css`
  :host {
    --_accent: var(--bank-feed-accent, #2f5bd7);
    --_strong: light-dark(oklch(from var(--_accent) min(l, 0.48) c h), oklch(from var(--_accent) max(l, 0.78) c h));
    --_fill: light-dark(var(--_accent), var(--_strong));
    --_on-fill: color(
      from var(--_fill) xyz clamp(0, (0.179 - y) * 1e6, 0.9505) clamp(0, (0.179 - y) * 1e6, 1)
        clamp(0, (0.179 - y) * 1e6, 1.089)
    );
    --_text: var(--bank-feed-text, CanvasText);
    --_surface: var(--bank-feed-surface, Canvas);
    --_muted: var(--bank-feed-muted, color-mix(in srgb, var(--_text) 68%, var(--_surface)));
    --_border: var(--bank-feed-border, color-mix(in srgb, var(--_text) 15%, var(--_surface)));
    --_edge: var(--bank-feed-edge, color-mix(in srgb, var(--_text) 52%, var(--_surface)));
    --_tint: color-mix(in srgb, var(--_fill) 7%, var(--_surface));
    --_success: var(--bank-feed-success, light-dark(oklch(0.45 0.11 155), oklch(0.82 0.13 155)));
    --_warning: var(--bank-feed-warning, light-dark(oklch(0.47 0.1 70), oklch(0.84 0.12 80)));
    --_danger: var(--bank-feed-danger, light-dark(oklch(0.48 0.17 25), oklch(0.8 0.11 22)));
    --_radius: var(--bank-feed-radius, 8px);
    --_gap: var(--bank-feed-gap, 16px);
    --_control: var(--bank-feed-control-height, 44px);
    --_focus: var(--bank-feed-focus, var(--_strong));
  }
  @media (forced-colors: active) {
    :host {
      --_strong: CanvasText;
      --_fill: CanvasText;
      --_on-fill: Canvas;
      --_text: CanvasText;
      --_surface: Canvas;
      --_success: CanvasText;
      --_warning: CanvasText;
      --_danger: CanvasText;
      --_focus: Highlight;
    }
  }
`;
