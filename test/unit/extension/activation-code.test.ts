import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../../src/foundation/programs.ts';

/** Bytes that the editor may have to read and compile at its start, of the 2.8 MB of the package. */
const mostBytes = 120_000;

describe('what is loaded when the extension is activated', () => {
  it('is a small part of it: features load what they need with their first use', async () => {
    const loaded = new Map<string, number>();
    const follow = async (file: string): Promise<void> => {
      if (loaded.has(file)) return;
      const code = await readFile(file, 'utf8');
      loaded.set(file, code.length);
      for (const [, path = ''] of code.matchAll(/(?:from|import)\s*"(\.[^"]+)"/g))
        await follow(join(dirname(file), path));
    };
    await follow(join(packageRoot, 'dist', 'extension.js'));
    const bytes = [...loaded.values()].reduce((sum, size) => sum + size, 0);
    const largest = [...loaded].sort(([, a], [, b]) => b - a).slice(0, 5);
    assert.ok(bytes < mostBytes, `${bytes} bytes; the largest: ${JSON.stringify(largest)}`);
  });
});
