import assert from 'node:assert/strict';
import { MetadataStore } from '../../../src/records/metadata-store.ts';
import { fileRecord, openRun, runRecord, temporaryFolder } from './samples.ts';

const key = { tenant: 'gift_card', app: 'reviews', sha256: 'aa' };
const claim = {
  ...{ ...key, runId: 'run-1', file: 'a.tsv', size: 100 },
  ...{ table: 'reviews', terms: 'as it was', records: 7, writeTimeMicros: 1_700_000_000_000_123 },
};

describe('ledger', () => {
  const folder = temporaryFolder();
  let store: MetadataStore;
  beforeEach(async () => {
    store = await MetadataStore.open({ metadata: folder.path('metadata.db') });
  });
  afterEach(() => store.dispose());

  async function reopen(): Promise<void> {
    await store.dispose();
    store = await MetadataStore.open({ metadata: folder.path('metadata.db') });
  }

  it('gives a file to one run, as long as that is open', async () => {
    assert.deepEqual(await store.claim(claim), { claimed: true, writeTimeMicros: claim.writeTimeMicros });
    await store.openRun(openRun());
    assert.deepEqual(await store.claim({ ...claim, runId: 'run-2', file: 'copy.tsv' }), {
      claimed: false,
      runId: 'run-1',
      file: 'a.tsv',
      ingestedAt: null,
      isPartial: false,
    });
  });

  it('answers the same run again, with the write time of its first claim', async () => {
    await store.claim(claim);
    await reopen();
    assert.deepEqual(await store.claim({ ...claim, writeTimeMicros: 99 }), {
      claimed: true,
      writeTimeMicros: claim.writeTimeMicros,
    });
  });

  it('gives a file to the next run that asks when the one before did not get so far as to be open', async () => {
    await store.claim(claim);
    await reopen();
    assert.deepEqual(await store.claim({ ...claim, runId: 'run-2', writeTimeMicros: 99 }), {
      claimed: true,
      writeTimeMicros: claim.writeTimeMicros,
    });
    await store.openRun(openRun({ runId: 'run-2' }));
    const other = await store.claim({ ...claim, runId: 'run-3' });
    assert.ok(!other.claimed && other.runId === 'run-2');
  });

  it('takes a file again of which records were rejected, once the app is another, with later write times', async () => {
    await store.claim(claim);
    await store.openRun(openRun());
    const record = fileRecord({ ...key, runId: 'run-1', file: 'a.tsv', outcome: 'partial' });
    await store.closeRun(runRecord({ runId: 'run-1', tenant: key.tenant, app: key.app }), [record]);
    await reopen();
    for (const terms of ['as it was', null]) {
      const again = await store.claim({ ...claim, runId: 'run-2', terms });
      assert.ok(!again.claimed && again.isPartial && again.ingestedAt !== null);
    }
    const mended = await store.claim({ ...claim, runId: 'run-2', terms: 'mended' });
    assert.ok(mended.claimed && mended.writeTimeMicros > claim.writeTimeMicros + claim.records);
  });

  it('refuses a second file with the same bytes within one run', async () => {
    await store.claim(claim);
    assert.equal((await store.claim({ ...claim, file: 'copy.tsv' })).claimed, false);
  });

  it('never gives out what was ingested, also after a restart and for its own run', async () => {
    const before = Date.now();
    await store.claim(claim);
    await store.settle({ ...key, outcome: 'ingested' });
    await reopen();
    for (const runId of ['run-1', 'run-2']) {
      const again = await store.claim({ ...claim, runId });
      assert.ok(!again.claimed);
      assert.equal(again.runId, 'run-1');
      assert.ok(again.ingestedAt !== null && again.ingestedAt >= before && again.ingestedAt <= Date.now());
    }
  });

  it('does not release what was ingested', async () => {
    await store.claim(claim);
    await store.settle({ ...key, outcome: 'ingested' });
    await store.settle({ ...key, outcome: 'released' });
    await store.dropRun('run-1');
    assert.equal((await store.claim({ ...claim, runId: 'run-2' })).claimed, false);
  });

  it('gives out what was released, with write times behind those of the first attempt, so that its rows win', async () => {
    await store.claim(claim);
    await store.settle({ ...key, outcome: 'released' });
    await reopen();
    assert.deepEqual(await store.claim({ ...claim, runId: 'run-2', writeTimeMicros: 99 }), {
      claimed: true,
      writeTimeMicros: claim.writeTimeMicros + claim.records + 1,
    });
    await store.openRun(openRun({ runId: 'run-2' }));
    assert.equal((await store.claim(claim)).claimed, false, 'now it is the second run that has it');
  });

  it('releases all that a run has claimed and nothing of others when it is dropped', async () => {
    await store.openRun(openRun());
    await store.openRun(openRun({ runId: 'other' }));
    await store.claim(claim);
    await store.claim({ ...claim, sha256: 'bb', file: 'b.tsv' });
    await store.claim({ ...claim, sha256: 'cc', runId: 'other' });
    await store.dropRun('run-1');
    const again = (sha256: string) => store.claim({ ...claim, sha256, runId: 'run-2' });
    assert.deepEqual(
      [(await again('aa')).claimed, (await again('bb')).claimed, (await again('cc')).claimed],
      [true, true, false],
    );
  });

  it('knows a file by tenant, app and content', async () => {
    await store.claim(claim);
    await store.openRun(openRun());
    for (const other of [{ tenant: 'music' }, { app: 'ratings' }, { sha256: 'bb' }])
      assert.equal((await store.claim({ ...claim, runId: 'run-2', ...other })).claimed, true, JSON.stringify(other));
  });
});
