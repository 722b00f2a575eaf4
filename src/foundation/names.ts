/** Names of tenants, apps, tables and topics: `[a-z][a-z0-9]*(_[a-z0-9]+)*`, at most 40 characters. */
export const namePattern = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
export const maxNameLength = 40;

export function isName(text: string): boolean {
  return text.length <= maxNameLength && namePattern.test(text);
}
