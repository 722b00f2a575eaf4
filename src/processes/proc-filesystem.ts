import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { deadlineExceeded, within } from '../foundation/deadlines.ts';
import type { ProcessInfo } from './process-list.ts';

/** Longest time that the event loop is held at once, in ms. */
const sliceMs = 1;
const passDeadlineMs = 5000;
const environDeadlineMs = 1000;

/**
 * One pass over /proc. The files are read synchronously, a slice at a time: they are made by the kernel on demand, never
 * wait for a disk, and three system calls cost a tenth of what an asynchronous read of the same file costs.
 */
export async function listFromProc(): Promise<ProcessInfo[]> {
  const began = performance.now();
  const names = await readdir('/proc');
  const processes: ProcessInfo[] = [];
  const buffer = Buffer.allocUnsafe(4096);
  let sliceBegan = performance.now();
  for (const name of names) {
    const first = name.charCodeAt(0);
    if (first < 48 || first > 57) continue;
    const info = readStat(name, buffer);
    if (info) processes.push(info);
    const now = performance.now();
    if (now - sliceBegan < sliceMs) continue;
    if (now - began > passDeadlineMs) throw deadlineExceeded('Listing the processes', passDeadlineMs);
    await nextTurn();
    sliceBegan = performance.now();
  }
  return processes;
}

/** When the process with this pid began, or undefined when there is none (any more) or this is not Linux. */
export function startOfProcess(pid: number): number | undefined {
  return process.platform === 'linux' ? readStat(pid.toString(), Buffer.allocUnsafe(4096))?.startedAt : undefined;
}

function readStat(pid: string, buffer: Buffer): ProcessInfo | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(`/proc/${pid}/stat`, 'r');
    return parseStat(buffer.toString('latin1', 0, readSync(descriptor, buffer)), unitsOfKernel());
  } catch {
    return undefined; // It has ended meanwhile, or is hidden from this user.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

interface KernelUnits {
  pageBytes: number;
  ticksPerSecond: number;
}

/** Reads a line of /proc/<pid>/stat (proc_pid_stat(5)); undefined for a zombie. */
export function parseStat(stat: string, units: KernelUnits): ProcessInfo | undefined {
  // The command name can hold anything, also spaces and parentheses; what follows its last parenthesis cannot.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  const [state] = fields;
  // The leader of a process whose other threads are still at work looks like a zombie.
  if ((state === 'Z' && field(20) <= 1) || state === 'X' || state === undefined) return undefined;
  return {
    pid: Number(stat.slice(0, stat.indexOf(' '))),
    parentPid: field(4),
    groupId: field(5),
    sessionId: field(6),
    cpuSeconds: (field(14) + field(15)) / units.ticksPerSecond,
    startedAt: field(22),
    residentBytes: field(24) * units.pageBytes,
  };
}

let units: KernelUnits | undefined;

/** Page size and clock ticks, from the auxiliary vector that the kernel gave this process (getauxval(3)). */
function unitsOfKernel(): KernelUnits {
  if (units) return units;
  units = { pageBytes: 4096, ticksPerSecond: 100 };
  try {
    const vector = readFileSync('/proc/self/auxv');
    const width = /64|s390x/.test(process.arch) ? 8 : 4;
    const word = (at: number): number =>
      width === 8
        ? Number(endianness() === 'LE' ? vector.readBigUInt64LE(at) : vector.readBigUInt64BE(at))
        : endianness() === 'LE'
          ? vector.readUInt32LE(at)
          : vector.readUInt32BE(at);
    for (let at = 0; at + 2 * width <= vector.length; at += 2 * width) {
      if (word(at) === 6) units.pageBytes = word(at + width);
      if (word(at) === 17) units.ticksPerSecond = word(at + width);
    }
  } catch {
    // The usual values stay.
  }
  return units;
}

/**
 * The value of a variable in the environment that a process began with; null when it is not in it, undefined when the
 * environment cannot be read (another user's process, one that has ended, one between fork and exec).
 */
export async function readEnvironmentVariable(pid: number, name: string): Promise<string | null | undefined> {
  let environment: string;
  try {
    // Unlike stat, this file waits for the process's memory lock: never on the event loop's thread.
    environment = await within(environDeadlineMs, 'Reading an environment', readFile(`/proc/${pid}/environ`, 'latin1'));
  } catch {
    return undefined;
  }
  if (environment === '') return undefined;
  const start = `${name}=`;
  const entry = environment.split('\0').find((text) => text.startsWith(start));
  return entry === undefined ? null : entry.slice(start.length);
}
