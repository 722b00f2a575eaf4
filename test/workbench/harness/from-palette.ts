import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundation/programs.ts';

/** The commands that package.json contributes to the palette, each with what that shows: `mysimbdp: Start Platform`. */
export async function contributedCommands(): Promise<{ command: string; palette: string }[]> {
  const [manifest, texts] = await Promise.all([readJson('package.json'), readJson('package.nls.json')]);
  const { commands, menus } = (manifest as { contributes: Contributions }).contributes;
  const hidden = new Set(menus.commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command));
  const shown = commands.filter(({ command }) => !hidden.has(command));
  return shown.map(({ command, title, category }) => {
    const text = (texts as Record<string, string>)[title.slice(1, -1)];
    return { command, palette: `${category}: ${text ?? title}` };
  });
}

interface Contributions {
  commands: Contributed[];
  menus: { commandPalette: { command: string; when: string }[] };
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
