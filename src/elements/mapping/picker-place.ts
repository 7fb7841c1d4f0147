const gap = 4;
const edge = 8;
const leastWidth = 280;
const comfortable = 240;
const tallest = 400;

/** Below the field, or above where there is more room; never wider than the screen, and inside it. */
export const besideField = (popover: HTMLElement, field: Element): void => {
  const box = field.getBoundingClientRect();
  const { innerHeight } = window;
  const { clientWidth } = document.documentElement;
  // A keyboard on the screen takes room that `innerHeight` still counts.
  const bottom = visualViewport ? visualViewport.offsetTop + visualViewport.height : innerHeight;
  const below = bottom - box.bottom - gap - edge;
  const above = box.top - gap - edge;
  const up = below < comfortable && above > below;
  const width = Math.min(Math.max(box.width, leastWidth), clientWidth - 2 * edge);
  const start = getComputedStyle(field).direction === 'rtl' ? box.right - width : box.left;
  const place = {
    'inline-size': `${width}px`,
    left: `${Math.min(Math.max(start, edge), clientWidth - edge - width)}px`,
    'max-block-size': `${Math.min(Math.max(up ? above : below, 2 * 44), tallest)}px`,
    top: up ? 'auto' : `${box.bottom + gap}px`,
    bottom: up ? `${innerHeight - box.top + gap}px` : 'auto',
  };
  for (const [property, value] of Object.entries(place)) popover.style.setProperty(property, value);
};
