import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { connectEngine, type Engine } from '../../../src/runtimes/docker/connect-engine.ts';

const run = promisify(execFile);
const script = new URL('../../../.ci/docker-engine.mjs', import.meta.url).pathname;

/** An engine that a test may stop: nobody else uses it. */
export class OwnEngine {
  readonly host: string;
  readonly #folder: string;

  private constructor(folder: string, host: string) {
    this.#folder = folder;
    this.host = host;
  }

  /** Needs what .ci/docker-engine.mjs needs: root, dockerd. */
  static async create(): Promise<OwnEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'engine-'));
    return new OwnEngine(folder, await start(folder));
  }

  connect(): Promise<Engine> {
    return connectEngine({ host: this.host });
  }

  /** Gives it images of another engine. */
  async take(images: readonly string[], from: Engine): Promise<void> {
    const [save, load] = [
      spawn('docker', ['--host', from.endpoint.host, 'save', ...images], { stdio: ['ignore', 'pipe', 'inherit'] }),
      spawn('docker', ['--host', this.host, 'load', '--quiet'], { stdio: ['pipe', 'ignore', 'inherit'] }),
    ];
    const ends = [save, load].map((process) => once(process, 'exit') as Promise<[number]>);
    await pipeline(save.stdout, load.stdin);
    for (const [code] of await Promise.all(ends))
      if (code !== 0) throw new Error(`docker save or load ended with ${code}`);
  }

  async start(): Promise<void> {
    await start(this.#folder);
  }

  async stop(): Promise<void> {
    await run(process.execPath, [script, 'stop', this.#folder]);
  }

  async dispose(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function start(folder: string): Promise<string> {
  const { stdout } = await run(process.execPath, [script, 'start', folder]);
  return stdout.trim();
}
