/** The links between the texts of README and docs: whoever shows them, the package or the site, has none that is dead. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The name by which a heading is linked to. */
export const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const headings = (text: string): string[] => [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => slug(heading));

/** Tests that a page names are there in the repository alone. */
export const withoutTests = (text: string): string => text.replaceAll(/\[([^\]]*)\]\((?:\.\.\/)+test\/[^)]*\)/g, '$1');

/** README and every guide below a folder, by path. */
export const guideTexts = async (folder: string): Promise<Map<string, string>> => {
  const docs = await readdir(join(folder, 'docs'), { recursive: true });
  const pages = ['README.md', ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];
  return new Map(
    await Promise.all(
      pages.toSorted().map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
    ),
  );
};

/** Links whose file is not there, or whose heading is not in that file. */
export const deadLinks = (texts: ReadonlyMap<string, string>, isThere: (path: string) => boolean): string[] =>
  [...texts].flatMap(([name, text]) =>
    [...text.matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(([link, path = '', anchor]) => {
      const to = path === '' ? name : join(dirname(name), path);
      const found = texts.get(to);
      const there = found !== undefined || isThere(to);
      const known = anchor === undefined || found === undefined || headings(found).includes(anchor);
      return there && known ? [] : [`  ${name}: ${link}`];
    }),
  );
