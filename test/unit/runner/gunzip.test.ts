import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { gunzip } from '../../../src/runner/source/gunzip.ts';

const text = Buffer.from(Array.from({ length: 50_000 }, (_, i) => `${i},value ${(i * 7919) % 1000}\n`).join(''));
const compressed = gzipSync(text);

async function read(bytes: Buffer, pieceLength: number): Promise<{ content: Buffer; code: unknown }> {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += pieceLength) {
      yield await Promise.resolve(bytes.subarray(at, at + pieceLength));
    }
  }
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of gunzip(pieces())) chunks.push(chunk);
    return { content: Buffer.concat(chunks), code: undefined };
  } catch (error) {
    return { content: Buffer.concat(chunks), code: (error as { code?: unknown }).code };
  }
}

for (const pieceLength of [1000, 1_000_000]) {
  describe(`gunzip of pieces of ${pieceLength} bytes`, () => {
    it('gives the whole content, also of several members', async () => {
      assert.deepEqual(await read(compressed, pieceLength), { content: text, code: undefined });
      const twice = await read(Buffer.concat([compressed, compressed]), pieceLength);
      assert.equal(twice.content.length, 2 * text.length);
      assert.deepEqual(await read(gzipSync(''), pieceLength), { content: Buffer.alloc(0), code: undefined });
    });

    it('gives everything before an early end, then the error', async () => {
      for (const length of [compressed.length >> 1, compressed.length - 4]) {
        const { content, code } = await read(compressed.subarray(0, length), pieceLength);
        assert.equal(code, 'Z_BUF_ERROR');
        const share = length / compressed.length;
        assert.ok(content.length > 0.8 * share * text.length, `${content.length} bytes`);
        assert.ok(text.subarray(0, content.length).equals(content));
      }
    });

    it('tells damaged data from cut ones', async () => {
      const damaged = Buffer.from(compressed);
      damaged.fill(0xff, compressed.length >> 1, (compressed.length >> 1) + 50);
      assert.equal((await read(damaged, pieceLength)).code, 'Z_DATA_ERROR');
      assert.equal((await read(text, pieceLength)).code, 'Z_DATA_ERROR');
    });
  });
}
