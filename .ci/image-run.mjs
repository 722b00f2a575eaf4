import { spawn } from 'node:child_process';

/** What a program wrote to its standard output; an error that has the end of all it wrote when it fails. */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let stdout = '';
  let everything = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    everything += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => (everything += text));
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  if (status === 0) return stdout;
  const end = everything.trim().split('\n').slice(-25).join('\n');
  throw new Error(`${command} ${args.slice(0, 2).join(' ')} … ended with ${status}:\n${end}`);
}
