import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Characters of a line that are given; what is longer is nothing to look at, and is cut. */
export const mostCharacters = 1024 * 1024;

interface LinesOptions {
  gzip?: boolean;
  signal?: AbortSignal | undefined;
}

/** The lines of a text file of any size, without their line ends. The file is closed also when not all of them are wanted. */
export async function* linesOf(path: string, { gzip = false, signal }: LinesOptions = {}): AsyncGenerator<string> {
  const file = createReadStream(path, signal ? { signal } : {});
  // Who reads is told of what goes wrong by the stream that is read.
  const text: Readable = gzip ? pipeline(file, createGunzip(), () => undefined) : file;
  text.setEncoding('utf8');
  let line = '';
  for await (const chunk of text as AsyncIterable<string>) {
    // Not readline: it takes further characters for line ends, which JSON may have within a string.
    const [first = '', ...others] = chunk.split('\n');
    line = begun(line, first);
    for (const other of others) {
      yield line.endsWith('\r') ? line.slice(0, -1) : line;
      line = begun('', other);
    }
  }
  if (line !== '') yield line;
}

function begun(line: string, more: string): string {
  return line.length >= mostCharacters ? line : line + more.slice(0, mostCharacters - line.length);
}
