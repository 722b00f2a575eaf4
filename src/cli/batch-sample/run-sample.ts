import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { runOnSample } from '../../batch/sample/run-on-sample.ts';
import { sampleFiles } from '../../batch/sample/sample-files.ts';
import { PlatformError, systemCode } from '../../foundation/errors.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { SampleResult } from '../../protocol/samples.ts';
import type { BatchApp } from '../../tenants/effective-profile.ts';
import { appOf, loadTenant } from '../../tenants/load-tenant.ts';
import type { CliEnvironment } from '../command-context.ts';
import { exitStatus } from '../errors.ts';
import { requireTenant } from '../known-tenant.ts';
import { printable } from '../terminal/text.ts';
import { sampleTable, sampleSummary } from './sample-lines.ts';

/** What the options say. */
export interface SampleOptions {
  app?: string | undefined;
  /** As it was written: relative to the working folder. */
  file?: string | undefined;
  records?: number | undefined;
  json?: boolean | undefined;
}

/**
 * `mysimbdp batch sample`: shows what an app makes of the first records of a file, and stores nothing. Resolves with 1 when the
 * app failed, or rejected more than its profile tolerates.
 * @throws UNKNOWN_TENANT, APP_NOT_FOUND, PROFILE_BROKEN, NO_SAMPLE, SAMPLE_NOT_FOUND, and what ended the sample's process
 */
export async function runSample(
  { terminal, signal, workingFolder }: CliEnvironment,
  folder: PlatformFolder,
  tenant: string,
  options: SampleOptions,
): Promise<number> {
  await requireTenant(folder, tenant);
  const profile = await loadTenant(folder, tenant);
  const app = appOf(profile, options.app);
  const file =
    options.file === undefined ? await newest(folder, tenant, app) : await named(workingFolder, options.file);
  let result: SampleResult;
  try {
    result = await runOnSample(folder, profile, app, { file, records: options.records, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  if (options.json) terminal.print(JSON.stringify(result));
  else {
    if (result.records.length > 0) terminal.print(...sampleTable(result, terminal.columns));
    terminal.note(...sampleSummary(result, terminal));
    for (const { text } of result.log) terminal.note(`  ${printable(text)}`);
  }
  const { counts, fault } = result;
  const tolerated = counts.rejected * 100 <= counts.read * app.toleratedPercent;
  return fault === null && tolerated ? exitStatus.done : exitStatus.failures;
}

/** The file that the user has named. What else may be wrong with it shows when it is read. */
async function named(workingFolder: string, file: string): Promise<string> {
  const path = resolve(workingFolder, file);
  const stats = await stat(path).catch((error: unknown) => {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw sampleNotFound(`there is no file ${path}`);
    return undefined;
  });
  if (stats?.isDirectory()) throw sampleNotFound(`${path} is a folder`);
  return path;
}

function sampleNotFound(message: string): PlatformError {
  return new PlatformError({
    code: 'SAMPLE_NOT_FOUND',
    message,
    hint: 'Name another file with --file, relative to the working folder; without it the newest in staging is taken.',
    kind: 'usage',
  });
}

async function newest(folder: PlatformFolder, tenant: string, app: BatchApp): Promise<string> {
  const [file] = await sampleFiles(folder, tenant, app);
  if (!file) {
    throw new PlatformError({
      code: 'NO_SAMPLE',
      message: `${tenant} has no file that the app ${app.name} takes (${app.files}), in staging or of the past`,
      hint: 'Name a file with --file.',
      kind: 'usage',
    });
  }
  return file.path;
}
