globalThis.languageFilesRun = [...(globalThis.languageFilesRun ?? []), 'as-built'];

export const texts = '\nCollegato';
