import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { IngestionRecord } from '../../protocol/ingestion-log.ts';

/** Records of one app that were quarantined for one reason. */
export interface Rejections {
  tenant: string;
  app: string;
  code: string;
  /** As the first of them says it. */
  reason: string;
  count: number;
  /** Where the first of them is. */
  example: { file: string; line: number | null };
}

/** Of a quarantine file; one that is longer tells its reasons by its beginning. */
const readBytes = 8 * 1024 * 1024;
/** Different reasons that are told apart. */
const maxReasons = 1_000;

// A line of a quarantine file; what else it has (the original text) is not looked at.
const quarantined = z.object({
  file: z.string(),
  line: z.number().nullish(),
  column: z.string().nullish(),
  code: z.string().default('REJECTED'),
  reason: z.string().default(''),
});

/**
 * Why records are in quarantine, the most frequent reason first. Reasons that differ in numbers and quoted values only
 * count as one. At most 8 MiB of each file are read; a file that is gone by now is passed over.
 */
export async function rejectionsOf(folder: PlatformFolder, records: readonly IngestionRecord[]): Promise<Rejections[]> {
  const reasons = new Map<string, Rejections>();
  for (const { tenant, app, quarantine, counters } of records) {
    if (quarantine === null || counters.quarantined === 0) continue;
    await readQuarantine(resolve(folder.root, quarantine), (line) => {
      const { code, file, line: number } = line;
      const reason = line.column == null ? line.reason : `${line.column}: ${line.reason}`;
      const key = JSON.stringify([tenant, app, code, reason.replace(/(["'`]).*?\1/g, '…').replace(/\d+/g, '0')]);
      const known = reasons.get(key);
      if (known) known.count++;
      else if (reasons.size < maxReasons) {
        reasons.set(key, { tenant, app: app ?? '', code, reason, count: 1, example: { file, line: number ?? null } });
      }
    });
  }
  return [...reasons.values()].sort((a, b) => b.count - a.count);
}

async function readQuarantine(path: string, onLine: (line: z.infer<typeof quarantined>) => void): Promise<void> {
  const input = createReadStream(path, { encoding: 'utf8', end: readBytes - 1 });
  const lines = createInterface({ input, crlfDelay: Infinity });
  try {
    const failed = new Promise<never>((_, reject) => input.once('error', reject));
    failed.catch(() => undefined);
    for await (const text of lines) {
      const line = parseLine(text);
      if (line) onLine(line);
    }
    await Promise.race([failed, Promise.resolve()]);
  } catch {
    // It has been taken away, or this user may not read it: the counts are in the table anyway.
  } finally {
    lines.close();
    input.destroy();
  }
}

function parseLine(text: string): z.infer<typeof quarantined> | undefined {
  try {
    return quarantined.parse(JSON.parse(text));
  } catch {
    // The last line of what was read may be cut.
    return undefined;
  }
}
