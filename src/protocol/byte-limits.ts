import * as z from 'zod';

/** How many bytes something of a file may take: at most `most`, and where `bySize` is given so many times the file's size. */
export const byteLimit = z.strictObject({
  most: z.number().int().positive().nullable(),
  /** `least`: what a file is given however small it is. Null where somebody has said what it may take. */
  bySize: z.strictObject({ times: z.number().positive(), least: z.number().int().positive() }).nullable(),
});
export type ByteLimit = z.infer<typeof byteLimit>;

/** What holds for a file of so many bytes on disk. */
export function bytesFor(fileBytes: number, { most, bySize }: ByteLimit): number {
  return Math.min(most ?? Infinity, bySize ? Math.max(bySize.least, fileBytes * bySize.times) : Infinity);
}
