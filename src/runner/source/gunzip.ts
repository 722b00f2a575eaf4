import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

const outputSize = 256 * 1024;

/**
 * Decompresses. Everything that the bytes before a damage or an early end still give is yielded before the error is
 * thrown: a stream in a pipe would throw it away. One input chunk is decompressed at a time, up to a thousand times its
 * size in memory, so chunks have to be small.
 * @throws the error of zlib (`Z_BUF_ERROR`: the data end too early)
 */
export async function* gunzip(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: outputSize });
  const output: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => output.push(chunk));
  let failure: Error | undefined;
  const failed = new Promise<void>((resolve) => {
    stream.once('error', (error) => {
      failure = error;
      resolve();
    });
  });
  // Only what is called here is waited for: zlib always comes back, with a result or with an error.
  const outcome = async (work: Promise<unknown>) => {
    await Promise.race([work.catch(() => undefined), failed]);
    return output.splice(0);
  };
  try {
    for await (const chunk of compressed) {
      yield* await outcome(new Promise((resolve) => stream.write(chunk, resolve)));
      if (failure) throw failure;
    }
    stream.end();
    yield* await outcome(finished(stream));
    if (failure) throw failure;
  } finally {
    stream.destroy();
  }
}
