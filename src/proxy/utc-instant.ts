/** Codat's DateTime may lack its zone: it is UTC then. */
export const utcInstant = (dateTime: string | null | undefined): string | undefined => {
  if (!dateTime) return undefined;
  const milliseconds = Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(dateTime) ? dateTime : `${dateTime}Z`);
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds).toISOString();
};
