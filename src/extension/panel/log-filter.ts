import { logLevels, type LogFilter, type LogLine } from './panel-protocol.ts';

/** Whether a line is among those that a filter shows. */
export function passes({ level, tenant }: LogFilter, line: LogLine): boolean {
  return (tenant === null || line.tenant === tenant) && logLevels.indexOf(line.level) >= logLevels.indexOf(level);
}
