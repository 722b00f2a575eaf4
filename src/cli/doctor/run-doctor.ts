import { messageOf } from '../../foundation/errors.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { exitStatus } from '../errors.ts';
import { counted } from '../terminal/figures.ts';
import type { Style, Terminal } from '../terminal/terminal.ts';
import { pad, printable, width } from '../terminal/text.ts';
import type { Finding } from './finding.ts';
import { fail, warn } from './finding.ts';
import { machineFindings } from './machine.ts';

const styles: Readonly<Record<Finding['state'], Style>> = { ok: 'green', warn: 'yellow', fail: 'red' };

/** Prints what every check has found. @param folder or why there is none */
export async function runDoctor(terminal: Terminal, folder: PlatformFolder | Error, json: boolean): Promise<number> {
  const findings = [...(await machineFindings()), ...(await findingsOf(folder))];
  const failures = findings.filter(({ state }) => state === 'fail').length;
  if (json) terminal.print(JSON.stringify(findings));
  else {
    const widest = Math.max(...findings.map(({ check }) => width(check)));
    for (const { check, state, detail, fix } of findings) {
      terminal.print(`${terminal.paint(styles[state], state.padEnd(4))}  ${pad(check, widest)}  ${printable(detail)}`);
      if (fix !== undefined) terminal.print(`${' '.repeat(widest + 8)}${fix}`);
    }
    const warnings = findings.filter(({ state }) => state === 'warn').length;
    terminal.print(
      '',
      failures + warnings === 0
        ? 'Everything is in order.'
        : `${counted(failures, 'failure')}, ${counted(warnings, 'warning')}.`,
    );
  }
  return failures > 0 ? exitStatus.failures : exitStatus.done;
}

async function findingsOf(folder: PlatformFolder | Error): Promise<Finding[]> {
  if (folder instanceof Error) {
    return [
      warn('platform folder', messageOf(folder), 'Make one with "mysimbdp init", or name it with --platform DIR.'),
    ];
  }
  try {
    const { folderFindings } = await import('./folder.ts');
    return await folderFindings(folder);
  } catch (error) {
    // A SQLite that does not load has been told of already.
    return [fail('platform folder', messageOf(error), 'Correct this first, then run the doctor again.')];
  }
}
