import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller } from './control-plane.ts';

/** 256 random bits, as text that fits a header. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Who holds which token. Only digests are kept and compared, each of them in constant time, so that an answer's delay
 * tells nothing about a token. At most one token for the platform and one a tenant.
 */
export class Tokens {
  readonly #holders = new Map<string, { caller: Caller; digest: Buffer }>();

  /** Makes a token for `caller` and takes the one before it back. */
  issue(caller: Caller): string {
    const token = newToken();
    this.#holders.set(holderKey(caller), { caller, digest: digestOf(token) });
    return token;
  }

  revoke(caller: Caller): void {
    this.#holders.delete(holderKey(caller));
  }

  authenticate(token: string): Caller | undefined {
    const digest = digestOf(token);
    let found: Caller | undefined;
    for (const holder of this.#holders.values()) {
      if (timingSafeEqual(holder.digest, digest)) found = holder.caller;
    }
    return found;
  }
}

function holderKey(caller: Caller): string {
  return caller.role === 'platform' ? 'platform' : `tenant/${caller.tenant}`;
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
