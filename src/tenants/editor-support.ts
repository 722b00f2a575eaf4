import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { packageRoot, programPath } from '../foundation/programs.ts';

/**
 * Puts the types of the SDK and the schemas of the YAML files where the editor looks for them. Done anew at every start of the
 * platform and when its folder is opened: a newer mysimbdp brings newer ones. What is up to date is left alone, so that
 * nobody who watches the files reads them again for nothing.
 */
export async function refreshEditorSupport(folder: PlatformFolder): Promise<void> {
  const media = join(packageRoot, 'media');
  const copies = [
    [join(dirname(programPath('sdk')), 'sdk.d.ts'), join(folder.state, 'sdk', 'index.d.ts')],
    [join(media, 'mysimbdp.schema.json'), join(folder.state, 'schema', 'mysimbdp.schema.json')],
    [join(media, 'tenant.schema.json'), join(folder.state, 'schema', 'tenant.schema.json')],
  ] as const;
  // Whoever makes the folder of the state first: tenants' rows will be in there.
  await mkdir(folder.state, { recursive: true, mode: 0o700 });
  for (const [from, to] of copies) {
    await mkdir(dirname(to), { recursive: true });
    // The platform works without what only an editor reads.
    const text = await textOf(from);
    if (text !== undefined && text !== (await textOf(to))) await writeFile(to, text);
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
