import { PlatformFolder } from '../../foundation/platform-folder.ts';
import { maxPlatformFileBytes, readPlatformFile } from '../load.ts';
import type { PlatformFileContent } from '../platform-file.ts';
import { checkPlatformFile } from '../platform-file.ts';
import { YamlSource } from '../yaml-source.ts';

/** One of the two YAML files as it stands in an editor, saved or not. Plain data, for it goes to a thread. */
export interface EditedFile {
  /** The platform folder, absolute. */
  root: string;
  /** Relative to it: `mysimbdp.yaml` or `tenants/<tenant>/tenant.yaml`. */
  file: string;
  /** The tenant by its folder; absent for mysimbdp.yaml. */
  tenant?: string;
  text: string;
  /** mysimbdp.yaml as it stands in an editor, when it is not saved; otherwise it is read from disk. */
  platformText?: string;
}

/** A file beside the platform that it belongs to. */
export interface Surrounded extends EditedFile {
  folder: PlatformFolder;
  /** What mysimbdp.yaml says; when it is the file itself, what that says now. */
  platform: PlatformFileContent;
  platformSource: YamlSource;
}

/** Reads mysimbdp.yaml for an edited file. Throws NOT_A_PLATFORM_FOLDER. */
export async function surrounded(edited: EditedFile): Promise<Surrounded> {
  const folder = new PlatformFolder(edited.root);
  const text = edited.tenant === undefined ? edited.text : edited.platformText;
  const platformSource =
    text === undefined ? await readPlatformFile(folder) : yamlOf('mysimbdp.yaml', text, maxPlatformFileBytes);
  return { ...edited, folder, platformSource, platform: checkPlatformFile(platformSource, folder) };
}

export function yamlOf(file: string, text: string, maxBytes: number): YamlSource {
  return new YamlSource(file, new TextEncoder().encode(text), maxBytes);
}
