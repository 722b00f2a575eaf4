import { spawn } from 'node:child_process';

/**
 * Kills the process group `pid` and removes `folder` when this process ends in whatever way: a shell waits for the end
 * of its standard input, which the operating system closes. Gives the function that ends the watch.
 */
export function guard(pid: number, folder: string): () => void {
  const script = 'read -r _; kill -s KILL -- "-$1" 2>/dev/null; rm -rf -- "$2"';
  const shell = spawn('sh', ['-c', script, 'sh', pid.toString(), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  return () => shell.kill('SIGKILL');
}
