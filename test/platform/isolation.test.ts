import assert from 'node:assert/strict';
import { until } from '../../src/foundation/deadlines.ts';
import { listProcesses } from '../../src/processes/process-list.ts';
import { expectFile, storedKeys } from './expectations.ts';
import { itemsProfile, itemsTables, PlatformFixture } from './platform-fixture.ts';

const patienceMs = 60_000;
/** Rows a second that the steady tenant's quota gives it. */
const share = 1500;
const items = 'id,name\n1,a\n2,b\n3,c\n4,d\n';

/** How far the steady run was by one of its reports, which come about once a second. */
interface Progress {
  sequence: number;
  read: number;
  /** Milliseconds, monotonic. */
  at: number;
}

const rateBetween = (from: Progress, to: Progress) => ((to.read - from.read) / (to.at - from.at)) * 1000;

/** An app that misbehaves in a run of its own, while the steady tenant ingests. */
interface Case {
  tenant: string;
  /** A module; or a Node script as a command, behind `questions` and `keep`. */
  module?: string;
  script?: string;
  settings?: string;
  cause: string | RegExp;
  says: RegExp;
}

const wrangling = (body: string, above = '') => `
${above}
export default { async wrangle(row) { ${body} } };
`;
const prelude = `
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
const keep = ({ id, row }) => writeSync(1, JSON.stringify({ id, rows: [{ ...row, checked: true }] }) + '\\n');
const questions = async function* () {
  for await (const line of createInterface({ input: process.stdin })) yield JSON.parse(line);
};
const forEver = () => setInterval(() => {}, 1000);
/** A child of a process group of its own, which nobody waits for. */
const beget = (program, ...args) => {
  const child = spawn(program, args, { detached: true, stdio: 'ignore' });
  child.unref();
  appendFileSync('children', child.pid + '\\n');
};
`;
const short = 'chunkTimeoutSeconds: 3';

const cases: Record<string, Case> = {
  'loops for ever': {
    tenant: 'loops',
    module: wrangling('while (true);'),
    settings: short,
    cause: 'APP_HUNG',
    says: /did not answer a chunk of records within 3 s/,
  },
  'leaks objects': {
    tenant: 'leaks_objects',
    module: wrangling('for (;;) kept.push({ row, more: [kept.length] });', 'const kept = [];'),
    settings: 'resources: { memoryMb: 256 }',
    cause: /^(APP|RUN)_OUT_OF_MEMORY$/,
    says: /memory.*256 MiB/,
  },
  'leaks buffers': {
    tenant: 'leaks_buffers',
    module: wrangling(
      'for (;;) { kept.push(Buffer.alloc(4e6, 1)); await pause(5); }',
      "import { setTimeout as pause } from 'node:timers/promises';\nconst kept = [];",
    ),
    settings: 'resources: { memoryMb: 300 }',
    cause: 'RUN_OUT_OF_MEMORY',
    says: /used \d+ MiB of memory, more than the 300 MiB/,
  },
  'forks a hundred children and hangs': {
    tenant: 'forks_many',
    script: "for (let i = 0; i < 100; i++) beget('sleep', '600'); forEver();",
    settings: short,
    cause: 'APP_HUNG',
    says: /did not answer a chunk of records within 3 s/,
  },
  'forks children that take memory': {
    tenant: 'forks_large',
    script: `
      const hoard = 'const kept = Buffer.alloc(60e6, 1); setInterval(() => kept.length, 1000)';
      for (let i = 0; i < 12; i++) beget(process.execPath, '-e', hoard);
      forEver();`,
    cause: 'RUN_OUT_OF_MEMORY',
    says: /used \d+ MiB of memory, more than the 512 MiB/,
  },
  'floods its log with a gigabyte': {
    tenant: 'floods',
    script: `
      const lines = Buffer.from(('x'.repeat(99) + '\\n').repeat(10_000));
      for await (const question of questions()) {
        for (let i = 0; i < 1000; i++) for (let at = 0; at < lines.length; ) at += writeSync(2, lines, at);
        writeSync(2, 'last words\\n');
        process.exit(3);
      }`,
    cause: 'APP_EXITED',
    says: /with status 3 before it had answered every record; its last words: .*last words/s,
  },
  'floods its log for ever': {
    tenant: 'floods_on',
    script: "const some = Buffer.alloc(1e6, 'x'); for await (const _ of questions()) for (;;) writeSync(2, some);",
    settings: short,
    cause: 'APP_HUNG',
    says: /did not answer a chunk of records within 3 s/,
  },
  'prints binary rubbish': {
    tenant: 'rubbish',
    script: `
      const rubbish = Buffer.from(Array.from({ length: 1e6 }, (_, i) => (i * 7919) % 256));
      for await (const _ of questions()) for (;;) writeSync(1, rubbish);`,
    cause: 'APP_PROTOCOL',
    says: /a line that is not JSON/,
  },
  'ends half-way as if all were well': {
    tenant: 'ends',
    script:
      "for await (const question of questions()) { keep(question); if (question.row.id === '2') process.exit(0); }",
    cause: 'APP_EXITED',
    says: /with status 0 before it had answered every record/,
  },
  'never reads': {
    tenant: 'deaf',
    script: 'forEver();',
    settings: short,
    cause: 'APP_HUNG',
    says: /did not answer a chunk of records within 3 s/,
  },
  'closes its output early': {
    tenant: 'mute',
    script: 'for await (const question of questions()) { keep(question); closeSync(1); forEver(); break; }',
    cause: 'APP_PROTOCOL',
    says: /closed its stdout before it had answered every record/,
  },
};

