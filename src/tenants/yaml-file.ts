import { open } from 'node:fs/promises';
import { maxYamlBytes, YamlSource } from './yaml-source.ts';

/**
 * Reads a YAML file; of one that is too large only as much as tells that it is. Throws the errors of the system.
 * @param file as diagnostics name it
 */
export async function readYaml(path: string, file: string): Promise<YamlSource> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    return new YamlSource(file, size > maxYamlBytes ? new Uint8Array(maxYamlBytes + 1) : await handle.readFile());
  } finally {
    await handle.close();
  }
}
