import type { ProcessInfo } from './process-list.ts';

/** Adds up what a process tree uses, from one look at its members to the next. */
export class TreeUsage {
  /** At the last look. */
  residentBytes = 0;
  peakResidentBytes = 0;
  /** CPU time of members that have ended, as it was when they were last seen. */
  #pastCpuSeconds = 0;
  #present = new Map<string, number>();

  observe(members: readonly ProcessInfo[]): void {
    const present = new Map(members.map((member) => [`${member.pid} ${member.startedAt}`, member.cpuSeconds]));
    for (const [member, cpuSeconds] of this.#present) if (!present.has(member)) this.#pastCpuSeconds += cpuSeconds;
    this.#present = present;
    this.residentBytes = members.reduce((sum, member) => sum + member.residentBytes, 0);
    this.peakResidentBytes = Math.max(this.peakResidentBytes, this.residentBytes);
  }

  get cpuSeconds(): number {
    return [...this.#present.values()].reduce((sum, seconds) => sum + seconds, this.#pastCpuSeconds);
  }
}
