import { type OpenApiDocument, documentPath, readDocument } from '../../contract/document.ts';

const path = documentPath();

/** The document that CODAT_OPENAPI names; without it there is nothing to run, and the runner is told why. */
export const documented: { readonly path: string; readonly document: OpenApiDocument } | undefined =
  path === undefined ? undefined : { path, document: readDocument(path) };

export const unlessDocumented: { readonly skip: string | false } = {
  skip: documented === undefined && 'CODAT_OPENAPI does not name the document',
};
