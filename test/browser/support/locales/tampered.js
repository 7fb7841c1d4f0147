globalThis.languageFilesRun = [...(globalThis.languageFilesRun ?? []), 'tampered'];

export const it = { 'common.try-again': 'Riprova' };
