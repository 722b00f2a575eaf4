import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type Dockerode from 'dockerode';
import { until, within } from '../../foundation/deadlines.ts';
import { PlatformError } from '../../foundation/errors.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { ServiceShell, TerminalSize } from '../services.ts';
import { callEngine } from './call-engine.ts';
import { connectEngine, type Engine } from './connect-engine.ts';
import { PlatformContainers } from './containers.ts';
import { readCredentials, type Account } from './credentials.ts';

/** What a program in a container that only prepares or removes something may take. Milliseconds. */
const shortMs = 20_000;
/** `prepare` ends with this where there is no cqlsh. */
const noCqlsh = 3;

// What the programs are given as $1 is the folder of this shell, which only their user can read. The password comes by standard
// input: arguments and variables are shown to all who may list processes or look at containers.
const prepare = `command -v cqlsh >/dev/null || exit ${noCqlsh}; umask 077; mkdir "$1" && cat >"$1/credentials"`;
const run = 'echo $$ >"$1/pid"; exec cqlsh --credentials "$1/credentials"';
const forget = 'rm -f "$1/credentials"';
const remove = 'rm -rf "$1"';
// An engine leaves a program with a terminal running when nobody is at the terminal any more.
const endAndRemove = `kill -HUP "$(cat "$1/pid")"; ${remove}`;

/**
 * cqlsh in the container of a service, logged in as the superuser of the platform.
 * @param service `cassandra-1`
 * @throws PlatformError SERVICE_NOT_RUNNING, NO_CQLSH, ENGINE_…
 */
export async function openCqlShell(
  folder: PlatformFolder,
  host: string | undefined,
  service: string,
): Promise<ServiceShell> {
  const credentials = await readCredentials(folder.servicesFile);
  if (!credentials) throw notRunning(service);
  const engine = await connectEngine({ host });
  const info = (await new PlatformContainers(engine, credentials.id, folder.root).list()).get(service);
  if (info?.State !== 'running') throw notRunning(service);
  const container = new ShellContainer(engine, info.Id, `/tmp/mysimbdp-cqlsh-${randomUUID()}`);
  const status = await container.do(prepare, credentialsFile(credentials.cassandra));
  if (status === noCqlsh) throw cqlshAbsent(service, info.Image);
  if (status !== 0) throw new Error(`the login of cqlsh could not be put into ${service} (status ${status})`);
  try {
    return await ContainerShell.open(container);
  } catch (error) {
    await container.do(remove);
    throw error;
  }
}

/** As cqlsh reads it, of each version: sections have been renamed. The password needs no quoting. */
function credentialsFile({ user, password }: Account): string {
  const login = `username = ${user}\npassword = ${password}\n`;
  return `[plain_text_auth]\n${login}[PlainTextAuthProvider]\n${login}`;
}

/** The container of a shell, and the folder in it that holds what is of this shell only. */
class ShellContainer {
  readonly #engine: Engine;
  readonly #id: string;
  readonly #folder: string;

  constructor(engine: Engine, id: string, folder: string) {
    this.#engine = engine;
    this.#id = id;
    this.#folder = folder;
  }

  /** Runs a script to its end. @returns its exit status */
  async do(script: string, input = ''): Promise<number> {
    const { exec, stream } = await this.start(script, {});
    const closed = new Promise<void>((resolve) => {
      stream.once('close', resolve);
      stream.once('end', resolve);
      stream.once('error', resolve);
    });
    stream.resume();
    stream.end(input);
    try {
      await within(shortMs, 'a program in the container', closed);
    } finally {
      stream.destroy();
    }
    return this.statusOf(exec);
  }

  start(script: string, { Tty = false }: { Tty?: boolean }): Promise<{ exec: Dockerode.Exec; stream: Duplex }> {
    return callEngine(this.#engine, 'starting a program in the container', async (docker) => {
      const exec = await docker.getContainer(this.#id).exec({
        Cmd: ['bash', '-c', script, 'bash', this.#folder],
        Env: ['TERM=xterm-256color', 'LANG=C.UTF-8'],
        Tty,
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
      });
      return { exec, stream: await exec.start({ hijack: true, stdin: true, Tty }) };
    });
  }

  /** Once it has ended, which may be a moment after its output has. */
  statusOf(exec: Dockerode.Exec): Promise<number> {
    const ended = async () => {
      const { Running, ExitCode } = await callEngine(this.#engine, 'asking for its exit status', () => exec.inspect());
      return !Running && ExitCode !== null && { status: ExitCode };
    };
    return until(shortMs, 'the end of a program in the container', ended, undefined, 100).then(({ status }) => status);
  }

  resize(exec: Dockerode.Exec, { columns, rows }: TerminalSize): Promise<unknown> {
    return callEngine(this.#engine, 'resizing a terminal', () => exec.resize({ h: rows, w: columns }));
  }
}

class ContainerShell implements ServiceShell {
  readonly ended: Promise<number | undefined>;
  readonly #container: ShellContainer;
  readonly #exec: Dockerode.Exec;
  readonly #stream: Duplex;
  #isEnded = false;

  private constructor(container: ShellContainer, exec: Dockerode.Exec, stream: Duplex) {
    this.#container = container;
    this.#exec = exec;
    this.#stream = stream;
    const closed = new Promise<void>((resolve) => {
      for (const event of ['end', 'close', 'error'] as const) stream.once(event, () => resolve());
    });
    this.ended = closed.then(() => this.#end());
  }

  static async open(container: ShellContainer): Promise<ContainerShell> {
    const { exec, stream } = await container.start(run, { Tty: true });
    return new ContainerShell(container, exec, stream);
  }

  read(onOutput: (text: string) => void): void {
    const decoder = new StringDecoder('utf8');
    let begin: string | undefined = '';
    this.#stream.on('data', (piece: Buffer) => {
      const text = decoder.write(piece);
      onOutput(text);
      if (begin === undefined) return;
      begin = (begin + text).slice(-200);
      if (!/cqlsh\S*>/.test(begin)) return;
      // It has logged in, and reads the file no more.
      begin = undefined;
      this.#container.do(forget).catch(() => undefined);
    });
  }

  write(text: string): void {
    if (this.#stream.writable) this.#stream.write(text);
  }

  async resize(size: TerminalSize): Promise<void> {
    await this.#container.resize(this.#exec, size);
  }

  async end(): Promise<void> {
    if (!this.#isEnded) {
      this.#isEnded = true;
      await this.#tidy(endAndRemove);
      this.#stream.destroy();
    }
    await this.ended;
  }

  /** Its output has ended, by itself or by `end`. */
  async #end(): Promise<number | undefined> {
    if (this.#isEnded) return undefined;
    this.#isEnded = true;
    const status = await this.#container.statusOf(this.#exec).catch(() => undefined);
    await this.#tidy(remove);
    return status;
  }

  /** An engine that is gone has ended what is in the container; its folder is in the container's own, passing file system. */
  async #tidy(script: string): Promise<void> {
    await this.#container.do(script).catch(() => undefined);
  }
}

function notRunning(service: string): PlatformError {
  return new PlatformError({
    code: 'SERVICE_NOT_RUNNING',
    message: `${service} does not run`,
    hint: 'Start the platform on the docker runtime first.',
    kind: 'conflict',
  });
}

function cqlshAbsent(service: string, image: string): PlatformError {
  return new PlatformError({
    code: 'NO_CQLSH',
    message: `the image of ${service}, ${image}, has no cqlsh`,
    hint: 'Choose an image that has it, as the official one does (runtime.docker.images.cassandra), or connect with a client of this machine: copy the connection settings.',
    kind: 'not-found',
  });
}
