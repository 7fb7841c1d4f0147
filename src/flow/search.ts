/** Lists up to this length are read faster than they are searched. */
export const searchFrom = 13;

/** Letters as a person types them: no accents, no case, no spaces or dots inside numbers and names. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\s.,'’•-]/gu, '')
    .toLowerCase();

/** Whether all words of a query are somewhere in these texts; an empty query finds everything. */
export const searcher = (query: string): ((...texts: readonly string[]) => boolean) => {
  const words = query
    .split(/\s+/)
    .map(plain)
    .filter((word) => word !== '');
  if (words.length === 0) return () => true;
  return (...texts) => {
    const within = texts.map(plain).join(' ');
    return words.every((word) => within.includes(word));
  };
};
