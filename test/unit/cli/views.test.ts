import assert from 'node:assert/strict';
import { clock, nodeVersion, processes } from '../../../src/cli/doctor/machine.ts';
import { findCommand, spaceFinding } from '../../../src/cli/doctor/folder.ts';
import { statisticsLines } from '../../../src/cli/statistics-lines.ts';
import { statusLines } from '../../../src/cli/status-lines.ts';
import { exampleRun, noStatistics } from './examples.ts';

const screen = { columns: 140, paint: (_: unknown, text: string) => text };

describe('status', () => {
  it('shows the platform, the state of its tenants with their problems, and what runs', () => {
    const tenant = {
      tenant: 'north',
      registered: true,
      enabled: true,
      problem: null,
      plan: 'gold',
      apps: ['reviews'],
      waitingFiles: 3,
      waitingBytes: 41e6,
      runningFiles: 1,
      refusedFiles: 0,
      deferredFiles: 0,
    };
    const cause = { code: 'RUNNER_CRASHED', message: 'it ended' };
    const retry = { runId: 'north-7', app: 'reviews', files: ['a.tsv', 'b.tsv'], at: 193_000, cause };
    const files = ['c.tsv', 'd.tsv'];
    const inHand = { runId: 'north-8', app: 'reviews', files, bytes: 6e9, hashedBytes: 2e9, ready: false };
    const ready = { ...inHand, runId: 'south-1', hashedBytes: 6e9, ready: true };
    const problem = { code: 'PROFILE_INVALID', message: 'line 3', hint: 'Correct it.' };
    const text = statusLines(
      {
        platform: 'shop',
        folder: '/platform',
        runtime: 'embedded',
        services: [],
        pid: 7,
        revision: 1,
        recordedRuns: 0,
        startedAt: 0,
        tenants: [
          { ...tenant, retries: [retry], preparing: [inHand] },
          { ...tenant, tenant: 'south', problem, preparing: [ready] },
          { ...tenant, tenant: 'west', enabled: false, deferredFiles: 2 },
          { ...tenant, tenant: 'east', registered: false, enabled: false },
        ],
        runs: [exampleRun()],
        eventLoopDelayP99Ms: 2.34,
      },
      'http://127.0.0.1:1',
      screen,
      185_000,
    ).join('\n');
    assert.match(text, /^shop is up since 3 min 05 s: http:\/\/127\.0\.0\.1:1, process 7, embedded runtime\n/);
    assert.match(text, /north +ready +gold +reviews +3 +41 MB +1/);
    assert.match(text, /south +problem/);
    assert.match(text, /west +disabled/);
    assert.match(text, /^west: 2 files over the day's quota, kept for later$/m);
    assert.match(text, /east +not registered/);
    assert.match(text, /south: PROFILE_INVALID line 3\n {2}Correct it\./);
    assert.match(
      text,
      /1 run waits for its next attempt:\n.*\n.*\nnorth-7 +north\/reviews +a\.tsv \(\+1\) +in 8\.00 s +RUNNER_CRASHED it ended/,
    );
    assert.match(
      text,
      /2 runs are being prepared:\n.*\n.*\nnorth-8 +north\/reviews +c\.tsv \(\+1\) +2\.0 GB of 6\.0 GB/,
    );
    assert.match(text, /\nsouth-1 +south\/reviews +c\.tsv \(\+1\) +all 6\.0 GB, waits for a place/);
    assert.match(text, /1 run:\nnorth\/reviews {2}two\.tsv {2}▕/);
  });
});

describe('statistics', () => {
  const some = {
    ...noStatistics(),
    runs: 2,
    files: 4,
    outcomes: { ingested: 3, refused: 1 },
    successRate: 0.75,
    counters: { bytes: 5, read: 1_000, stored: 990, filtered: 10, quarantined: 0, rows: 990 },
  };

  it('give the sums, then each tenant, app and day', () => {
    const byTenant = [{ key: 'north', statistics: some }];
    const byDay = Array.from({ length: 20 }, (_, day) => ({
      key: `2024-05-${(day + 10).toString()}`,
      statistics: some,
    }));
    const text = statisticsLines({ total: some, byTenant, byDay, byApp: [] }, undefined, screen).join('\n');
    assert.match(text, /outcomes +3 ingested, 1 refused/);
    assert.match(text, /success rate +75 %/);
    assert.match(text, /1,000 read = 990 stored \+ 10 filtered \+ 0 quarantined; 990 rows written/);
    assert.match(text, /\nnorth +2 +4 +75 %/);
    assert.doesNotMatch(text, /2024-05-15/);
    assert.match(text, /2024-05-29/);
  });

  it('say so when there are none', () => {
    const none = { total: noStatistics(), byTenant: [], byDay: [], byApp: [] };
    assert.deepEqual(statisticsLines(none, undefined, screen), ['Nothing has been ingested yet.']);
  });
});

describe('the doctor', () => {
  it('takes the Node versions that the package names, and newer ones', () => {
    assert.deepEqual(
      ['18.20.0', '20.18.9', '20.19.0', '22.0.0'].map((version) => nodeVersion(version, '20.19').state),
      ['fail', 'fail', 'ok', 'ok'],
    );
  });

  it('says which processes of a run it cannot be sure of', () => {
    assert.match(processes('linux').detail, /but for one that leaves its session with an empty environment/);
    assert.match(processes('darwin').detail, /but for one that leaves its session and/);
  });

  it('does not trust a clock that is years behind', () => {
    assert.equal(clock(0).state, 'fail');
    assert.equal(clock(Date.UTC(2030, 0)).state, 'ok');
  });

  it('warns before the disk is full', () => {
    assert.deepEqual(
      [5e9, 5e8, 5e7].map((free) => spaceFinding(free).state),
      ['ok', 'warn', 'fail'],
    );
  });

  it('finds a command as the operating system would', async () => {
    const { PATH } = process.env;
    assert.notEqual(await findCommand('node', '/', { PATH }), undefined);
    assert.equal(await findCommand('no-such-command', '/', { PATH }), undefined);
    assert.equal(await findCommand('node', '/', { PATH: '' }), undefined);
    assert.equal(await findCommand(process.execPath, '/nowhere', {}), process.execPath);
  });
});
