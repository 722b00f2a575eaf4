import { readFile, stat } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { RuntimeSettings } from '../runtimes/runtime-settings.ts';

/** Writes the runtime into mysimbdp.yaml, for the next start; comments stay. */
export async function setRuntimeKind({ platformFile }: PlatformFolder, kind: RuntimeSettings['kind']): Promise<void> {
  const document = parseDocument(await readFile(platformFile, 'utf8'));
  document.setIn(['runtime', 'kind'], kind);
  const { mode } = await stat(platformFile);
  await writeFileAtomic(platformFile, document.toString({ lineWidth: 0 }), mode & 0o777);
}
