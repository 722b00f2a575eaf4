// A Docker engine of one's own, for machines where none answers: everything it has and writes is in one folder. It needs root
// and Debian's docker.io with iptables and iproute2; containers reach each other through networks that are made for them, since there is no
// default one.
//   node .ci/docker-engine.mjs start FOLDER   prints what DOCKER_HOST has to be; one that runs there is used again
//   node .ci/docker-engine.mjs stop FOLDER    ends it and its containers; its images stay in the folder
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const [command, folder] = process.argv.slice(2);
if (!['start', 'stop'].includes(command) || folder === undefined) {
  console.error('Usage: node .ci/docker-engine.mjs start|stop FOLDER');
  process.exit(2);
}
const home = resolve(folder);
const socket = join(home, 'docker.sock');
const pidFile = join(home, 'dockerd.pid');
const logFile = join(home, 'dockerd.log');
const host = `unix://${socket}`;
try {
  await (command === 'start' ? start() : stop());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function start() {
  if (!answers()) await startDaemon();
  console.log(host);
}

async function startDaemon() {
  if (process.getuid?.() !== 0) throw new Error('Only root can start an engine here.');
  // A socket's path has room for 107 bytes.
  if (Buffer.byteLength(socket) > 107)
    throw new Error(`${socket} is too long for a socket's path: choose another folder.`);
  const missing = ['dockerd', 'iptables', 'ip'].filter((name) => spawnSync(name, ['--version']).error !== undefined);
  if (missing.length > 0)
    throw new Error(
      `${missing.join(', ')} missing: apt-get install --no-install-recommends docker.io iptables iproute2`,
    );
  await mkdir(home, { recursive: true });
  const log = await open(logFile, 'w');
  const options = [
    ['--host', host],
    ['--data-root', join(home, 'data')],
    ['--exec-root', join(home, 'exec')],
    ['--pidfile', pidFile],
    ['--bridge', 'none'],
    ['--exec-opt', 'native.cgroupdriver=cgroupfs'],
    ['--log-driver', 'json-file'],
    ['--log-opt', 'max-size=10m'],
    ['--log-opt', 'max-file=2'],
  ];
  const daemon = spawn('dockerd', options.flat(), { detached: true, stdio: ['ignore', log.fd, log.fd] });
  const ended = new Promise((done) => daemon.once('exit', () => done(true)));
  daemon.unref();
  await log.close();
  const deadline = Date.now() + 30_000;
  while (!answers()) {
    if ((await Promise.race([ended, pause(200, false)])) || Date.now() > deadline) {
      if (daemon.exitCode === null) daemon.kill();
      const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n');
      throw new Error(`dockerd did not come up. The end of ${logFile}:\n${lines.slice(-15).join('\n')}`);
    }
  }
}

async function stop() {
  const pid = await runningDaemon();
  if (pid === undefined) return;
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + 60_000;
  while (await isDaemon(pid)) {
    if (Date.now() > deadline)
      throw new Error(`dockerd (process ${pid}) has not ended within a minute; see ${logFile}.`);
    await pause(100);
  }
  await rm(socket, { force: true });
}

function answers() {
  return spawnSync('docker', ['--host', host, 'version'], { stdio: 'ignore' }).status === 0;
}

async function runningDaemon() {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => '0'));
  return (await isDaemon(pid)) ? pid : undefined;
}

/** Whether a process is the engine of this folder: its number may have gone to another one since it was written down. */
async function isDaemon(pid) {
  const [program, ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return program.endsWith('dockerd') && args.includes(pidFile);
}
