import { spawn } from 'node:child_process';

interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** After so many milliseconds the program is killed and has failed; 5 minutes unless told. */
  deadline?: number;
}

/** Runs a program to its end and gives its standard output; a failure carries the end of what it wrote. */
export async function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { cwd, env = process.env, deadline = 300_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const timer = setTimeout(() => child.kill('SIGKILL'), deadline);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(output);
      else {
        const end = signal ? `was ended by ${signal}` : `ended with ${code ?? 'nothing'}`;
        reject(new Error(`${[program, ...args].join(' ')} ${end}:\n${`${output}\n${errors}`.trim().slice(-4000)}`));
      }
    });
  });
}

/** This process's environment without what npm, VS Code and mocha told this process about itself. */
export function ownEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const told =
    /^(npm_(?!config_(registry|cafile|https?_proxy|proxy|cache|userconfig)$)|VSCODE_|NODE_OPTIONS$|NODE_V8_COVERAGE$|ELECTRON_)/i;
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !told.test(name))), ...more };
}
