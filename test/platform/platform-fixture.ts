import { mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { followDemand } from '../../src/api/follow-demand.ts';
import { connectCoreDms } from '../../src/coredms/connect.ts';
import { readingAccess } from '../../src/coredms/location.ts';
import { until, within } from '../../src/foundation/deadlines.ts';
import { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import type { RunningPlatform, StartOptions } from '../../src/platform/start-platform.ts';
import { startPlatform } from '../../src/platform/start-platform.ts';
import type { IngestionRecord, RunRecord } from '../../src/protocol/ingestion-log.ts';
import type { DemandStatus } from '../../src/protocol/management.ts';

/** A tenant as a test writes it; what is left out is the plainest thing that works. */
export interface TenantFixture {
  name: string;
  /** YAML of the profile behind `tenant:`; default: one app `items` over `*.csv` into table `items`. */
  profile?: string;
  /** Files below the tenant's folder. */
  files?: Record<string, string | Buffer>;
}

/** An app that trims texts and adds a column, so that it wrangles. */
export const itemsApp = `
import { defineBatchApp } from 'mysimbdp/sdk';
export default defineBatchApp({
  wrangle(row) {
    if (row.note === 'drop') return undefined;
    if (row.note === 'throw') throw new Error('the app does not want it');
    return { ...row, note: row.note?.trim() ?? null, checked: true };
  },
});
`;

export const itemsTables = `
tables:
  items:
    columns: { id: int, name: text, price: decimal, day: date, note: text, checked: boolean }
    partitionKey: [id]
`;

/** One app over CSV files; \`app\` are lines that are added to it, \`format\` the format. */
export function itemsProfile(options: { app?: string; format?: string; batch?: string; files?: string } = {}): string {
  const { app = '', format = '{ type: csv }', files = '*.csv*' } = options;
  const batch = options.batch ?? '{ files: { settleSeconds: 0 } }';
  return `
batch: ${batch}
${itemsTables}
apps:
  - name: items
    kind: batch
    entry: apps/items/app.ts
    files: "${files}"
    format: ${format}
    table: items
${app.replace(/^(?=.)/gm, '    ')}
`;
}

/** A platform folder in a place of its own, with the platform in this process and real runners. */
export class PlatformFixture {
  readonly folder: PlatformFolder;
  /** What was staged last under a name: `<tenant>/<file>`. */
  readonly staged = new Map<string, Buffer>();
  #platform: RunningPlatform | undefined;

  private constructor(root: string) {
    this.folder = new PlatformFolder(root);
  }

  /** @param parent where the folder is made */
  static async create(tenants: TenantFixture[], platformYaml = '', parent = tmpdir()): Promise<PlatformFixture> {
    const fixture = new PlatformFixture(await mkdtemp(join(parent, 'mysimbdp-')));
    const list = tenants.map(({ name }) => `  - name: ${name}\n`).join('');
    await fixture.write('mysimbdp.yaml', `platform: test\n${platformYaml}\ntenants:\n${list || '  []\n'}`);
    for (const tenant of tenants) await fixture.addTenant(tenant);
    return fixture;
  }

  async addTenant({ name, profile = itemsProfile(), files = {} }: TenantFixture): Promise<void> {
    for (const [path, content] of Object.entries({ 'apps/items/app.ts': itemsApp, ...files }))
      await this.write(`tenants/${name}/${path}`, content);
    await mkdir(this.folder.staging(name), { recursive: true });
    await this.write(`tenants/${name}/tenant.yaml`, `tenant: ${name}\n${profile}`);
  }

  async write(path: string, content: string | Buffer): Promise<void> {
    const absolute = join(this.folder.root, path);
    await mkdir(dirname(absolute), { recursive: true });
    await writeFile(absolute, content);
  }

  /** Puts a file into staging, all at once and as if it had been there for a while. */
  async stage(tenant: string, name: string, content: string | Buffer, secondsAgo = 60): Promise<void> {
    const unfinished = `tenants/${tenant}/staging/.${name}.part`;
    await this.write(unfinished, content);
    const past = Date.now() / 1000 - secondsAgo;
    await utimes(join(this.folder.root, unfinished), past, past);
    this.staged.set(`${tenant}/${name}`, Buffer.from(content));
    await rename(join(this.folder.root, unfinished), join(this.folder.staging(tenant), name));
  }

  async up(options: StartOptions = {}): Promise<RunningPlatform> {
    this.#platform ??= await startPlatform(this.folder, options);
    return this.#platform;
  }

  /** A second control plane for the same folder. */
  async another(): Promise<RunningPlatform> {
    return startPlatform(this.folder);
  }

  async down(): Promise<void> {
    await this.#platform?.stop();
    this.#platform = undefined;
  }

  /** Has everything run that waits, and gives the finished demand. */
  async run(tenant?: string): Promise<DemandStatus> {
    const { controlPlane } = await this.up();
    const ending = new AbortController();
    const finished = async () => {
      const records: IngestionRecord[] = [];
      let last: DemandStatus | undefined;
      for await (last of followDemand(controlPlane, tenant === undefined ? {} : { tenant }, 1000, ending.signal))
        records.push(...last.records);
      return { ...last!, records };
    };
    try {
      return await within(60_000, 'the batch demand', finished());
    } finally {
      ending.abort();
    }
  }

  /** Runs one tenant with one file and gives what the ingestion log says of it. */
  async ingest(tenant: string, name: string, content: string | Buffer): Promise<IngestionRecord> {
    await this.stage(tenant, name, content);
    const { records } = await this.run(tenant);
    const record = records.filter((candidate) => candidate.file === name).at(-1);
    if (!record) throw new Error(`the ingestion log has no ${name}: ${JSON.stringify(records)}`);
    return record;
  }

  async rows(tenant: string, table = 'items'): Promise<Record<string, unknown>[]> {
    const access = await readingAccess(this.folder, tenant);
    if (!access) throw new Error(`${tenant} has no keyspace`);
    const dms = await connectCoreDms(access, 'read');
    try {
      const { columns, rows } = await dms.read(table, { limit: 1_000_000 });
      return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
    } finally {
      await dms.dispose();
    }
  }

  /** What the ingestion log says of a tenant's files, the newest first. */
  async log(tenant: string): Promise<IngestionRecord[]> {
    return (await this.up()).controlPlane.ingestionLog({ tenant, limit: 1000 });
  }

  /** The runs of a tenant, the newest first. */
  async runs(tenant: string): Promise<RunRecord[]> {
    return (await this.up()).controlPlane.runLog({ tenant, limit: 1000 });
  }

  /** The lines of the tenant's log file, as they are when `condition` holds of them. */
  async logLines(
    tenant: string,
    condition: (lines: Record<string, unknown>[]) => boolean,
  ): Promise<Record<string, unknown>[]> {
    return until(5000, `the log of ${tenant}`, async () => {
      const text = await readFile(this.folder.batchAppLog(tenant), 'utf8').catch(() => '');
      const lines = text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      return condition(lines) ? lines : undefined;
    });
  }

  /** Names of what is in staging. */
  async staging(tenant: string): Promise<string[]> {
    return (await readdir(this.folder.staging(tenant))).sort();
  }

  /** The rejected records of a file. */
  async rejects(record: IngestionRecord): Promise<Record<string, unknown>[]> {
    if (record.quarantine === null) return [];
    const text = await readFile(join(this.folder.root, record.quarantine), 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async read(path: string): Promise<string> {
    return readFile(join(this.folder.root, path), 'utf8');
  }

  async dispose(): Promise<void> {
    await this.down();
    await rm(this.folder.root, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Every record has exactly one outcome. */
export function assertAccounted({ counters, file }: IngestionRecord): void {
  const { read, stored, filtered, quarantined } = counters;
  if (read !== stored + filtered + quarantined) {
    throw new Error(`${file}: ${read} read, ${stored} stored + ${filtered} filtered + ${quarantined} quarantined`);
  }
}
