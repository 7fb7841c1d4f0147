/** What a minifier leaves as it is: the text of templates, and what decorators become. */
import { Visitor, type ESTree, type Plugin } from 'vite';

/** Around these a space is never drawn, but would be a node of its own in every copy of a template. */
const block =
  'caption|d[dlt]|details|dialog|div|fieldset|form|h[23]|header|legend|li|nav|ol|p|section|summary|t(?:able|body|d|h|head|r)|ul';
const aroundBlocks = [
  new RegExp(` (</?(?:${block})\\b)`, 'g'),
  new RegExp(`(</(?:${block}) ?>) `, 'g'),
  new RegExp(`(<(?:${block})(?: [^<>]*)?>) `, 'g'),
] as const;

/** Line breaks and indentation are for readers of the source: where text flows, a run of them is one space. */
export const compactHtml = (text: string): string =>
  aroundBlocks.reduce((html, pattern) => html.replace(pattern, '$1'), text.replace(/\s*\n\s*/g, ' '));

export const compactCss = (text: string): string =>
  text
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;}/g, '}');

const compactions = new Map([
  ['html', compactHtml],
  ['svg', compactHtml],
  ['css', compactCss],
]);

/**
 * Templates are text to a minifier, which leaves them as they are. The line breaks taken out are put behind each piece,
 * where they mean nothing, so that the lines of the source map stay right.
 */
export const compactTemplates = (code: string, program: ESTree.Program): string => {
  const pieces: { readonly piece: ESTree.TemplateElement; readonly text: string }[] = [];
  new Visitor({
    TaggedTemplateExpression({ tag, quasi }) {
      const compact = tag.type === 'Identifier' ? compactions.get(tag.name) : undefined;
      if (compact) pieces.push(...quasi.quasis.map((piece) => ({ piece, text: compact(piece.value.raw) })));
    },
  }).visit(program);
  let compacted = '';
  let at = 0;
  for (const { piece, text } of pieces.toSorted((one, other) => one.piece.start - other.piece.start)) {
    const behind = piece.end + (piece.tail ? '`' : '${').length;
    const breaks = piece.value.raw.split('\n').length - 1;
    compacted += code.slice(at, piece.start) + text + code.slice(piece.end, behind);
    compacted += '\n'.repeat(breaks);
    at = behind;
  }
  return compacted + code.slice(at);
};

/** Lit's decorators do nothing but this; what they were lowered to is longer, and brings two helpers along. */
export const plainProperties = (code: string): string => {
  const plain = code.replace(
    /_decorate\(\[(property|state)\(([^]*?)\)\], (\w+)\.prototype, ("\w+"), void 0\);/g,
    (_all, kind: string, options: string, name: string, key: string) =>
      `${name}.createProperty(${key}, ${kind === 'state' ? '{ state: true }' : options || '{}'});`,
  );
  if (plain.includes('_decorate(')) throw new Error('A decorator was lowered in another way than these know.');
  return plain;
};

export const compactSource: Plugin = {
  name: 'compact-source',
  transform(code, id) {
    if (!/src[\\/]elements[\\/].*\.ts$/.test(id)) return null;
    return { code: plainProperties(compactTemplates(code, this.parse(code))), map: null };
  },
};
