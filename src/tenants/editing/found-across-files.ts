/** Codes of what only the check of a whole folder finds. */
export const foundAcrossFiles: ReadonlySet<string> = new Set(['DUPLICATE_TENANT', 'GUARANTEES_OVER_CAPACITY']);
