import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { PlatformFolder } from '../foundation/platform-folder.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What a command is given by whoever runs the CLI. */
export interface CliEnvironment {
  terminal: Terminal;
  /** Aborts when the user wants the command to end in order. */
  signal: AbortSignal;
  /** Absolute. */
  workingFolder: string;
}

export interface CommandContext extends CliEnvironment {
  /** The platform folder: `--platform DIR`, or the working folder or the nearest above it. Throws NOT_A_PLATFORM_FOLDER. */
  platformFolder(): Promise<PlatformFolder>;
  /** Wraps the action of a command: what it resolves with is the exit status. */
  action<A extends unknown[]>(work: (...args: A) => Promise<number>): (...args: A) => Promise<void>;
}

/** @param named what `--platform` says */
export async function platformFolderOf(workingFolder: string, named: string | undefined): Promise<PlatformFolder> {
  const { findPlatformFolder, notAPlatformFolder } = await import('../tenants/platform-file.ts');
  if (named === undefined) return findPlatformFolder(workingFolder);
  const folder = new PlatformFolder(resolve(workingFolder, named));
  if (!existsSync(folder.platformFile)) throw notAPlatformFolder(folder.root);
  return folder;
}
