import type { Position } from '../../protocol/checkpoints.ts';
import type { BatchJob } from '../../protocol/jobs.ts';
import { CsvDecoder } from './csv-decoder.ts';
import type { Decoder } from './decoder.ts';
import { NdjsonDecoder } from './ndjson-decoder.ts';

/** The decoder of a job's format, from a position on. @param columns of the file, where they are known behind its header */
export function decoderFor(
  { format, limits, table }: Pick<BatchJob, 'format' | 'limits' | 'table'>,
  position: Position,
  columns: readonly string[] | null,
): Decoder {
  if (format.type === 'ndjson') return new NdjsonDecoder(format, limits.maxRecordBytes, position);
  return new CsvDecoder({
    format,
    maxRecordBytes: limits.maxRecordBytes,
    position,
    columns,
    header: {
      required: format.columns,
      table: table.name,
      tableColumns: table.columns.map((column) => column.name),
    },
  });
}
