import ts from 'typescript';

/** Attributes whose value a person reads or hears. */
export const spokenAttributes = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
  'label',
  'placeholder',
  'title',
]);
const tags = new Set(['html', 'svg']);
const comment = /<!--.*?-->/gs;
const element = /<\/?[a-z](?:"[^"]*"|'[^']*'|[^"'>])*>/gis;
const attribute = /([^\s"'<>/=]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)/gs;

/** Stands for an expression, so that it passes for text wherever one may stand. */
export const hole = '\uE000';

/** Stands for what is not words: markup, comments, values that nobody reads. */
export const blank = '\0';

/** The values of spoken attributes, at their places. */
const spokenIn = (markup: string): string => {
  let kept = blank.repeat(markup.length);
  for (const { 0: whole, 1: name = '', 2: value = '', index } of markup.matchAll(attribute)) {
    if (!spokenAttributes.has(name.replace(/^[.?]/, '').toLowerCase())) continue;
    const end = index + whole.length;
    kept = kept.slice(0, end - value.length) + value.replace(/["']/g, blank) + kept.slice(end);
  }
  return kept;
};

export interface TemplateParts {
  /** The template's own words, everything else being `blank`; `start` is where it begins in the file. */
  readonly words: string;
  readonly start: number;
  /** The expressions that stand where words are shown. */
  readonly shown: readonly ts.Expression[];
  /** The others: classes, listeners and the like. */
  readonly hidden: readonly ts.Expression[];
}

/** Undefined for what is no template of markup. */
export function templateParts({ tag, template }: ts.TaggedTemplateExpression): TemplateParts | undefined {
  if (!ts.isIdentifier(tag) || !tags.has(tag.text)) return undefined;
  const file = tag.getSourceFile();
  const start = template.getStart(file) + 1;
  const holes: { expression: ts.Expression; at: number }[] = [];
  let text = file.text.slice(start, template.getEnd() - 1);
  if (ts.isTemplateExpression(template)) {
    let before: ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail = template.head;
    for (const { expression, literal } of template.templateSpans) {
      const at = before.getEnd() - '${'.length - start;
      const end = literal.getStart(file) + '}'.length - start;
      text = text.slice(0, at) + hole.repeat(end - at) + text.slice(end);
      holes.push({ expression, at });
      before = literal;
    }
  }
  const words = text.replace(comment, (whole) => blank.repeat(whole.length)).replace(element, spokenIn);
  const isShown = ({ at }: { at: number }): boolean => words[at] === hole;
  return {
    words,
    start,
    shown: holes.filter(isShown).map(({ expression }) => expression),
    hidden: holes.filter((each) => !isShown(each)).map(({ expression }) => expression),
  };
}
