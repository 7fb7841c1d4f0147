/** Every page of the site: README and guides from their own files, a page for each element from its manifest. */
import { dirname, join, relative } from 'node:path/posix';
import { deadLinks, guideTexts, withoutTests } from '../links.ts';
import { elementEntries } from '../manifest.ts';
import { root } from '../root.ts';
import { elementPage, elementPath } from './element-page.ts';
import { pageHtml, type NavigationGroup, type NavigationLink } from './layout.ts';
import { renderMarkdown } from './markdown.ts';
import { sectionPages, splitGuides, type SectionPage } from './section-pages.ts';

/** What the site has beside its pages, by its path in the repository. */
export const files: ReadonlyMap<string, string> = new Map([['docs/images/demo.png', 'images/demo.png']]);

/** In this order in the contents; a guide that is in none of them fails the build. */
const groups: readonly {
  readonly title: string;
  readonly guides: readonly (readonly [path: string, text: string])[];
}[] = [
  {
    title: 'On your page',
    guides: [
      ['README.md', 'Quick start'],
      ['docs/elements.md', 'The elements'],
      ['docs/embedding.md', 'By a script tag'],
      ['docs/frameworks.md', 'All frameworks, editors'],
      ['docs/theming.md', 'Theming'],
      ['docs/migration.md', 'From Codat’s component'],
      ['docs/accessibility.md', 'Accessibility'],
      ['docs/browsers.md', 'Browsers'],
    ],
  },
  {
    title: 'On your server',
    guides: [
      ['docs/mounting.md', 'Mounting the proxy'],
      ['docs/operating.md', 'Operating the proxy'],
      ['docs/push.md', 'Delivery: push only'],
      ['docs/http.md', 'The proxy over HTTP'],
      ['docs/security.md', 'Security'],
      ['docs/scale.md', 'Scale'],
    ],
  },
  {
    title: 'With Codat',
    guides: [
      ['docs/checklists.md', 'Checklists, side by side'],
      ['docs/codat.md', 'The Codat client'],
      ['docs/codat-coverage.md', 'What is covered'],
      ['docs/sandbox.md', 'The sandbox'],
      ['docs/demo.md', 'The demo page'],
      ['docs/decisions/README.md', 'Decisions'],
    ],
  },
];

/** `docs/push.md` as `push.html`, `docs/decisions/README.md` as `decisions/index.html`. */
const pathOf = (guide: string): string =>
  guide
    .replace(/^docs\//, '')
    .replace(/README\.md$/, 'index.html')
    .replace(/\.md$/, '.html');

/** Where a link of a guide leads from the page at `from`, which has all of the guide or a section of it. */
const hrefOf =
  (guide: string, texts: ReadonlyMap<string, string>, from = pathOf(guide)) =>
  (href: string): string => {
    if (/^[a-z]+:/i.test(href) || (href.startsWith('#') && from === pathOf(guide))) return href;
    const [path = '', anchor] = href.split('#');
    const target = path === '' ? guide : join(dirname(guide), path);
    const to = texts.has(target) ? pathOf(target) : (files.get(target) ?? target);
    return `${relative(dirname(from), to)}${anchor === undefined ? '' : `#${anchor}`}`;
  };

/** As they are shown: what leads to tests does so in the repository alone. */
const guides = async (): Promise<Map<string, string>> =>
  new Map([...(await guideTexts(root))].map(([path, text]) => [path, withoutTests(text)]));

/** Links that are dead, guides that are missing in the contents, and what is there and is no guide. */
export const faultsOf = (texts: ReadonlyMap<string, string>): string[] => {
  const listed = new Set(groups.flatMap((group) => group.guides.map(([path]) => path)));
  return [
    ...deadLinks(texts, (path) => files.has(path)).map((link) => `dead link${link}`),
    ...[...texts.keys()]
      .filter((path) => !listed.has(path) && !path.startsWith('docs/decisions/'))
      .map((path) => `${path} is not in the contents`),
    ...[...listed].filter((path) => !texts.has(path)).map((path) => `${path} is in the contents, and nowhere else`),
  ];
};
export const siteFaults = async (): Promise<string[]> => faultsOf(await guides());

const linkOf = ({ path, section }: SectionPage): NavigationLink => ({ path, text: section, under: true });

/** The HTML of every page by its path. Throws where a link is dead, or a guide is missing in the contents. */
export const sitePages = async (): Promise<Map<string, string>> => {
  const texts = await guides();
  const faults = faultsOf(texts);
  if (faults.length > 0) throw new Error(faults.join('\n'));

  const entries = await elementEntries();
  // In the order in which a customer meets them.
  const order = ['provider', 'setup', 'connect', 'accounts', 'mapping', 'status'];
  const place = (tag: string): number => order.indexOf(tag.replace('bank-feed-', ''));
  const elements = entries
    .toSorted((one, other) => place(one.tagName) - place(other.tagName))
    .map(({ tagName }): NavigationLink => ({ path: elementPath(tagName), text: `<${tagName}>` }));
  const sections = splitGuides.map((split) => ({ ...split, pages: sectionPages(split, texts.get(split.guide) ?? '') }));
  const [first, ...rest] = groups.map(({ title, guides }): NavigationGroup => ({
    title,
    links: guides.flatMap(([path, text]) => [
      { path: pathOf(path), text },
      ...(sections.find(({ guide }) => guide === path)?.pages.map(linkOf) ?? []),
    ]),
  }));
  const navigation = [...(first ? [first] : []), { title: 'Live', links: elements }, ...rest];
  const events = new Set(entries.flatMap((entry) => entry.events.map(({ name }) => name)));
  return new Map([
    ...entries.map((entry) => [elementPath(entry.tagName), pageHtml(elementPage(entry, events), navigation)] as const),
    ...[...texts].map(([guide, text]) => {
      const path = pathOf(guide);
      return [path, pageHtml({ path, ...renderMarkdown(text, hrefOf(guide, texts)) }, navigation)] as const;
    }),
    ...sections.flatMap(({ guide, pages }) =>
      pages.map(({ path, text }) => {
        const rendered = renderMarkdown(text, hrefOf(guide, texts, path));
        return [path, pageHtml({ path, ...rendered }, navigation)] as const;
      }),
    ),
  ]);
};
