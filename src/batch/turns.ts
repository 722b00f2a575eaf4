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

/** What a tenant that works has been given of the rounds. */
interface Account {
  weight: number;
  /** In bytes; negative after a run that was larger. */
  credit: number;
  /** The turn at which it had no work any more; null while it has. */
  leftAt: number | null;
}

/**
 * Whose turn it is: deficit round robin over the bytes of the files that are started, by weight. In a round each tenant that
 * has work gets credit by its weight; who has credit left may start a run, in turn, and may overdraw its credit by it, so that
 * nobody's first file waits for credit, however large it is. Who has overdrawn waits for as many rounds as pay it off. Over time
 * the bytes started per unit of weight are the same for all that always have work. Rounds pass when a run is started, for all
 * that have work, also for those that cannot start another now: asking whose turn it is changes nothing.
 */
export class Turns {
  readonly #accounts = new Map<string, Account>();
  /** Rank of each tenant's last turn, for taking turns among those with credit. */
  readonly #lastTurn = new Map<string, number>();
  #turn = 0;

  /**
   * Takes over who has work, waiting or being done; who is new is in this round already. Credit of those who have none any more
   * is forgotten. Their debt stays until everybody who works has had a turn while they were away: who comes back later than that
   * begins anew, so that a quiet tenant never waits behind a backlog for a large file of long ago; who comes back sooner, file by
   * file, still pays.
   */
  update(working: readonly Contender[]): void {
    for (const { tenant, weight } of working) {
      const credit = this.#accounts.get(tenant)?.credit ?? quantum * weight;
      this.#accounts.set(tenant, { weight, credit, leftAt: null });
    }
    const names = new Set(working.map(({ tenant }) => tenant));
    for (const [tenant, account] of this.#accounts) {
      if (names.has(tenant)) continue;
      account.leftAt ??= this.#turn;
      if (account.credit < 0 && names.size > 0 && this.#turn - account.leftAt < names.size) continue;
      this.#accounts.delete(tenant);
    }
  }

  /** @returns the contender whose turn it is, of those that `update` was told of; undefined when there is none */
  next<C extends Contender>(contenders: readonly C[]): C | undefined {
    let first: C | undefined;
    let fewest = Infinity;
    for (const contender of contenders) {
      const rounds = roundsUntilCredit(this.#accounts.get(contender.tenant));
      if (rounds > fewest || (rounds === fewest && first && this.#rank(contender) >= this.#rank(first))) continue;
      first = contender;
      fewest = rounds;
    }
    return first;
  }

  /** The tenant has started a run over so many bytes; rounds in which nobody could start anything have passed before it. */
  charge(tenant: string, bytes: number): void {
    this.#lastTurn.set(tenant, ++this.#turn);
    const charged = this.#accounts.get(tenant);
    if (!charged) return;
    const rounds = roundsUntilCredit(charged);
    for (const account of this.#accounts.values()) {
      if (account.leftAt === null) give(account, rounds * quantum * account.weight);
    }
    // An empty file is work too.
    charged.credit -= Math.max(bytes, 1);
  }

  #rank({ tenant }: Contender): number {
    return this.#lastTurn.get(tenant) ?? 0;
  }
}

/** Credit that nobody uses does not grow beyond that of one round, or its owner could keep all others waiting later. */
function give(account: Account, bytes: number): void {
  const most = Math.max(account.credit, quantum * account.weight);
  account.credit = Math.min(account.credit + bytes, most);
}

/** Who is not known yet comes into a round that has its credit. */
function roundsUntilCredit(account: Account | undefined): number {
  if (!account || account.credit > 0) return 0;
  return Math.floor(-account.credit / (quantum * account.weight)) + 1;
}
