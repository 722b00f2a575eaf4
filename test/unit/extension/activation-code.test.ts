import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../../src/foundation/programs.ts';

/** Bytes that the editor may have to read and compile at its start, of the 2.8 MB of the package. */
const mostBytes = 120_000;

describe('what is loaded when the extension is activated', () => {
  /** Code by file. */
  const loaded = new Map<string, string>();
  before(async () => {
    const follow = async (file: string): Promise<void> => {
      if (loaded.has(file)) return;
      const code = await readFile(file, 'utf8');
      loaded.set(file, code);
      for (const [, path = ''] of code.matchAll(/(?:from|import)\s*"(\.[^"]+)"/g))
        await follow(join(dirname(file), path));
    };
    await follow(join(packageRoot, 'dist', 'extension.js'));
  });

  it('is a small part of it: features load what they need with their first use', () => {
    const sizes = [...loaded].map(([file, code]) => [file, code.length] as const);
    const bytes = sizes.reduce((sum, [, size]) => sum + size, 0);
    const largest = sizes.sort(([, a], [, b]) => b - a).slice(0, 5);
    assert.ok(bytes < mostBytes, `${bytes} bytes; the largest: ${JSON.stringify(largest)}`);
  });

  it('takes from the API of the editor what it names, without a copy of all of it for each file', () => {
    const taken = [...loaded.values()].join('\n').match(/[^;{}]*Symbol\.for\("mysimbdp\.vscode"\)\][^;]*;/g) ?? [];
    assert.equal(taken.length, 1);
    assert.doesNotMatch(taken.join(''), /exports/);
  });
});
