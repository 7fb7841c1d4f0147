/** Lists up to this length are read faster than they are searched. */
export const searchFrom = 13;

/** Letters as a person types them: no accents, no case, no spaces or dots inside numbers and names. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\s.,'’•-]/gu, '')
    .toLowerCase();

/** Texts prepared once for many searches. */
export const searchable = (...texts: readonly string[]): string => texts.map(plain).join(' ');

/** Whether all words of a query are somewhere in prepared texts; an empty query finds everything. */
export const finder = (query: string): ((prepared: string) => boolean) => {
  const words = query
    .split(/\s+/)
    .map(plain)
    .filter((word) => word !== '');
  return (prepared) => words.every((word) => prepared.includes(word));
};

/** The same over texts as they are. */
export const searcher = (query: string): ((...texts: readonly string[]) => boolean) => {
  if (plain(query) === '') return () => true;
  const find = finder(query);
  return (...texts) => find(searchable(...texts));
};
