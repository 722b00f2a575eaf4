import { createWriteStream } from 'node:fs';
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReviewsFile } from '../../src/cli/demo/reviews-generator.ts';
import type { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import type { RunningPlatform } from '../../src/platform/start-platform.ts';
import { startPlatform } from '../../src/platform/start-platform.ts';
import type { IngestionRecord, RunRecord } from '../../src/protocol/ingestion-log.ts';
import { registerTenant } from '../../src/tenants/registry.ts';
import { createPlatformFolder, createTenantFromTemplate } from '../../src/tenants/scaffold.ts';

/** A platform in a new folder with one tenant from a template. */
export class BenchPlatform {
  readonly folder: PlatformFolder;
  readonly tenant: string;
  readonly platform: RunningPlatform;

  private constructor(folder: PlatformFolder, tenant: string, platform: RunningPlatform) {
    this.folder = folder;
    this.tenant = tenant;
    this.platform = platform;
  }

  /** @param quota YAML of the tenant's quota; without it, what the path can do: a quota is what a provider sells */
  static async start(
    root: string,
    template: string,
    quota = '',
    runtime: 'embedded' | 'docker' = 'embedded',
  ): Promise<BenchPlatform> {
    const folder = await createPlatformFolder(root, 'bench');
    await addBenchTenant(folder, { tenant: template, template, quota });
    return new BenchPlatform(folder, template, await startPlatform(folder, { runtime }));
  }

  /** Puts a file into staging under its final name, complete. */
  async stage(file: string): Promise<void> {
    const unfinished = join(this.folder.root, 'unfinished');
    await copyFile(file, unfinished);
    await rename(unfinished, join(this.folder.staging(this.tenant), `input${extname(file)}`));
  }

  /** Ingests a file and gives what the logs say of it. */
  async ingest(file: string): Promise<{ record: IngestionRecord; run: RunRecord }> {
    await this.stage(file);
    const { controlPlane } = this.platform;
    const demand = await controlPlane.demandBatch({ tenant: this.tenant });
    let status = demand;
    while (!status.finished) status = await controlPlane.demandStatus(demand.id, 30_000, new AbortController().signal);
    const [record] = status.records;
    const [run] = await controlPlane.runLog({ limit: 1 });
    if (!record || !run) throw new Error('the logs say nothing of the file');
    if (record.outcome === 'failed' || record.outcome === 'refused') throw new Error(record.cause?.message);
    return { record, run };
  }

  async stop(): Promise<void> {
    await this.platform.stop();
  }
}

/** Registers a tenant from a template that takes files of any size at once. @param quota as in `BenchPlatform.start` */
export async function addBenchTenant(
  folder: PlatformFolder,
  { tenant, template, quota = '' }: { tenant: string; template: string; quota?: string },
): Promise<void> {
  await createTenantFromTemplate(folder, tenant, template);
  const profile = await readFile(folder.profile(tenant), 'utf8');
  await writeFile(
    folder.profile(tenant),
    profile
      .replace(/^ {2}quota:.*\n/m, quota && `  quota: ${quota}\n`)
      .replace(/settleSeconds: \d+/, 'settleSeconds: 0')
      .replace(/maxFileSizeMb: \d+/, 'maxFileSizeMb: 10000')
      .replace(/timeoutSeconds: \d+/, 'timeoutSeconds: 3600'),
  );
  const settings = await readFile(folder.platformFile, 'utf8');
  await writeFile(folder.platformFile, settings.replace(/maxFileSizeMb: \d+/, 'maxFileSizeMb: 10000'));
  await registerTenant(folder, tenant);
}

/** Generates a file of reviews. @param variant other reviews of the same kind */
export async function generateReviews(file: string, rows: number, variant = 0): Promise<void> {
  const reviews = new ReviewsFile({ category: 'Gift Card', rows, seed: rows + variant });
  await pipeline(Readable.from(reviews.chunks()), createWriteStream(file));
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** Megabytes of a million bytes. */
export function megabytes(bytes: number): string {
  return `${whole(bytes / 1e6)} MB`;
}
