import type { InputChunk } from '../chunks.ts';

/** A file of the job as apps know it. */
export interface NamedFile {
  name: string;
  /** First part of the row ids of its records. */
  rowIdPrefix: string;
}

/** Record `index` of a chunk as an object that the app may change. */
export function inputRow(chunk: InputChunk, index: number): Record<string, unknown> {
  const texts = chunk.texts[index];
  if (!texts) return { ...chunk.objects[index] };
  const row: Record<string, unknown> = {};
  const { columns } = chunk;
  for (let i = 0; i < columns.length; i++) row[columns[i] as string] = texts[i];
  return row;
}

/** A UUID (RFC 9562, version 8) of the file's content and the record's number: the same at every replay. */
export function rowId(prefix: string, record: number): string {
  return prefix + record.toString(16).padStart(12, '0');
}

/** The first part of the row ids of a file, from the SHA-256 of its content. */
export function rowIdPrefix(sha256: string): string {
  return `${sha256.slice(0, 8)}-${sha256.slice(8, 12)}-8${sha256.slice(12, 15)}-a${sha256.slice(15, 18)}-`;
}

/** Whether an app gave something else than the record as it was decoded. */
export function isChanged(returned: unknown, chunk: InputChunk, index: number): boolean {
  const rows = Array.isArray(returned) ? (returned as unknown[]) : [returned];
  const row = rows[0];
  if (rows.length !== 1 || typeof row !== 'object' || row === null) return true;
  const before = inputRow(chunk, index);
  const names = Object.keys(row);
  return (
    names.length !== Object.keys(before).length ||
    names.some((name) => (row as Record<string, unknown>)[name] !== before[name])
  );
}
