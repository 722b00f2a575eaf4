import { parseDocument } from 'yaml';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { RuntimeSettings } from '../runtimes/runtime-settings.ts';
import { readPlatformFile } from './load.ts';
import { editPlatformFile, replacePlatformFile } from './platform-file-edit.ts';
import { platformFileInvalid } from './registry.ts';

/** Writes the runtime into mysimbdp.yaml, for the next start; comments stay. Throws PLATFORM_FILE_INVALID for what is no YAML. */
export async function setRuntimeKind(folder: PlatformFolder, kind: RuntimeSettings['kind']): Promise<void> {
  await editPlatformFile(folder, async () => {
    const source = await readPlatformFile(folder);
    if (source.value === undefined) throw platformFileInvalid(source.diagnostics);
    const document = parseDocument(source.text);
    document.setIn(['runtime', 'kind'], kind);
    await replacePlatformFile(folder, document.toString({ lineWidth: 0 }));
  });
}