describe('a tenant keeps its share while the app of another', function () {
  let fixture: PlatformFixture;
  let steadyRun: string;
  let begin: Progress;

  /** Its first report behind that one. */
  async function progress(after: number): Promise<Progress> {
    const { controlPlane } = await fixture.up();
    const sequences = new Set<number>();
    return until(
      patienceMs,
      'a report of the steady run',
      async () => {
        const { runs } = await controlPlane.status();
        const report = runs.find(({ runId }) => runId === steadyRun)?.report;
        if (!report) return undefined;
        sequences.add(report.sequence);
        // The first that is seen may have come long ago.
        if (report.sequence <= after || sequences.size < 2) return undefined;
        return { sequence: report.sequence, read: report.counters.read, at: performance.now() };
      },
      undefined,
      10,
    );
  }

  before(async () => {
    const quota = `{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: ${share} } }`;
    fixture = await PlatformFixture.create(
      [
        ...Object.values(cases).map(({ tenant, module, script, settings = '' }) => ({
          name: tenant,
          profile: module
            ? itemsProfile({ app: settings })
            : `
batch: { files: { settleSeconds: 0 } }
${itemsTables}
apps:
  - name: items
    kind: batch
    command: ${JSON.stringify([process.execPath, 'app.mjs'])}
    files: "*.csv"
    format: { type: csv }
    table: items
    ${settings}
`,
          files: { 'apps/items/app.ts': module ?? '', 'apps/items/app.mjs': prelude + (script ?? '') },
        })),
        { name: 'steady', profile: itemsProfile({ batch: quota }) },
      ],
      'limits: { concurrentRuns: 2 }',
    );
    const { controlPlane } = await fixture.up();
    // More than it can ingest until all the others have failed.
    await fixture.stage(
      'steady',
      'items.csv',
      `id,name\n${Array.from({ length: share * 300 }, (_, i) => `${i},name\n`).join('')}`,
    );
    steadyRun = await until(patienceMs, 'the steady run', async () => {
      const { runs } = await controlPlane.status();
      return runs.find(({ report }) => (report?.counters.stored ?? 0) > 0)?.runId;
    });
    begin = await progress(0);
  });
  after(() => fixture.dispose());

  for (const [what, { tenant, script, cause, says }] of Object.entries(cases)) {
    it(`${what}: ${cause instanceof RegExp ? cause.source : cause}`, async () => {
      await fixture.stage(tenant, 'items.csv', items);
      await fixture.run(tenant);
      const [run, ...more] = await fixture.runs(tenant);
      const code = run?.cause?.code ?? 'none';
      assert.match(code, cause instanceof RegExp ? cause : new RegExp(`^${cause}$`), JSON.stringify(run));
      assert.deepEqual([run?.outcome, more], ['failed', []]);
      const counts = [0, 0, 0, 0] as const;
      await expectFile(fixture, tenant, 'items.csv', {
        outcome: 'failed',
        cause: code,
        says,
        counts,
        place: 'quarantine',
      });
      assert.deepEqual(await storedKeys(fixture, tenant), []);
      if (script?.includes('beget')) await expectNoChildren(tenant);
    });
  }

  it('… all the time', async () => {
    const { controlPlane } = await fixture.up();
    const end = await progress(begin.sequence);
    const others = (await controlPlane.runLog({ limit: 100 })).filter((run) => run.tenant !== 'steady');
    assert.equal(others.length, Object.keys(cases).length);
    const rate = rateBetween(begin, end);
    const said = `${rate.toFixed(1)} rows/s in ${((end.at - begin.at) / 1000).toFixed(1)} s`;
    assert.ok(rate < share * 1.05, said);
    if (rate < share * 0.9) {
      // Either the others took it away, or the machine has no more to give at the moment: without them it then is no better.
      const later = await progress(end.sequence + 8);
      const alone = rateBetween(end, later);
      assert.ok(rate > alone * 0.9, `${said}, but ${alone.toFixed(1)} without the others`);
    }
    await controlPlane.cancelRun(steadyRun);
    const record = await until(patienceMs, 'the end of the steady run', async () => {
      return (await controlPlane.ingestionLog({ tenant: 'steady', limit: 1 }))[0];
    });
    assert.equal(record.outcome, 'cancelled');
    assert.ok(record.rowsPerSecond < share * 1.05, `${record.rowsPerSecond} rows/s by the record`);
    assert.ok(record.rowsPerSecond > rate * 0.9, `${record.rowsPerSecond} rows/s by the record, ${said}`);
  });

  async function expectNoChildren(tenant: string): Promise<void> {
    const pids = (await fixture.read(`tenants/${tenant}/apps/items/children`)).trim().split('\n').map(Number);
    assert.ok(pids.length > 5);
    await until(5000, 'the end of the children', async () => {
      return !(await listProcesses()).some(({ pid }) => pids.includes(pid));
    });
  }
});
