import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../src/foundation/deadlines.ts';
import { guard } from './guardian.ts';
import { endTree } from './processes.ts';
import { ownEnvironment, runProgram } from './run-program.ts';
import { UserSettings, type Settings } from './settings.ts';

export interface ServerOptions {
  /** .vsix files to install. */
  vsix?: readonly string[];
  settings?: Settings;
  env?: NodeJS.ProcessEnv;
  /** Whether folders are trusted without a question, as the tests want it unless they are about trust. */
  trusting?: boolean;
}

/** What a window shows; nothing: an empty window. */
export interface WindowContent {
  folder?: string;
  /** A .code-workspace file. */
  workspace?: string;
  /** VS Code's own parameters of a window, name and value. */
  payload?: readonly (readonly [string, string])[];
}

const maxOutput = 200_000;

/** VS Code's server with folders of its own: nothing of this user's editor leaks in, and nothing stays when it stops. */
export class WorkbenchServer {
  readonly root: string;
  readonly settings: UserSettings;
  readonly #program: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #token = randomUUID();
  #process: ChildProcess | undefined;
  #stopGuard: (() => void) | undefined;
  #output = '';
  #port = 0;

  private constructor(program: string, root: string, env: NodeJS.ProcessEnv) {
    this.#program = program;
    this.root = root;
    this.settings = new UserSettings(join(root, 'user'));
    this.#env = ownEnvironment({
      HOME: join(root, 'home'),
      XDG_CONFIG_HOME: join(root, 'home', '.config'),
      XDG_DATA_HOME: join(root, 'home', '.local', 'share'),
      XDG_CACHE_HOME: join(root, 'home', '.cache'),
      // Sockets are made in it, and a socket's path may have about a hundred characters.
      TMPDIR: join(root, 't'),
      EXTENSIONS_GALLERY: '{"serviceUrl":""}',
      ...env,
    });
  }

  /** Starts a server on a free port of 127.0.0.1 and resolves when it answers. */
  static async start(program: string, options: ServerOptions = {}): Promise<WorkbenchServer> {
    const base = process.platform === 'darwin' ? '/tmp' : tmpdir();
    const server = new WorkbenchServer(program, await mkdtemp(join(base, 'mw-')), options.env ?? {});
    try {
      for (const name of ['home', 't', 'user', 'server', 'extensions'])
        await mkdir(join(server.root, name), { recursive: true });
      await server.settings.change(options.settings ?? {});
      for (const file of options.vsix ?? []) await server.#install(file);
      await server.#listen(options.trusting ?? true);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get extensions(): string {
    return join(this.root, 'extensions');
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** A URI by which a window reaches an absolute path on the server. */
  remoteUri(path: string): string {
    return `vscode-remote://127.0.0.1:${this.#port}${path}`;
  }

  url({ folder, workspace, payload }: WindowContent): string {
    const url = new URL(`http://127.0.0.1:${this.#port}/`);
    url.searchParams.set('tkn', this.#token);
    if (workspace !== undefined) url.searchParams.set('workspace', workspace);
    else if (folder !== undefined) url.searchParams.set('folder', folder);
    else url.searchParams.set('ew', 'true');
    if (payload) url.searchParams.set('payload', JSON.stringify(payload));
    return url.href;
  }

  /** Copies the logs of the server and of its extension hosts into a folder. */
  async saveLogs(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'server-output.log'), this.#output);
    await cp(join(this.root, 'user', 'logs'), join(folder, 'logs'), { recursive: true }).catch(() => undefined);
  }

  /** Ends the server with everything it has started, and removes its folder. */
  async stop(): Promise<void> {
    if (this.pid) await endTree(this.pid, 5000);
    this.#stopGuard?.();
    await rm(this.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  #arguments(): string[] {
    const { root } = this;
    return [
      this.#program,
      '--accept-server-license-terms',
      ...['--server-data-dir', join(root, 'server')],
      ...['--user-data-dir', join(root, 'user')],
      ...['--extensions-dir', this.extensions],
    ];
  }

  async #install(vsix: string): Promise<void> {
    const output = await runProgram(process.execPath, [...this.#arguments(), '--install-extension', vsix], {
      env: this.#env,
      deadline: 120_000,
    });
    // The status is 0 in either case.
    if (!output.includes('successfully installed')) throw new Error(`${vsix} was not installed:\n${output}`);
  }

  async #listen(trusting: boolean): Promise<void> {
    const address = ['--host', '127.0.0.1', '--port', '0', '--connection-token', this.#token];
    const manner = ['--telemetry-level', 'off', ...(trusting ? ['--disable-workspace-trust'] : [])];
    const child = spawn(process.execPath, [...this.#arguments(), ...address, ...manner], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own, which is ended as a whole
    });
    this.#process = child;
    child.once('error', (error) => (this.#output += error.message));
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (this.#output = (this.#output + text).slice(-maxOutput)));
    if (child.pid !== undefined) this.#stopGuard = guard(child.pid, this.root);
    this.#port = await until(60_000, "the start of VS Code's server", () => {
      if (child.exitCode !== null || child.pid === undefined)
        throw new Error(`VS Code's server has ended:\n${this.#output.slice(-4000)}`);
      const port = /listening on (\d+)/.exec(this.#output)?.[1];
      return port === undefined ? undefined : Number(port);
    });
  }
}
