/**
 * Words of Codat's or of the software's that a customer may read, without the account numbers in them: of what
 * looks like one, an IBAN or six digits and more, the last four characters are left.
 */
export const plainWords = (text: string): string =>
  text.replace(/[A-Za-z0-9]{6,}/g, (word) => (word.replace(/\D/g, '').length < 6 ? word : `…${word.slice(-4)}`));
