/**
 * Bytes that a tenant of weight 1 may start in a round: less than a small file, so that weights are felt from the first runs
 * on. Rounds without a taker are skipped, so short ones cost nothing.
 */
const quantum = 4096;

/** A tenant that has something to start now, or under way. */
export interface Contender {
  tenant: string;
  weight: number;
  /** Of the run that it would start next; absent when it has none. */
  bytes?: () => number;
}

/** What a tenant that works has been given of the rounds. */
interface Account {
  weight: number;
  /** In bytes; negative after a run that was larger. */
  credit: number;
  /** What it owed when it had no work any more, as far as that is not paid. In bytes. */
  owed: number;
  /** Whether its next run has had its part of that put on it. */
  isWeighed: boolean;
  isAway: boolean;
}

/**
 * Whose turn it is: deficit round robin over the bytes of the files that are started, by weight. In a round each tenant that
 * has work gets credit by its weight; who has credit left may start a run, in turn, and may overdraw its credit by it, so that
 * nobody's first file waits for credit, however large it is. Who has overdrawn waits for as many rounds as pay it off. Over time
 * the bytes started per unit of weight are the same for all that always have work. Rounds pass when a run is started, for all
 * that have work, also for those that cannot start another now: asking whose turn it is changes nothing.
 *
 * Who goes with a debt pays it by the rounds that pass meanwhile. Should it come back before that, each of its runs waits for
 * the debt as far as the run is large: file by file nobody gets more than with all files at once, and yet a small file does not
 * wait for a large one of long ago.
 */
export class Turns {
  readonly #accounts = new Map<string, Account>();
  /** Rank of each tenant's last turn, for taking turns among those with credit. */
  readonly #lastTurn = new Map<string, number>();
  #turn = 0;

  /**
   * Takes over who has work, waiting or being done; who is new is in this round already. Credit of those who have none any more
   * is forgotten; so are debts, when nobody has.
   */
  update(working: readonly Contender[]): void {
    for (const account of this.#accounts.values()) account.isAway = true;
    for (const { tenant, weight, bytes } of working) {
      const account = this.#accounts.get(tenant) ?? newAccount(weight);
      this.#accounts.set(tenant, account);
      Object.assign(account, { weight, isAway: false });
      if (bytes) weigh(account, bytes);
    }
    for (const [tenant, account] of this.#accounts) {
      if (!account.isAway) continue;
      account.owed += Math.max(0, -account.credit);
      account.credit = 0;
      account.isWeighed = false;
      if (account.owed === 0 || working.length === 0) this.#accounts.delete(tenant);
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
    for (const account of this.#accounts.values()) give(account, rounds * quantum * account.weight);
    charged.isWeighed = false;
    // An empty file is work too.
    charged.credit -= Math.max(bytes, 1);
  }

  #rank({ tenant }: Contender): number {
    return this.#lastTurn.get(tenant) ?? 0;
  }
}

function newAccount(weight: number): Account {
  return { weight, credit: quantum * weight, owed: 0, isWeighed: false, isAway: false };
}

/** Puts on the next run of a tenant what it owes since it was away, up to the bytes of that run. */
function weigh(account: Account, bytes: () => number): void {
  if (account.isWeighed || account.owed === 0) return;
  const part = Math.min(account.owed, bytes());
  account.owed -= part;
  account.credit -= part;
  account.isWeighed = true;
}

/** Credit that nobody uses does not grow beyond that of one round, or its owner could keep all others waiting later. */
function give(account: Account, bytes: number): void {
  if (account.isAway) account.owed = Math.max(0, account.owed - bytes);
  else account.credit = Math.min(account.credit + bytes, Math.max(account.credit, quantum * account.weight));
}

/** Who is not known yet comes into a round that has its credit. */
function roundsUntilCredit(account: Account | undefined): number {
  if (!account || account.credit > 0) return 0;
  return Math.floor(-account.credit / (quantum * account.weight)) + 1;
}
