import assert from 'node:assert/strict';
import { MetadataStore } from '../../../src/records/metadata-store.ts';
import type { Refusal } from '../../../src/records/refusals.ts';
import { fileRecord, temporaryFolder } from './samples.ts';

describe('refusals', () => {
  const folder = temporaryFolder();
  const refusal = {
    tenant: 'gift_card',
    file: 'a.tsv',
    size: 10,
    mtimeMs: 1_700_000_000_000.123,
    code: 'FILE_TOO_LARGE',
  };
  const open = () => MetadataStore.open({ metadata: folder.path('metadata.db') });

  /** Whether it was recorded. */
  async function note(store: MetadataStore, { tenant, file, ...standing }: Refusal, always = false): Promise<boolean> {
    const record = fileRecord({ tenant, file, runId: null, batchNumber: null, app: null, outcome: 'refused' });
    const [isAdded] = await store.recordRefusals([{ record, ...standing, always }]);
    return isAdded === true;
  }

  it('are in the ingestion log as often as they are new, or moved away', async () => {
    const store = await open();
    for (const always of [false, false, true]) await note(store, { ...refusal, file: 'logged.tsv' }, always);
    const log = await store.ingestionLog({ tenant: 'gift_card', outcome: 'refused', limit: 100 });
    assert.equal(log.filter(({ file }) => file === 'logged.tsv').length, 2);
    await store.dispose();
  });

  it('are recorded with all of their transaction, or not noted either', async () => {
    const store = await open();
    const record = fileRecord({ runId: null, batchNumber: null, app: null, outcome: 'refused', file: 'atomic.tsv' });
    const { size, mtimeMs, code } = refusal;
    const bad = { ...record, tenant: null as unknown as string };
    const files = [record, bad].map((one) => ({ record: one, size, mtimeMs, code, always: false }));
    await assert.rejects(store.recordRefusals(files));
    assert.deepEqual(await store.recordRefusals(files.slice(0, 1)), [true]);
    await store.dispose();
  });

  it('are new once, also after a restart', async () => {
    let store = await open();
    assert.equal(await note(store, refusal), true);
    assert.equal(await note(store, refusal), false);
    await store.dispose();
    store = await open();
    assert.equal(await note(store, refusal), false);
    await store.dispose();
  });

  it('are new again when the file or the reason has changed', async () => {
    const store = await open();
    await note(store, refusal);
    for (const change of [{ size: 11 }, { mtimeMs: 5 }, { code: 'DAY_QUOTA' }, { file: 'b.tsv' }, { tenant: 'music' }])
      assert.equal(await note(store, { ...refusal, ...change }), true, JSON.stringify(change));
    await store.dispose();
  });

  it('are forgotten for files that are gone, of that tenant only', async () => {
    const store = await open();
    const all = [refusal, { ...refusal, file: "it's.tsv" }, { ...refusal, tenant: 'music' }];
    for (const one of all) await note(store, one);
    await store.keepRefusals('gift_card', ["it's.tsv"]);
    const isNew = [];
    for (const one of all) isNew.push(await note(store, one));
    assert.deepEqual(isNew, [true, false, false]);
    await store.keepRefusals('gift_card', []);
    assert.equal(await note(store, refusal), true);
    await store.dispose();
  });
});
