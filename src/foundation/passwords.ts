import { randomBytes } from 'node:crypto';

/** 192 bits, of letters and digits that no shell, CQL text or JAAS file has to quote. */
export function newPassword(): string {
  return randomBytes(24).toString('hex');
}
