/** Passes on at most `limit` bytes; where there are more, throws behind the last of them what `excess` makes. */
export async function* atMost(
  limit: number,
  bytes: AsyncIterable<Buffer>,
  excess: () => Error,
): AsyncGenerator<Buffer> {
  let left = limit;
  for await (const chunk of bytes) {
    if (chunk.length > left) {
      if (left > 0) yield chunk.subarray(0, left);
      throw excess();
    }
    left -= chunk.length;
    yield chunk;
  }
}
