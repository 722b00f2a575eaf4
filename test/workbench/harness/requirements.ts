import { messageOf } from '../../../src/foundation/errors.ts';
import { chromiumProgram } from './chromium.ts';
import { serverProgram } from './server-installation.ts';

/** Paths of the two programs that a workbench is made of. */
export interface WorkbenchPrograms {
  server: string;
  chromium: string;
}

let found: Promise<WorkbenchPrograms | string> | undefined;

/** What a workbench needs, installed where it can be; else one line that says what is missing. Asked once a process. */
export function workbenchPrograms(say: (line: string) => void = console.warn): Promise<WorkbenchPrograms | string> {
  return (found ??= find(say));
}

async function find(say: (line: string) => void): Promise<WorkbenchPrograms | string> {
  if (process.platform === 'win32') return "VS Code's server out of code-server does not run on Windows.";
  const chromium = chromiumProgram();
  if (chromium === undefined)
    return 'There is no Chromium: install it (apt-get install chromium), or name one in MYSIMBDP_CHROMIUM.';
  try {
    return { chromium, server: await serverProgram(say) };
  } catch (error) {
    return `VS Code's server cannot be installed: ${messageOf(error)
      .replaceAll(/\s*\n\s*/g, ' ')
      .slice(0, 600)}`;
  }
}
