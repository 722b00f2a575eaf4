/**
 * Bytes that a tenant of weight 1 may start in a round: less than a small file, so that weights are felt from the first runs
 * on. Rounds without a taker are skipped, so short ones cost nothing.
 */
const quantum = 4096;

/** A tenant that has something to start now. */
export interface Contender {
  tenant: string;
  weight: number;
}

/**
 * Whose turn it is: deficit round robin over the bytes of the files that are started, by weight. In a round each tenant that
 * has work gets credit by its weight; who has credit left may start a run, in turn, and may overdraw its credit by it, so that
 * nobody's first file waits for credit, however large it is. Who has overdrawn waits for as many rounds as pay it off. Over time
 * the bytes started per unit of weight are the same for all that always have work.
 */
export class Turns {
  /** Credit in bytes; negative after a run that was larger. */
  readonly #credit = new Map<string, number>();
  /** Rank of each tenant's last turn, for taking turns among those with credit. */
  readonly #lastTurn = new Map<string, number>();
  #turn = 0;
  /** The turn at which tenants with a debt went away. */
  readonly #leftAt = new Map<string, number>();

  /** @returns the contender whose turn it is; undefined when there is none */
  next<C extends Contender>(contenders: readonly C[]): C | undefined {
    if (contenders.length === 0) return undefined;
    for (const { tenant, weight } of contenders) {
      // Who comes anew is in this round already.
      if (!this.#credit.has(tenant)) this.#credit.set(tenant, quantum * weight);
    }
    const withCredit = contenders.filter((contender) => this.#of(contender) > 0);
    if (withCredit.length > 0) return this.#longestAgo(withCredit);
    // Rounds in which nobody can start anything are skipped.
    const rounds = Math.min(
      ...contenders.map((contender) => Math.floor(-this.#of(contender) / (quantum * contender.weight)) + 1),
    );
    for (const contender of contenders) {
      this.#credit.set(contender.tenant, this.#of(contender) + rounds * quantum * contender.weight);
    }
    return this.#longestAgo(contenders.filter((contender) => this.#of(contender) > 0));
  }

  /** The tenant has started a run over so many bytes. */
  charge(tenant: string, bytes: number): void {
    this.#lastTurn.set(tenant, ++this.#turn);
    // An empty file is work too.
    this.#credit.set(tenant, (this.#credit.get(tenant) ?? 0) - Math.max(bytes, 1));
  }

  /**
   * Forgets the credit of tenants that have no work any more. Their debt stays until everybody who works has had a turn while
   * they were away: who comes back later than that begins anew, so that a quiet tenant never waits behind a backlog for a large
   * file of long ago; who comes back sooner, file by file, still pays.
   */
  keepOnly(withWork: ReadonlySet<string>): void {
    for (const [tenant, credit] of this.#credit) {
      if (withWork.has(tenant)) {
        this.#leftAt.delete(tenant);
        continue;
      }
      const leftAt = this.#leftAt.get(tenant) ?? this.#turn;
      this.#leftAt.set(tenant, leftAt);
      if (credit < 0 && withWork.size > 0 && this.#turn - leftAt < withWork.size) continue;
      this.#credit.delete(tenant);
      this.#leftAt.delete(tenant);
    }
  }

  #of({ tenant }: Contender): number {
    return this.#credit.get(tenant) ?? 0;
  }

  #longestAgo<C extends Contender>(contenders: readonly C[]): C | undefined {
    let first: C | undefined;
    for (const contender of contenders) {
      const rank = this.#lastTurn.get(contender.tenant) ?? 0;
      if (!first || rank < (this.#lastTurn.get(first.tenant) ?? 0)) first = contender;
    }
    return first;
  }
}
