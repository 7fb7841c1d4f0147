/** @throws {Error} on an older Node, which lacks what exact amounts are written with. */
export function checkNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 13)) return;
  throw new Error(`The sandbox needs Node 22.13 or newer; this is ${version}.`);
}
