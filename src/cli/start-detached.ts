import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findControlPlane } from '../api/location.ts';
import { until } from '../foundation/deadlines.ts';
import { PlatformError } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { ControlPlaneLocation } from '../protocol/management.ts';

/** How long a platform may take until it answers, in milliseconds: images may have to be downloaded. It ends by itself before when it fails. */
const startMs = 1_800_000;
const shownLines = 20;

function notStarted(why: string, output: string, log: string): PlatformError {
  const last = output.trimEnd().split('\n').slice(-shownLines).join('\n');
  return new PlatformError({
    code: 'PLATFORM_NOT_STARTED',
    message: `the platform did not start: ${why}`,
    hint: last === '' ? `Its output is in ${log}.` : `Its last output (all of it is in ${log}):\n${last}`,
  });
}

/**
 * Starts this program's `up` as a process of its own, with its output in `.mysimbdp/logs/up.log`, and waits until it
 * answers. Throws PLATFORM_NOT_STARTED with the end of that output. One that is given up by the signal is ended.
 */
export async function startDetached(
  folder: PlatformFolder,
  options: readonly string[],
  signal: AbortSignal,
): Promise<ControlPlaneLocation> {
  const log = join(dirname(folder.platformLog), 'up.log');
  await mkdir(dirname(log), { recursive: true });
  const output = await open(log, 'a+');
  try {
    const { size: before } = await output.stat();
    const child = spawn(
      process.execPath,
      [...process.execArgv, process.argv[1] ?? '', '--platform', folder.root, 'up', ...options],
      { detached: true, windowsHide: true, stdio: ['ignore', output.fd, output.fd], cwd: folder.root },
    );
    let ended: string | undefined;
    child.once('error', (error) => (ended = error.message));
    child.once('exit', (code, killer) => (ended = killer ?? `it ended with status ${code ?? 'unknown'}`));
    child.unref();
    const failure = async (why: string) => notStarted(why, await readFrom(output, before), log);

    const found = await until(
      startMs,
      'the start of the platform',
      async () => ended ?? (await findControlPlane(folder)),
      signal,
      100,
    ).catch(async (error: unknown) => {
      // Nobody would own it.
      if (child.pid !== undefined && ended === undefined) process.kill(child.pid, 'SIGINT');
      signal.throwIfAborted();
      throw await failure(error instanceof Error ? error.message : 'it does not answer');
    });
    if (typeof found === 'string') throw await failure(found);
    return found;
  } finally {
    await output.close();
  }
}

/** At most the last 64 KiB of what was written since `start`. */
async function readFrom(file: Awaited<ReturnType<typeof open>>, start: number): Promise<string> {
  const { size } = await file.stat();
  const length = Math.min(size - start, 64 * 1024);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.toString('utf8', 0, bytesRead);
}
