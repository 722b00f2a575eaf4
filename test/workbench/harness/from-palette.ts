import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundation/programs.ts';

/** The commands that package.json contributes, each with what the palette shows: `mysimbdp: Start Platform`. */
export async function contributedCommands(): Promise<{ command: string; palette: string }[]> {
  const [manifest, texts] = await Promise.all([readJson('package.json'), readJson('package.nls.json')]);
  const { commands } = (manifest as { contributes: { commands: Contributed[] } }).contributes;
  return commands.map(({ command, title, category }) => {
    const text = (texts as Record<string, string>)[title.slice(1, -1)];
    return { command, palette: `${category}: ${text ?? title}` };
  });
}

interface Contributed {
  command: string;
  /** A key of package.nls.json, between percent signs. */
  title: string;
  category: string;
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(join(packageRoot, file), 'utf8'));
}
