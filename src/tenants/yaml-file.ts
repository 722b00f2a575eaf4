import { open } from 'node:fs/promises';
import { YamlSource } from './yaml-source.ts';

/**
 * Reads a YAML file; of one that is too large only as much as tells that it is. Throws the errors of the system.
 * @param file as diagnostics name it
 */
export async function readYaml(path: string, file: string, maxBytes: number): Promise<YamlSource> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const bytes = size > maxBytes ? new Uint8Array(maxBytes + 1) : await handle.readFile();
    return new YamlSource(file, bytes, maxBytes);
  } finally {
    await handle.close();
  }
}
