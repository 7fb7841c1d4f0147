import ts from 'typescript';
import { platforms } from '../../src/contract/platforms.ts';
import { blank, hole, spokenAttributes, templateParts } from './template-parts.ts';

export interface Stray {
  readonly words: string;
  readonly line: number;
}

const names = new Set<string>(Object.values(platforms).map(({ name }) => name));
/** What speaks, or asks, by itself. */
const speakers = new Set(['say', 'ask', 'append', 'prepend', 'replaceChildren']);
const spokenProperties = new Set(['textContent', 'innerText', 'title', 'placeholder', 'alt', 'ariaLabel']);
/** Names of `KeyboardEvent.key`. */
const key = /^(Arrow(Up|Down|Left|Right)|Page(Up|Down)|Home|End|Enter|Escape|Tab|Backspace|Delete)$/;

const hasWords = (text: string): boolean => /\p{L}/u.test(text) && !names.has(text.trim());

const beginning = /^\s*\p{Lu}[\p{Ll}’]/u;
const sentence = /\p{L} \p{L}.*[.?!…]$/u;
const joined = new RegExp(`${hole} \\p{L}|\\p{L} ${hole}`, 'u');

/** Anywhere in the code: begins or ends like a sentence, or joins values by words. */
const readsLikeText = (text: string): boolean =>
  [beginning, sentence, joined].some((pattern) => pattern.test(text)) && !key.test(text) && !names.has(text);

const textOf = (node: ts.Node): string | undefined =>
  ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)
    ? node.text
    : ts.isTemplateExpression(node)
      ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(hole)
      : undefined;

const wordsBetween = new RegExp(`[^\\s${hole}${blank}][^${hole}${blank}]*`, 'g');

/** An error's own words are for developers. */
const isForDevelopers = (node: ts.Node): boolean =>
  (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && node.name.text === 'detail') ||
  (ts.isNewExpression(node) && node.expression.getText().endsWith('Error'));

const isType = (node: ts.Node): boolean =>
  ts.isTypeNode(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node);

const joins = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

/** The strings that an expression may come to, without looking into what it calls. */
const outcomes = (node: ts.Node): ts.Node[] => {
  if (textOf(node) !== undefined) return [node];
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(outcomes);
  if (ts.isBinaryExpression(node)) {
    return joins.has(node.operatorToken.kind) ? [node.left, node.right].flatMap(outcomes) : [];
  }
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return outcomes(node.expression);
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(outcomes);
  if (ts.isObjectLiteralExpression(node)) return node.properties.flatMap(outcomes);
  return ts.isPropertyAssignment(node) ? outcomes(node.initializer) : [];
};

/** Words that a customer could read and that no language file knows of. */
export function strayWords(file: ts.SourceFile): Stray[] {
  const found = new Map<number, string>();
  /** Values of attributes that nobody reads. */
  const unread = new Set<ts.Node>();
  const tell = (at: number, words: string): void =>
    void found.set(at, words.replaceAll(hole, ' ').replace(/\s+/g, ' ').trim());
  const shows = (node: ts.Node): void => {
    for (const one of outcomes(node)) {
      const text = textOf(one) ?? '';
      if (hasWords(text.replaceAll(hole, ' '))) tell(one.getStart(file), text);
    }
  };
  const visit = (node: ts.Node): void => {
    if (isType(node) || isForDevelopers(node)) return;
    if (ts.isTaggedTemplateExpression(node)) {
      const parts = templateParts(node);
      for (const { 0: words, index } of parts?.words.matchAll(wordsBetween) ?? [])
        if (hasWords(words.replace(/&\w+;/g, ''))) tell((parts?.start ?? 0) + index, words);
      parts?.shown.forEach(shows);
      for (const one of parts?.hidden.flatMap(outcomes) ?? []) unread.add(one);
    } else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { text } = node.expression.name;
      const [first, second] = node.arguments;
      if (speakers.has(text)) node.arguments.forEach(shows);
      else if (text === 'setAttribute' && second && spokenAttributes.has(first ? (textOf(first) ?? '') : ''))
        shows(second);
    } else if (
      ts.isBinaryExpression(node) &&
      ts.isPropertyAccessExpression(node.left) &&
      spokenProperties.has(node.left.name.text)
    ) {
      shows(node.right);
    }
    const text = textOf(node);
    if (text !== undefined && !unread.has(node) && !ts.isTaggedTemplateExpression(node.parent) && readsLikeText(text)) {
      tell(node.getStart(file), text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...found]
    .toSorted(([one], [other]) => one - other)
    .map(([at, words]) => ({ words, line: file.getLineAndCharacterOfPosition(at).line + 1 }));
}
