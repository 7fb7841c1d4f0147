/** Guides whose sections are for different readers: each of these has a page of its own, with what is for all in front. */
import { slug } from '../links.ts';

interface SplitGuide {
  readonly guide: string;
  /** Of the pages, on the site. */
  readonly folder: string;
  /** Sections that stand on each page. */
  readonly shared: readonly string[];
  /** Sections that stand in the guide alone. */
  readonly alone: readonly string[];
  readonly title: (section: string) => string;
}

export const splitGuides: readonly SplitGuide[] = [
  {
    guide: 'docs/frameworks.md',
    folder: 'quick-start',
    shared: [],
    alone: ['TypeScript without a framework', 'Editors'],
    title: (framework) => `Quick start: ${framework}`,
  },
  {
    guide: 'docs/checklists.md',
    folder: 'checklists',
    shared: ['With any software', 'Facts'],
    alone: [],
    title: (software) => `A checklist for ${software}`,
  },
];

export interface SectionPage {
  readonly path: string;
  readonly section: string;
  readonly text: string;
}

/** Of a table with a column for each section, the names and this section's; others stay as they are. */
const ownColumn = (body: string, section: string): string =>
  body.replaceAll(/(?:^\|.*\n)+/gm, (table) => {
    const rows = table.trimEnd().split('\n');
    const cells = rows.map((row) => row.split('|').slice(1, -1));
    const column = cells[0]?.findIndex((cell) => cell.trim() === section) ?? -1;
    return column > 0 ? cells.map((row) => `|${row[0]}|${row[column]}|\n`).join('') : table;
  });

/** Throws where a section that is named is not in the guide. */
export const sectionPages = ({ guide, folder, shared, alone, title }: SplitGuide, text: string): SectionPage[] => {
  const [beginning = '', ...sections] = text.split(/^## /m);
  const introduction = beginning.replace(/^# .*\n/, '');
  const bodies = new Map(
    sections.map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end + 1)] as const;
    }),
  );
  const missing = [...shared, ...alone].filter((name) => !bodies.has(name));
  if (missing.length > 0) throw new Error(`${guide} has no section "${missing.join('", "')}".`);
  const own = [...bodies.keys()].filter((name) => !shared.includes(name) && !alone.includes(name));
  return own.map((section) => {
    const shown = [...shared, section].map((name) => `## ${name}\n${ownColumn(bodies.get(name) ?? '', section)}`);
    return {
      path: `${folder}/${slug(section)}.html`,
      section,
      text: `# ${title(section)}\n${introduction}${shown.join('')}`,
    };
  });
};
