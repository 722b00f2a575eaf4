import assert from 'node:assert/strict';
import type { ServiceShell, TerminalSize } from '../../../../src/runtimes/services.ts';
import { openEditor } from '../editor/editor.ts';

const { ShellTerminal } = await import('../../../../src/extension/terminals/shell-terminal.ts');

/** A shell that a test plays. */
class PlayedShell implements ServiceShell {
  typed = '';
  sizes: TerminalSize[] = [];
  ends = 0;
  say: (text: string) => void = () => undefined;
  exit: (status: number | undefined) => void = () => undefined;
  readonly ended = new Promise<number | undefined>((resolve) => (this.exit = resolve));

  read(onOutput: (text: string) => void): void {
    this.say = onOutput;
  }
  write(text: string): void {
    this.typed += text;
  }
  resize(size: TerminalSize): Promise<void> {
    this.sizes.push(size);
    return this.ends > 0 ? Promise.reject(new Error('it has ended')) : Promise.resolve();
  }
  end(): Promise<void> {
    this.ends++;
    return Promise.resolve();
  }
}

describe('the terminal of a shell in a container', () => {
  let shell: PlayedShell;
  let terminal: InstanceType<typeof ShellTerminal>;
  let shown: string;
  let closed: boolean;
  beforeEach(() => {
    openEditor();
    shell = new PlayedShell();
    terminal = new ShellTerminal(shell);
    shown = '';
    closed = false;
    terminal.onDidWrite((text) => (shown += text));
    terminal.onDidClose(() => (closed = true));
    terminal.open({ columns: 100, rows: 30 });
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('shows what the shell says, gives it what is typed, and has its size', () => {
    shell.say('cqlsh> ');
    terminal.handleInput('SELECT');
    terminal.setDimensions({ columns: 80, rows: 20 });
    assert.deepEqual([shown, shell.typed], ['cqlsh> ', 'SELECT']);
    assert.deepEqual(shell.sizes, [
      { columns: 100, rows: 30 },
      { columns: 80, rows: 20 },
    ]);
  });

  it('closes with the shell', async () => {
    shell.exit(0);
    await turn();
    assert.ok(closed);
  });

  it('leaves to be read what a shell has said that failed, and closes with the next key', async () => {
    shell.say('Connection error');
    shell.exit(1);
    await turn();
    assert.ok(!closed);
    assert.match(shown, /Connection error\r\nIt has ended with status 1/);
    terminal.handleInput('x');
    assert.ok(closed);
    assert.equal(shell.typed, '');
  });

  it('ends the shell when it is closed', () => {
    terminal.close();
    assert.equal(shell.ends, 1);
    terminal.setDimensions({ columns: 80, rows: 20 });
  });
});
