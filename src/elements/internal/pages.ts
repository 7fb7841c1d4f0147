interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | undefined;
}

/** Far above any real list; a server that never stops giving cursors does not hold the page. */
const mostPages = 100;

/** Every page of a list, one after another. */
export const allPages = async <Item, One extends Page<Item>>(
  read: (cursor: string | undefined) => Promise<One>,
): Promise<One[]> => {
  const pages: One[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    pages.push(page);
    cursor = page.nextCursor;
  } while (cursor !== undefined && pages.length < mostPages);
  return pages;
};
