import { writeFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { arch, cpus, platform as system, totalmem } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Client } from 'cassandra-driver';
import { countByRanges } from '../../../src/coredms/cassandra/count-rows.ts';
import { clientOf } from '../../../src/coredms/cassandra/connect-client.ts';
import type { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import { startPlatform, type RunningPlatform } from '../../../src/platform/start-platform.ts';
import { connectEngine, type Engine } from '../../../src/runtimes/docker/connect-engine.ts';
import { prefixOf } from '../../../src/runtimes/docker/containers.ts';
import { readCredentials } from '../../../src/runtimes/docker/credentials.ts';
import { purgeServices } from '../../../src/runtimes/docker/found-services.ts';
import { registerTenant } from '../../../src/tenants/registry.ts';
import { createPlatformFolder } from '../../../src/tenants/scaffold.ts';
import { addBenchTenant, median, megabytes, say, whole } from '../bench-platform.ts';
import { load, peers, type LoadJob, type ProcessFigures } from './programs.ts';
import { countRecords, shapes, type Shape } from './shapes.ts';
import { peerTools, type PeerTools } from './tools.ts';

const rounds = Number(process.env.BENCH_PEERS_ROUNDS ?? 3);
/** Names by commas; all when they are not set. */
const onlyShapes = process.env.BENCH_PEERS_SHAPES?.split(',');
const onlyTools = process.env.BENCH_PEERS_TOOLS?.split(',');
const keyspace = 'peers';
/** That the server looks at in one go when they are counted. */
const rowsAtOnce = 1000;
const ours = 'mysimbdp';

interface Figures extends ProcessFigures {
  rows: number;
  serverCpuSeconds: number;
}

/**
 * The same files into the same Cassandra by the tools that people use for it, and by this platform with wrangling, conversion, ledger and
 * quarantine on; by turns, each into an empty table, each a whole process. Rows are counted at the server behind each.
 */
export async function benchPeers(folder: string): Promise<void> {
  const tools = await peerTools();
  const scene = await Scene.begin(folder);
  try {
    const [cpu] = cpus();
    say(
      `${cpus().length} × ${cpu?.model.trim() ?? arch()}, ${megabytes(totalmem())}, ${system()}, Node ${process.version}`,
    );
    for (const shape of shapes) if (onlyShapes?.includes(shape.name) ?? true) await scene.compare(shape, tools);
  } finally {
    await scene.end();
  }
}

/** Where Cassandra is, and who is let in. */
type Server = Pick<LoadJob, 'host' | 'port' | 'dataCenter' | 'user' | 'password' | 'keyspace'>;

class Scene {
  readonly #folder: string;
  readonly #platformFolder: PlatformFolder;
  readonly #platform: RunningPlatform;
  readonly #client: Client;
  readonly #job: Server;
  readonly #engine: Engine;
  readonly #container: string;

  private constructor(
    folder: string,
    platformFolder: PlatformFolder,
    platform: RunningPlatform,
    client: Client,
    job: Server,
    engine: Engine,
    container: string,
  ) {
    this.#folder = folder;
    this.#platformFolder = platformFolder;
    this.#platform = platform;
    this.#client = client;
    this.#job = job;
    this.#engine = engine;
    this.#container = container;
  }

  static async begin(folder: string): Promise<Scene> {
    const platformFolder = await createPlatformFolder(join(folder, 'platform'), 'bench');
    for (const shape of shapes) await addTenant(platformFolder, shape);
    const platform = await startPlatform(platformFolder, { runtime: 'docker' });
    const { services } = await platform.controlPlane.status();
    const endpoint = services.find(({ service }) => service === 'cassandra-1')?.endpoint ?? '';
    const [host = '', port = ''] = endpoint.split(':');
    const credentials = await readCredentials(platformFolder.servicesFile);
    if (!credentials) throw new Error('the platform has no services');
    const { user, password } = credentials.cassandra;
    const cluster = { contactPoints: [endpoint], localDataCenter: 'dc1', addresses: {}, replication: 1 };
    const client = await clientOf(cluster, { login: { user, password }, tls: null });
    await client.connect();
    await client.execute(
      `CREATE KEYSPACE ${keyspace} WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 1}`,
      [],
      { prepare: false },
    );
    const job = { host, port: Number(port), dataCenter: 'dc1', user, password, keyspace };
    const container = `${prefixOf(credentials.id)}-cassandra-1`;
    return new Scene(folder, platformFolder, platform, client, job, await connectEngine(), container);
  }

  async end(): Promise<void> {
    await this.#client.shutdown();
    await this.#platform.stop();
    await purgeServices(this.#platformFolder, undefined);
  }

  async compare(shape: Shape, tools: PeerTools): Promise<void> {
    const file = join(this.#folder, `${shape.name}${shape.delimiter === ',' ? '.csv' : '.tsv'}`);
    const columns = Object.entries(shape.columns).map(([name, type]) => `${name} ${type}`);
    const key = [`(${shape.partitionKey.join(', ')})`, ...shape.clusteringKey].join(', ');
    await this.#cql(`CREATE TABLE ${keyspace}.${shape.name} (${columns.join(', ')}, PRIMARY KEY (${key}))`);
    const job = { ...this.#job, ...shape, table: shape.name, types: shape.columns, file };
    const names = [...peers.map(({ name }) => name), ours];
    const contenders = names.filter((name) => onlyTools?.includes(name) ?? true);
    const all = new Map<string, Figures[]>(contenders.map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      await shape.generate(file, round);
      const records = await countRecords(file);
      for (const peer of peers) {
        const figures = all.get(peer.name);
        if (!figures) continue;
        await this.#cql(`TRUNCATE ${keyspace}.${shape.name}`);
        const before = await this.#serverCpuSeconds();
        const taken = await load(peer, job, tools, this.#folder);
        const serverCpuSeconds = (await this.#serverCpuSeconds()) - before;
        const stored = await countByRanges(
          this.#client,
          `${keyspace}.${shape.name}`,
          shape.partitionKey.join(', '),
          rowsAtOnce,
        );
        tell(shape, peer.name, round, { ...taken, rows: records, serverCpuSeconds }, stored);
        figures.push({ ...taken, rows: records, serverCpuSeconds });
      }
      const figures = all.get(ours);
      if (figures) figures.push(await this.#ingest(shape, file, round));
    }
    await report(shape, file, all);
    await rm(file);
  }

  async #ingest(shape: Shape, file: string, round: number): Promise<Figures> {
    const { controlPlane } = this.#platform;
    const tenant = shape.name;
    const table = `${tenant}.${shape.table}`;
    if (round > 0) await this.#cql(`TRUNCATE ${table}`);
    const serverBefore = await this.#serverCpuSeconds();
    const cpuBefore = process.cpuUsage();
    const began = performance.now();
    await rename(file, join(this.#platformFolder.staging(tenant), basename(file)));
    const demand = await controlPlane.demandBatch({ tenant });
    let status = demand;
    while (!status.finished) status = await controlPlane.demandStatus(demand.id, 30_000, new AbortController().signal);
    const seconds = (performance.now() - began) / 1000;
    const controlPlaneCpu = process.cpuUsage(cpuBefore);
    const serverCpuSeconds = (await this.#serverCpuSeconds()) - serverBefore;
    const [record] = status.records;
    const [run] = await controlPlane.runLog({ limit: 1 });
    if (!record || !run || record.location === null) throw new Error(`nothing became of ${file}`);
    if (record.outcome !== 'ingested' && record.outcome !== 'partial') throw new Error(record.cause?.message);
    await rename(join(this.#platformFolder.root, record.location), file);
    const stored = await countByRanges(this.#client, table, shape.partitionKey.join(', '), rowsAtOnce);
    const { read, stored: written, filtered, quarantined } = record.counters;
    if (read !== written + filtered + quarantined || stored !== written)
      throw new Error(
        `${read} read, ${written} stored, ${filtered} filtered, ${quarantined} quarantined, ${stored} there`,
      );
    const figures = {
      rows: read,
      seconds,
      cpuSeconds: run.cpuSeconds + (controlPlaneCpu.user + controlPlaneCpu.system) / 1e6,
      peakRssBytes: run.peakRssBytes,
      serverCpuSeconds,
    };
    tell(shape, ours, round, figures, stored);
    return figures;
  }

  async #cql(cql: string): Promise<void> {
    await this.#client.execute(cql, [], { prepare: false, readTimeout: 120_000 });
  }

  /** Of the container with Cassandra, since it was started. */
  async #serverCpuSeconds(): Promise<number> {
    const stats = await this.#engine.docker.getContainer(this.#container).stats({ stream: false });
    return stats.cpu_stats.cpu_usage.total_usage / 1e9;
  }
}

async function addTenant(folder: PlatformFolder, { name, tenant }: Shape): Promise<void> {
  if ('template' in tenant) return addBenchTenant(folder, { tenant: name, template: tenant.template });
  const app = join(folder.tenant(name), 'apps', 'flights', 'app.ts');
  await mkdir(dirname(app), { recursive: true });
  await mkdir(folder.staging(name), { recursive: true });
  await writeFile(app, tenant.app);
  await writeFile(folder.profile(name), `tenant: ${name}\n${tenant.profile}`);
  await registerTenant(folder, name);
}

function tell(shape: Shape, who: string, round: number, { rows, seconds }: Figures, stored: number): void {
  const rate = whole(rows / seconds);
  say(`  ${shape.name}, round ${round + 1}: ${who} ${rate} rows/s, ${whole(stored)} of ${whole(rows)} rows there`);
}

async function report(shape: Shape, file: string, all: ReadonlyMap<string, readonly Figures[]>): Promise<void> {
  const rate = (figures: readonly Figures[]) => median(figures.map(({ rows, seconds }) => rows / seconds));
  const perMillion = (figures: readonly Figures[], seconds: (one: Figures) => number) =>
    median(figures.map((one) => (seconds(one) / one.rows) * 1e6)).toFixed(1);
  const ourRate = rate(all.get(ours) ?? []);
  const rows = [...all.values()].find((figures) => figures.length > 0)?.[0]?.rows ?? 0;
  say('');
  say(`${shape.about}: ${whole(rows)} records, ${megabytes((await stat(file)).size)}, medians of ${rounds}`);
  say('');
  say('| | rows/s | client, CPU s a million rows | server, CPU s a million rows | client peak memory | mysimbdp is |');
  say('| --- | --: | --: | --: | --: | --: |');
  for (const [name, figures] of all) {
    const peak = megabytes(median(figures.map(({ peakRssBytes }) => peakRssBytes)));
    const client = perMillion(figures, ({ cpuSeconds }) => cpuSeconds);
    const server = perMillion(figures, ({ serverCpuSeconds }) => serverCpuSeconds);
    const ratio = name === ours ? '' : `${(ourRate / rate(figures)).toFixed(2)} ×`;
    say(`| ${name} | ${whole(rate(figures))} | ${client} | ${server} | ${peak} | ${ratio} |`);
  }
  say('');
}
