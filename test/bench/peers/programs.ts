import { spawn } from 'node:child_process';
import { chmod, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jarsIn, type PeerTools } from './tools.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const loop = fileURLToPath(new URL('./driver-loop.ts', import.meta.url));

/** A file to be loaded into a table that is there. */
export interface LoadJob {
  host: string;
  port: number;
  dataCenter: string;
  user: string;
  password: string;
  keyspace: string;
  table: string;
  file: string;
  delimiter: string;
  quote: string;
  /** Of the columns of the file, by name. */
  types: Readonly<Record<string, 'int' | 'text' | 'date'>>;
}

/** What a whole process took, from its start to its end. */
export interface ProcessFigures {
  seconds: number;
  cpuSeconds: number;
  /** Of the largest process, where there are several. */
  peakRssBytes: number;
}

interface Command {
  command: string[];
  environment?: Record<string, string>;
  input?: string;
}

/** A program that loads a file, as somebody would call it who has read its manual. */
export interface Peer {
  name: string;
  /** @param scratch a folder for what must not be an argument, and for logs */
  command: (job: LoadJob, tools: PeerTools, scratch: string) => Promise<Command>;
}

const dsbulk: Peer = {
  name: 'DSBulk 1.10',
  async command({ host, port, dataCenter, user, password, keyspace, table, file, delimiter, quote }, tools, scratch) {
    const settings = join(scratch, 'dsbulk.conf');
    const text = JSON.stringify;
    await writePrivate(
      settings,
      `dsbulk.connector.csv { url = ${text(file)}, header = true, delimiter = ${text(delimiter)}, quote = ${text(quote)}, maxCharsPerColumn = -1 }
dsbulk.schema { keyspace = ${text(keyspace)}, table = ${text(table)} }
dsbulk.log.directory = ${text(join(scratch, 'dsbulk-logs'))}
dsbulk.monitoring.console = false
datastax-java-driver.basic.contact-points = [${text(`${host}:${port}`)}]
datastax-java-driver.basic.load-balancing-policy.local-datacenter = ${text(dataCenter)}
datastax-java-driver.advanced.auth-provider { class = PlainTextAuthProvider, username = ${text(user)}, password = ${text(password)} }
`,
    );
    const main = 'com.datastax.oss.dsbulk.runner.DataStaxBulkLoader';
    return { command: ['java', '-cp', join(tools.dsbulk, '*'), main, 'load', '-f', settings] };
  },
};

const cqlshCopy: Peer = {
  name: 'cqlsh COPY',
  async command({ host, port, user, password, keyspace, table, file, delimiter, quote, types }, tools, scratch) {
    const credentials = join(scratch, 'cqlsh-credentials');
    await writePrivate(credentials, `[PlainTextAuthProvider]\nusername = ${user}\npassword = ${password}\n`);
    const rc = join(scratch, 'cqlshrc');
    await writePrivate(rc, '[auth_provider]\nmodule = cassandra.auth\nclassname = PlainTextAuthProvider\n');
    const columns = Object.keys(types).join(', ');
    const options = `HEADER = true AND DELIMITER = '${delimiter}' AND QUOTE = '${quote}'`;
    return {
      command: [
        ...['python3', join(tools.cqlsh, 'bin', 'cqlsh'), '--cqlshrc', rc, '--credentials', credentials],
        ...['-e', `COPY ${keyspace}.${table} (${columns}) FROM '${file}' WITH ${options}`, host, String(port)],
      ],
      environment: { PYTHONPATH: tools.cqlsh },
    };
  },
};

const spark: Peer = {
  name: 'Spark 3.5',
  async command(job, tools) {
    return {
      command: ['python3', join(here, 'spark-load.py')],
      environment: { PYTHONPATH: tools.pyspark },
      input: JSON.stringify({ ...job, jars: await jarsIn(tools.sparkConnector) }),
    };
  },
};

const driverLoop: Peer = {
  name: 'plain driver loop',
  command: (job) =>
    Promise.resolve({
      command: [process.execPath, '--import', 'tsx', loop],
      input: JSON.stringify(job),
    }),
};

export const peers: readonly Peer[] = [dsbulk, cqlshCopy, spark, driverLoop];

/** Has a peer load a file. @throws Error with the end of what it said when it fails */
export async function load(peer: Peer, job: LoadJob, tools: PeerTools, folder: string): Promise<ProcessFigures> {
  const scratch = await mkdtemp(join(folder, 'peer-'));
  const said = join(scratch, 'output');
  const result = join(scratch, 'result.json');
  const output = await open(said, 'w');
  try {
    const { command, environment = {}, input = '' } = await peer.command(job, tools, scratch);
    const child = spawn('python3', [join(here, 'measured.py'), result, ...command], {
      env: { ...process.env, ...environment },
      stdio: ['pipe', output.fd, output.fd],
    });
    // Who does not read its input may be gone before it is written.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
    const { status, ...figures } = JSON.parse(await readFile(result, 'utf8')) as ProcessFigures & { status: number };
    if (status !== 0)
      throw new Error(`${peer.name} ended with status ${status}: ${(await readFile(said, 'utf8')).slice(-2000)}`);
    return figures;
  } finally {
    await output.close();
    await rm(scratch, { recursive: true });
  }
}

async function writePrivate(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  await chmod(file, 0o600);
}
