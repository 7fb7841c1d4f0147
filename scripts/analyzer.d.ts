/** What is used of the analyzer, whose own declarations leave its exports out. Its TypeScript is not ours. */
declare module '@custom-elements-manifest/analyzer/index.js' {
  export const ts: {
    readonly ScriptTarget: { readonly ES2022: number };
    createSourceFile(name: string, text: string, target: number, setParents: boolean): object;
  };
  export const create: (options: {
    readonly modules: readonly object[];
    readonly plugins: readonly object[];
    readonly context: object;
  }) => unknown;
}
declare module '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js' {
  export const litPlugin: () => readonly object[];
}
