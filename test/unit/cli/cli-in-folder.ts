import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { runCli as RunCli } from '../../../src/cli/program.ts';
import { CapturedTerminal } from './captured-terminal.ts';

/** The program in a folder of its own for each test of a suite, with what it says. */
export class CliInFolder {
  root = '';
  terminal = new CapturedTerminal();
  #runCli: typeof RunCli | undefined;

  constructor() {
    before(async () => {
      // As the program imports its commands, or the two would have modules of their own and errors no class in common.
      this.#runCli = (await import('../../../src/cli/program.ts')).runCli;
    });
    beforeEach(async () => {
      this.root = await mkdtemp(join(tmpdir(), 'mysimbdp-cli-'));
      this.terminal = new CapturedTerminal();
    });
    afterEach(() => rm(this.root, { recursive: true, force: true }));
  }

  /** @returns the exit status */
  readonly run = (...args: string[]): Promise<number> => this.runIn(this.root, ...args);

  async runIn(workingFolder: string, ...args: string[]): Promise<number> {
    return this.#runCli!(args, { terminal: this.terminal, signal: new AbortController().signal, workingFolder });
  }
}
