import type { DemandStatus } from '../../protocol/management.ts';
import { printable } from '../terminal/text.ts';

/** Names that are told before the rest is only counted. */
const shownNames = 5;

/** `north/one.csv, south/two.csv and 3 more`; empty for none. */
export function namesOf(files: DemandStatus['stillWritten'] = []): string {
  const names = files.slice(0, shownNames).map(({ tenant, file }) => printable(`${tenant}/${file}`));
  const more = files.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more.toString()} more` : '');
}
