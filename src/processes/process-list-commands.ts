import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PlatformError, messageOf } from '../foundation/errors.ts';
import type { ProcessInfo } from './process-list.ts';

const run = promisify(execFile);
const deadlineMs = 20_000;
const maxOutputBytes = 32 * 1024 * 1024;

/** macOS and the BSDs. */
export async function listFromPs(): Promise<ProcessInfo[]> {
  return parsePs(
    await output('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,rss=,time=,lstart='], {
      ...process.env,
      LC_ALL: 'C',
    }),
  );
}

const psLine = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+([\d:.-]+)\s+(.+?)\s*$/;

/** Lines of pid, ppid, pgid, stat, rss (KiB), time ([[days-]hours:]minutes:seconds), lstart. */
export function parsePs(text: string): ProcessInfo[] {
  const processes: ProcessInfo[] = [];
  for (const line of text.split('\n')) {
    const [, pid, parent, group, state, resident, time, started] = psLine.exec(line) ?? [];
    if (started === undefined || state?.startsWith('Z')) continue;
    processes.push({
      pid: Number(pid),
      parentPid: Number(parent),
      groupId: Number(group),
      sessionId: null, // ps of macOS prints 0 for everything.
      residentBytes: Number(resident) * 1024,
      cpuSeconds: secondsOf(time ?? ''),
      startedAt: Date.parse(started),
    });
  }
  return processes;
}

function secondsOf(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}

const powerShellQuery = [
  "$ErrorActionPreference = 'Stop'",
  "$epoch = [DateTime]::new(1970, 1, 1, 0, 0, 0, 'Utc')",
  'Get-CimInstance Win32_Process -Property ProcessId,ParentProcessId,WorkingSetSize,KernelModeTime,UserModeTime,CreationDate',
  '| Where-Object { $_.CreationDate }',
  "| ForEach-Object { '{0} {1} {2} {3} {4}' -f $_.ProcessId, $_.ParentProcessId, $_.WorkingSetSize, ($_.KernelModeTime + $_.UserModeTime), [long]($_.CreationDate.ToUniversalTime() - $epoch).TotalMilliseconds }",
];

export async function listFromPowerShell(): Promise<ProcessInfo[]> {
  const [policy, epoch, ...pipeline] = powerShellQuery;
  const script = [policy, epoch, pipeline.join(' ')].join('; ');
  return parsePowerShell(
    await output('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script], process.env),
  );
}

/** Lines of pid, parent pid, working set (bytes), CPU time (100 ns), creation (ms since the epoch). */
export function parsePowerShell(text: string): ProcessInfo[] {
  const processes: ProcessInfo[] = [];
  for (const line of text.split('\n')) {
    const [pid, parentPid, residentBytes, cpu, startedAt] = line.trim().split(' ').map(Number);
    if (startedAt === undefined || Number.isNaN(startedAt)) continue;
    if (pid === undefined || parentPid === undefined || residentBytes === undefined || cpu === undefined) continue;
    processes.push({
      pid,
      parentPid,
      groupId: null,
      sessionId: null,
      residentBytes,
      cpuSeconds: cpu / 1e7,
      startedAt,
    });
  }
  // Windows keeps the pid of a parent that has ended, and may give it to another process.
  const started = new Map(processes.map((item) => [item.pid, item.startedAt]));
  return processes.map((item) =>
    (started.get(item.parentPid) ?? 0) > item.startedAt ? { ...item, parentPid: 0 } : item,
  );
}

async function output(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout } = await run(command, args, {
      env,
      timeout: deadlineMs,
      killSignal: 'SIGKILL',
      maxBuffer: maxOutputBytes,
      windowsHide: true,
    });
    return stdout;
  } catch (error) {
    throw processListFailed(command, error);
  }
}

function processListFailed(command: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'PROCESS_LIST_FAILED',
    message: `The processes of this machine cannot be listed with ${command}: ${messageOf(cause).split('\n', 1).join('')}`,
    hint: `Check that "${command}" can be started; without it the memory limits of apps are not watched.`,
    cause,
  });
}
