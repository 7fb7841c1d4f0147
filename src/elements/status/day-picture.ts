import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Picture } from '../../flow/calendar.ts';
import type { LocaleController } from '../controllers/locale.ts';

const width = 8;
const gap = 2;
const height = 48;

/** What held bars are filled with; once for all pictures of an element, as ids are its own. */
export const hatching = html`<svg class="unseen" aria-hidden="true">
  <defs>
    <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <path class="hatching" d="M0 0V4" />
    </pattern>
  </defs>
</svg>`;

const bar = (x: number, y: number, tall: number): string => `M${x} ${y}h${width}v${tall}h${-width}z`;

/**
 * One bar a day: delivered as its height, held hatched on top, today marked. Never thinner than a line that is seen.
 * One path for each kind, so that a picture is a handful of nodes.
 */
export const dayPicture = (picture: Picture, locale: LocaleController): TemplateResult => {
  const { t, format } = locale;
  const { days, peak } = picture;
  const size = (lines: number) => (lines === 0 ? 0 : Math.max(3, Math.round((lines / peak) * height * 10) / 10));
  const paths = { ground: '', delivered: '', held: '' };
  days.forEach(({ delivered, held }, index) => {
    const x = index * (width + gap);
    const tall = size(delivered);
    paths.ground += bar(x, height, 1);
    if (delivered > 0) paths.delivered += bar(x, height - tall, tall);
    if (held > 0) {
      const top = Math.max(0, height - tall - size(held));
      paths.held += bar(x, top, Math.max(3, height - tall - top));
    }
  });
  const first = days[0]?.date;
  const label = t('picture.label', {
    count: picture.delivered,
    held: picture.held,
    days: days.length,
  });
  const today = (days.length - 1) * (width + gap);
  return html`<div class="picture" part="picture">
    <svg viewBox="0 0 ${today + width} ${height + 10}" preserveAspectRatio="none" role="img" aria-label=${label}>
      ${svg`<path class="day" d=${paths.ground}></path>
        <path class="delivered" d=${paths.delivered}></path>
        ${paths.held ? svg`<path class="held" d=${paths.held}></path>` : nothing}
        <path class="today" d=${bar(today, height + 5, 5)}></path>`}
    </svg>
    <div class="scale small muted" aria-hidden="true">
      <span>${first ? format.shortDate(first) : nothing}</span><span class="now">${t('picture.today')}</span>
    </div>
  </div>`;
};

/** The same as a table, newest first. Its roles are said again: with little room its rows are laid out as cards. */
export const dayTable = ({ days }: Picture, { t, format }: LocaleController): TemplateResult => {
  const count = (column: 'column.delivered' | 'column.held', value: number) =>
    html`<td role="cell" class="count">
      <span class="in-cards" aria-hidden="true">${t(column)}</span> ${format.number(value)}
    </td>`;
  const caption = t('picture.table', { days: days.length });
  return html`<p class="small muted" aria-hidden="true">${caption}</p>
    <table class="days cards" role="table" aria-label=${caption}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">${t('column.day')}</th>
          <th role="columnheader" scope="col" class="count">${t('column.delivered')}</th>
          <th role="columnheader" scope="col" class="count">${t('column.held')}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${days.toReversed().map(
          ({ date, delivered, held }) =>
            html`<tr role="row">
              <th role="rowheader" scope="row">${format.shortDate(date)}</th>
              ${count('column.delivered', delivered)}${count('column.held', held)}
            </tr>`,
        )}
      </tbody>
    </table>`;
};
