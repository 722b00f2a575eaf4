/** A problem in a file that people write, at the exact place. Lines and columns count from 1; the end is exclusive. */
export interface Diagnostic {
  /** Relative to the platform folder, with '/' between the parts. */
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  severity: 'error' | 'warning';
  /** Stable, upper-case: `UNKNOWN_KEY`. */
  code: string;
  message: string;
  /** What was probably meant, as it would be written in the file. */
  suggestion?: string;
  /** Names and indices to what the problem is about: for a missing key, where it would be. */
  path?: (string | number)[];
}

/** A place in a file, as diagnostics have it. */
export type Span = Pick<Diagnostic, 'line' | 'column' | 'endLine' | 'endColumn'>;

export const fileStart: Span = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** `tenants/x/tenant.yaml:12:5: error UNKNOWN_KEY: …`, and the suggestion on a line of its own. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, severity, code, message, suggestion } = diagnostic;
  const text = `${file}:${line}:${column}: ${severity} ${code}: ${message}`;
  return suggestion === undefined ? text : `${text}\n  did you mean "${suggestion}"?`;
}

/** By file, then by place. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}
