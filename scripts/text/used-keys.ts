import ts from 'typescript';

/**
 * The keys that the code names: as they are, or put together in a template whose type says what it may come to. A
 * place that takes any key names none.
 */
export function usedKeys(program: ts.Program, files: readonly ts.SourceFile[], keys: ReadonlySet<string>): Set<string> {
  const checker = program.getTypeChecker();
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) used.add(node.text);
    if (ts.isTemplateExpression(node)) {
      const type = checker.getTypeAtLocation(ts.isAsExpression(node.parent) ? node.parent : node);
      const named = (type.isUnion() ? type.types : [type]).flatMap((one) =>
        one.isStringLiteral() && keys.has(one.value) ? [one.value] : [],
      );
      if (named.length < keys.size) for (const key of named) used.add(key);
    }
    ts.forEachChild(node, visit);
  };
  files.forEach(visit);
  return used;
}
