import assert from 'node:assert/strict';
import { Turns } from '../../../src/batch/turns.ts';

interface Tenant {
  tenant: string;
  weight: number;
  /** Bytes of its runs, one after another. */
  runs: () => number;
}

/** Lets tenants that always have work take turns; gives the bytes that each has started. */
function share(tenants: Tenant[], turns: number): Map<string, number> {
  const order = new Turns();
  const served = new Map(tenants.map(({ tenant }) => [tenant, 0]));
  for (let i = 0; i < turns; i++) {
    order.update(tenants);
    const next = order.next(tenants)!;
    const bytes = next.runs();
    order.charge(next.tenant, bytes);
    served.set(next.tenant, served.get(next.tenant)! + bytes);
  }
  return served;
}

/** Lets tenants work at `places` places, each one run at a time that takes as long as it has bytes; gives the bytes of each. */
function work(tenants: Tenant[], places: number, bytes: number): Map<string, number> {
  const order = new Turns();
  const served = new Map(tenants.map(({ tenant }) => [tenant, 0]));
  const running = new Map<string, number>();
  for (let now = 0; now < bytes; now = Math.min(...running.values())) {
    for (const [tenant, end] of running) if (end <= now) running.delete(tenant);
    order.update(tenants);
    for (;;) {
      const next = order.next(tenants.filter(({ tenant }) => !running.has(tenant)));
      if (!next || running.size === places) break;
      const size = next.runs();
      order.charge(next.tenant, size);
      served.set(next.tenant, served.get(next.tenant)! + size);
      running.set(next.tenant, now + size);
    }
  }
  return served;
}

/** Jain's fairness index: 1 when all are equal, 1/n when one has everything (Jain, Chiu, Hawe 1984). */
function jain(values: number[]): number {
  const sum = values.reduce((a, b) => a + b, 0);
  return sum ** 2 / (values.length * values.reduce((a, b) => a + b * b, 0));
}

