import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FileFormat } from '../../../src/protocol/formats.ts';
import type { Position } from '../../../src/protocol/checkpoints.ts';
import { CsvDecoder } from '../../../src/runner/decode/csv-decoder.ts';
import type { Decoded } from '../../../src/runner/decode/decoder.ts';
import { TokenBucket } from '../../../src/runner/quota.ts';
import { ReadAhead } from '../../../src/runner/read-ahead.ts';
import { readRecords } from '../../../src/runner/read-records.ts';
import { FileSource } from '../../../src/runner/source/file-source.ts';

const format = {
  type: 'csv',
  delimiter: ',',
  quote: '"',
  escape: '"',
  header: true,
  columns: null,
  nulls: [''],
  trim: false,
  encoding: 'utf-8',
  compression: 'auto',
} as const satisfies FileFormat;
const start: Position = { bytes: 0, lines: 0, records: 0 };

describe('reading records', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mysimbdp-read-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Reads a file to its end or a fault, from a position on. */
  async function read(
    content: string | Buffer,
    { position = start, columns = null as readonly string[] | null, tentative = false } = {},
  ) {
    const path = join(folder, 'a.csv');
    await writeFile(path, content);
    const { size, mtimeMs } = await stat(path);
    const decoder = new CsvDecoder({
      format,
      maxRecordBytes: 64 * 2 ** 20,
      position,
      columns,
      header: { required: null, table: 'items', tableColumns: ['id', 'name'] },
    });
    let decodedBytes = 0;
    const counting = {
      get columns() {
        return decoder.columns;
      },
      decode(buffer: Buffer, last: boolean) {
        decodedBytes += buffer.length;
        return decoder.decode(buffer, last);
      },
      finish: () => decoder.finish(),
    };
    const { signal } = new AbortController();
    const ahead = new ReadAhead(new TokenBucket({ rowsPerSecond: null, bytesPerSecond: null }));
    if (!tentative) ahead.observeRows(1, 1);
    const chunks: Decoded[] = [];
    let fault: unknown;
    try {
      const source = new FileSource({ name: 'a.csv', path, size, mtimeMs }, format, 1e9);
      const reading = { from: position.bytes, ahead, drain: signal, signal };
      for await (const decoded of readRecords(source, counting, reading)) chunks.push(decoded);
    } catch (error) {
      fault = error;
    }
    const texts = chunks.flatMap((chunk) => chunk.texts);
    const rejects = chunks.flatMap((chunk) => chunk.rejects);
    return { chunks, texts, rejects, decodedBytes, columns: decoder.columns, fault };
  }

  const short = (count: number) => Array.from({ length: count }, (_, i) => `${i},n\n`).join('');

  for (const [what, value] of [
    ['one line', 'x'.repeat(4e6)],
    ['many lines', `"${'x\n'.repeat(500_000)}"`],
  ] as const) {
    for (const tentative of [false, true]) {
      it(`a very long one of ${what} costs a few times its length${tentative ? ', also as the first' : ''}`, async () => {
        const content = `id,name\n${tentative ? '' : short(3000)}9,${value}\n${short(200_000)}`;
        const { chunks, texts, decodedBytes, fault } = await read(content, { tentative });
        assert.equal(fault, undefined);
        assert.equal(texts.length, 200_001 + (tentative ? 0 : 3000));
        assert.ok(decodedBytes < 4 * content.length, `${decodedBytes} bytes of ${content.length} were decoded`);
        // The short ones behind it come in chunks as always.
        const largest = Math.max(...chunks.map(({ numbers }) => numbers.length));
        assert.ok(largest <= 2000, `${largest} records in a chunk`);
      });
    }
  }

  it('goes on behind each chunk as if it had never stopped', async () => {
    const long = 'y\n'.repeat(20_000);
    const some = `${short(30)}\n,too,many\n\n${short(700)}1\n2\n`;
    const content = `id,name\n${some}7,"${long}"\n${some.repeat(3)}8,"${long}"\n${some}`;
    const whole = await read(content);
    assert.ok(whole.chunks.length > 10 && whole.rejects.length === 15, `${whole.rejects.length} rejects`);
    const numbersOf = ({ chunks }: { chunks: Decoded[] }) => chunks.flatMap(({ numbers }) => numbers);
    const facts = (all: Awaited<ReturnType<typeof read>>, behind: number) => [
      numbersOf(all).filter((number) => number > behind),
      all.rejects.filter(({ number }) => number > behind).map(({ number, line, code }) => [number, line, code]),
      all.chunks.flatMap(({ lines, numbers }) => lines.filter((_, i) => (numbers[i] as number) > behind)),
    ];
    let consumed = 0;
    for (const { position, consumed: bytes } of whole.chunks) {
      consumed += bytes;
      assert.equal(position.bytes, consumed);
      const rest = await read(content, { position, columns: whole.columns });
      assert.deepEqual(facts(rest, 0), facts(whole, position.records), JSON.stringify(position));
    }
  });

  it('gives everything that comes before a fault of the file', async () => {
    const packed = gzipSync(`id,name\n${short(300_000)}`, { level: 0 });
    const { texts, fault } = await read(packed.subarray(0, packed.length - 1000));
    assert.equal((fault as { code?: string }).code, 'GZIP_TRUNCATED');
    assert.ok(texts.length > 299_000, `${texts.length} records`);
  });
});
