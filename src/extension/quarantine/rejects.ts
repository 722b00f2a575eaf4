import * as z from 'zod';
import { linesOf, mostCharacters } from './lines.ts';

const quarantined = z.object({
  file: z.string(),
  line: z.number().int().positive(),
  column: z.string().nullable(),
  code: z.string(),
  reason: z.string(),
});

/** A rejected record as the list shows it; what it was is in its line of the file. */
export interface Reject extends z.infer<typeof quarantined> {
  /** Its line in the file of rejected records, from 0; `line` is that of the source, from 1. */
  index: number;
}

/** The first `most` rejected records of a file. Lines that are none, as a crash can leave them behind, are passed over. */
export async function readRejects(path: string, most: number): Promise<Reject[]> {
  const rejects: Reject[] = [];
  let index = -1;
  for await (const line of linesOf(path)) {
    index++;
    const record = quarantined.safeParse(parse(line));
    if (record.success) rejects.push({ ...record.data, index });
    if (rejects.length >= most) break;
  }
  return rejects;
}

/** What a line says; of one that was cut, what stands before the text of the record. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line.length < mostCharacters ? line : line.replace(/,"raw(Base64)?":.*$/s, '}'));
  } catch {
    return undefined;
  }
}
