globalThis.languageFilesRun = [...(globalThis.languageFilesRun ?? []), 'tampered'];

export const texts = '\nCollegato';
