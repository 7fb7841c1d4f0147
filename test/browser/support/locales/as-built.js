globalThis.languageFilesRun = [...(globalThis.languageFilesRun ?? []), 'as-built'];

export const it = { 'common.try-again': 'Riprova' };
