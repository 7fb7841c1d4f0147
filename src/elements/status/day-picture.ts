import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Picture } from '../../flow/calendar.ts';
import type { LocaleController } from '../controllers/locale.ts';

const width = 8;
const gap = 2;
const height = 48;

/** One bar a day: delivered as its height, held hatched on top, today marked. Never thinner than a line that is seen. */
export const dayPicture = (picture: Picture, locale: LocaleController): TemplateResult => {
  const { t, format } = locale;
  const { days, peak } = picture;
  const size = (lines: number) => (lines === 0 ? 0 : Math.max(2, (lines / peak) * height));
  const first = days[0]?.date;
  const label = t('picture.label', {
    count: picture.delivered,
    held: picture.held,
    days: days.length,
  });
  return html`<div class="picture" part="picture">
    <svg
      viewBox="0 0 ${days.length * (width + gap) - gap} ${height + 8}"
      preserveAspectRatio="none"
      role="img"
      aria-label=${label}
    >
      <defs>
        <pattern id="hatch" width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path class="hatching" d="M0 0V3" />
        </pattern>
      </defs>
      ${days.map(({ delivered, held }, index) => {
        const x = index * (width + gap);
        const tall = size(delivered);
        const top = size(held);
        return svg`<rect class="day" x=${x} y=${height - 1} width=${width} height="1"></rect>
          <rect class="delivered" x=${x} y=${height - tall} width=${width} height=${tall} rx="1"></rect>
          ${held > 0 ? svg`<rect class="held" x=${x + 0.25} y=${Math.max(0, height - tall - top)} width=${width - 0.5} height=${top}></rect>` : nothing}
          ${index === days.length - 1 ? svg`<rect class="today" x=${x} y=${height + 3} width=${width} height="3" rx="1"></rect>` : nothing}`;
      })}
    </svg>
    <div class="scale small muted" aria-hidden="true">
      <span>${first ? format.shortDate(first) : nothing}</span><span>${t('picture.today')}</span>
    </div>
  </div>`;
};

/** The same as a table, newest first. */
export const dayTable = ({ days }: Picture, { t, format }: LocaleController): TemplateResult =>
  html`<table class="days">
    <caption>
      ${t('picture.table', { days: days.length })}
    </caption>
    <thead>
      <tr>
        <th scope="col">${t('column.day')}</th>
        <th scope="col" class="count">${t('column.delivered')}</th>
        <th scope="col" class="count">${t('column.held')}</th>
      </tr>
    </thead>
    <tbody>
      ${days.toReversed().map(
        ({ date, delivered, held }) =>
          html`<tr>
            <th scope="row">${format.date(date)}</th>
            <td class="count">${format.number(delivered)}</td>
            <td class="count">${format.number(held)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
