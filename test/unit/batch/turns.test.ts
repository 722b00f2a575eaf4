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
    const next = order.next(tenants)!;
    const bytes = next.runs();
    order.charge(next.tenant, bytes);
    served.set(next.tenant, served.get(next.tenant)! + bytes);
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
      assert.equal(turns.next([busy]), busy);
      turns.charge('busy', 1e5);
    }
    const quiet = { tenant: 'quiet', weight: 1 };
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
    turns.next(contenders);
    turns.charge('large', 1e8);
    let bytes = 0;
    for (let next = turns.next(contenders); next!.tenant === 'small'; next = turns.next(contenders)) {
      turns.charge('small', 1e6);
      bytes += 1e6;
    }
    assert.ok(bytes >= 0.95e8 && bytes <= 1.05e8, `the other had ${bytes} bytes meanwhile`);
  });

  it('forget the debt of a tenant that was away while all others had their turn', () => {
    const turns = new Turns();
    const back = { tenant: 'back', weight: 1 };
    const busy = { tenant: 'busy', weight: 1 };
    turns.next([back, busy]);
    turns.charge('back', 1e9);
    for (let i = 0; i < 100; i++) {
      turns.keepOnly(new Set(['busy']));
      turns.next([busy]);
      turns.charge('busy', 1e5);
    }
    turns.keepOnly(new Set(['busy', 'back']));
    assert.equal(turns.next([busy, back]), back);
  });

  it('keep the debt of a tenant that went away as long as others work, and no credit', () => {
    const turns = new Turns();
    const contenders = [
      { tenant: 'a', weight: 1 },
      { tenant: 'b', weight: 1 },
    ];
    turns.next(contenders);
    turns.charge('a', 1e8);
    turns.keepOnly(new Set(['b']));
    assert.equal(turns.next(contenders)!.tenant, 'b');
    turns.keepOnly(new Set());
    turns.charge('b', 1);
    assert.equal(turns.next(contenders)!.tenant, 'a');
  });
});