describe('turns between tenants', () => {
  it('share bytes by weight, whatever the size of the runs', () => {
    const tenants = [
      { tenant: 'small', weight: 1, runs: () => 1e4 },
      { tenant: 'large', weight: 1, runs: () => 5e7 },
      { tenant: 'gold', weight: 3, runs: () => 2e6 },
    ];
    const served = share(tenants, 60_000);
    const index = jain(tenants.map(({ tenant, weight }) => served.get(tenant)! / weight));
    assert.ok(index > 0.99, `Jain's index is ${index}`);
  });

  for (const places of [1, 2, 3]) {
    it(`share bytes between ${places + 1} tenants for ${places} at a time, one of which has runs 50 times as large`, () => {
      const tenants = Array.from({ length: places + 1 }, (_, i) => ({
        tenant: `t${i}`,
        weight: 1,
        runs: () => (i === 0 ? 1e6 : 2e4),
      }));
      const served = work(tenants, places, 2e8);
      const index = jain([...served.values()]);
      assert.ok(index > 0.95, `Jain's index is ${index} of ${[...served.values()].join(', ')}`);
    });
  }

  it('share by weight soon, though all files are small', () => {
    const tenants = [1, 2, 4].map((weight) => ({ tenant: `weight_${weight}`, weight, runs: () => 1e4 }));
    const served = share(tenants, 70);
    const index = jain(tenants.map(({ tenant, weight }) => served.get(tenant)! / weight));
    assert.ok(index > 0.95, `Jain's index is ${index}`);
  });

  it("let a tenant's first run go next, however long the backlog of another and however large the file", () => {
    const turns = new Turns();
    const busy = { tenant: 'busy', weight: 10 };
    for (let i = 0; i < 1000; i++) {
      turns.update([busy]);
      assert.equal(turns.next([busy]), busy);
      turns.charge('busy', 1e5);
    }
    const quiet = { tenant: 'quiet', weight: 1 };
    turns.update([busy, quiet]);
    assert.equal(turns.next([busy, quiet]), quiet);
    turns.charge('quiet', 1e9);
    assert.equal(turns.next([busy, quiet]), busy);
  });

  it('make a tenant that took a large file pay it off before its next', () => {
    const turns = new Turns();
    const contenders = [
      { tenant: 'large', weight: 1 },
      { tenant: 'small', weight: 1 },
    ];
    turns.update(contenders);
    turns.charge('large', 1e8);
    let bytes = 0;
    for (let next = turns.next(contenders); next!.tenant === 'small'; next = turns.next(contenders)) {
      turns.charge('small', 1e6);
      bytes += 1e6;
    }
    assert.ok(bytes >= 0.95e8 && bytes <= 1.05e8, `the other had ${bytes} bytes meanwhile`);
  });

  for (const others of [1, 5]) {
    it(`give a tenant that stages file by file no more than ${others} that always have work`, () => {
      const order = new Turns();
      const busy = Array.from({ length: others }, (_, i) => ({ tenant: `t${i}`, weight: 1, bytes: () => 1e6 }));
      const feeder = { tenant: 'feeder', weight: 1, bytes: () => 1e9 };
      const served = new Map([feeder, ...busy].map(({ tenant }) => [tenant, 0]));
      // It stages the next file when others have had so many runs since its last.
      let runsSince = 4;
      for (let turn = 0; served.get('feeder')! < 20e9 && turn < 200_000; turn++) {
        const contenders = runsSince >= 4 ? [...busy, feeder] : busy;
        order.update(contenders);
        const next = order.next(contenders)!;
        const [tenant, bytes] = [next.tenant, next.bytes()];
        order.charge(tenant, bytes);
        served.set(tenant, served.get(tenant)! + bytes);
        runsSince = tenant === 'feeder' ? 0 : runsSince + 1;
      }
      const index = jain([...served.values()]);
      assert.ok(index > 0.95, `Jain's index is ${index} of ${[...served.values()].join(', ')}`);
    });
  }

  /** How many runs of others come before a file of `bytes`, of a tenant that was away for `away` of them behind 1 GB. */
  function runsBefore(bytes: number, away: number): number {
    const turns = new Turns();
    const back = { tenant: 'back', weight: 1, bytes: () => bytes };
    const busy = [1, 2, 3].map((i) => ({ tenant: `busy_${i}`, weight: 1, bytes: (): number => 1e6 }));
    const start = (contenders: typeof busy) => {
      turns.update(contenders);
      const next = turns.next(contenders)!;
      turns.charge(next.tenant, next.bytes());
      return next;
    };
    turns.update([back, ...busy]);
    turns.charge('back', 1e9);
    for (let i = 0; i < away; i++) start(busy);
    let runs = 0;
    while (start([...busy, back]) !== back) runs++;
    return runs;
  }

  it('let a small file go soon, though its tenant has had a large one and was away since', () => {
    const runs = runsBefore(1e4, 10);
    assert.ok(runs <= 3, `it had to wait for ${runs} runs`);
  });

  it('count what has passed for a tenant while it was away', () => {
    const [soon, late] = [runsBefore(1e9, 10), runsBefore(1e9, 2900)];
    assert.ok(soon > 2800 && late < 150, `it had to wait for ${soon} and ${late} runs`);
  });

  it('keep the debt of a tenant that went away as long as others work, and no credit', () => {
    const turns = new Turns();
    const contenders = [
      { tenant: 'a', weight: 1 },
      { tenant: 'b', weight: 1 },
    ];
    turns.update(contenders);
    turns.charge('a', 1e8);
    turns.update(contenders.slice(1));
    turns.update(contenders);
    assert.equal(turns.next(contenders)!.tenant, 'b');
    turns.update([]);
    turns.update(contenders);
    turns.charge('b', 1);
    assert.equal(turns.next(contenders)!.tenant, 'a');
  });
});
