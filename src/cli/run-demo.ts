import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { PlatformError } from '../foundation/errors.ts';
import { PlatformFolder } from '../foundation/platform-folder.ts';
import type { RuntimeSettings } from '../runtimes/runtime-settings.ts';
import { setRuntimeKind } from '../tenants/runtime-choice.ts';
import type { IngestionRecord } from '../protocol/ingestion-log.ts';
import { runBatch } from './batch-run/run-batch.ts';
import type { CliEnvironment } from './command-context.ts';
import { createDemo, type DemoDescription, type DemoFile } from './demo/demo-folder.ts';
import { exitStatus } from './errors.ts';
import { dockerSettingsOf } from './runtime-settings.ts';
import { stopPlatform } from './stop-platform.ts';
import { count, size } from './terminal/figures.ts';
import { table } from './terminal/table.ts';

function demoExists(dir: string): PlatformError {
  return new PlatformError({
    code: 'DEMO_EXISTS',
    message: `there is a platform folder in ${dir} already`,
    hint: 'Add --force to make the demo anew, or name another folder.',
    kind: 'conflict',
  });
}

function notADemo(dir: string): PlatformError {
  return new PlatformError({
    code: 'NOT_A_DEMO',
    message: `the platform folder in ${dir} was not made by --demo, so it is left as it is`,
    hint: 'Name another folder for the demo.',
    kind: 'conflict',
  });
}

/**
 * Makes the demo platform in `root`, ingests its files and compares what became of them with what had to. Resolves with
 * status 0 when it is all the same: that files are refused is part of the demo.
 */
export async function runDemo(
  environment: CliEnvironment,
  root: string,
  { force, runtime }: { force: boolean; runtime: RuntimeSettings['kind'] | undefined },
): Promise<number> {
  const { terminal } = environment;
  const folder = new PlatformFolder(root);
  if (existsSync(folder.platformFile)) {
    if (!force) throw demoExists(root);
    await removeDemo(folder, environment.signal);
  }
  terminal.print(`Making a platform with three tenants in ${root} …`);
  const demo = await createDemo(root);
  if (runtime !== undefined) await setRuntimeKind(folder, runtime);
  for (const { tenant, reason } of demo.leftOut) terminal.note(`${tenant} is left out: ${reason}`);
  terminal.print(...stagingLines(demo, terminal.columns), '', 'Ingesting …');

  const { status, records } = await runBatch(environment, folder, {}, false);
  if (status === exitStatus.interrupted) return status;
  const surprises = surprisesIn(demo, records);
  terminal.print(
    '',
    ...(surprises.length === 0
      ? ['Every file came to what it had to.']
      : ['Not every file came to what it had to:', ...surprises.map((line) => `  ${line}`)]),
    `Go on there: cd ${root}`,
  );
  return surprises.length === 0 ? exitStatus.done : exitStatus.failures;
}

async function removeDemo(folder: PlatformFolder, signal: AbortSignal): Promise<void> {
  if (!/^platform: demo$/m.test(await readFile(folder.platformFile, 'utf8'))) throw notADemo(folder.root);
  await stopPlatform(folder, signal);
  // Containers are found by what is in the state.
  if (existsSync(folder.servicesFile)) {
    const [{ purgeServices }, { host }] = await Promise.all([
      import('../runtimes/docker/found-services.ts'),
      dockerSettingsOf(folder),
    ]);
    await purgeServices(folder, host);
  }
  for (const path of [folder.state, folder.tenants, folder.platformFile]) {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

function stagingLines({ tenants }: DemoDescription, columns: number): string[] {
  return table(
    [{ title: 'tenant' }, { title: 'file' }, { title: 'size', align: 'right' }, { title: 'about', flexible: true }],
    tenants.flatMap(({ tenant, files }) => files.map(({ name, bytes, about }) => [tenant, name, size(bytes), about])),
    { width: columns },
  );
}

function surprisesIn({ tenants }: DemoDescription, records: readonly IngestionRecord[]): string[] {
  return tenants.flatMap(({ tenant, files }) =>
    files.flatMap((file) => {
      const surprise = surpriseOf(
        file,
        records.find((record) => record.tenant === tenant && record.file === file.name),
      );
      return surprise === undefined ? [] : [`${tenant}/${file.name}: ${surprise}`];
    }),
  );
}

function surpriseOf({ expected }: DemoFile, record: IngestionRecord | undefined): string | undefined {
  if (!record) return 'nothing became of it';
  const { outcome, counters } = record;
  if (!expected) return outcome === 'refused' ? undefined : `${outcome} instead of refused`;
  const differences = (['read', 'stored', 'filtered', 'quarantined'] as const)
    .filter((key) => counters[key] !== expected[key])
    .map((key) => `${count(counters[key])} ${key} instead of ${count(expected[key])}`);
  return differences.length === 0 ? undefined : `${outcome}, ${differences.join(', ')}`;
}
