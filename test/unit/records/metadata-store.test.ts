import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { within } from '../../../src/foundation/deadlines.ts';
import { MetadataStore } from '../../../src/records/metadata-store.ts';
import { fileRecord, temporaryFolder } from './samples.ts';

const ownerProgram = fileURLToPath(new URL('owner-process.ts', import.meta.url));

describe('metadata store', () => {
  const folder = temporaryFolder();
  const files = () => ({ metadata: folder.path('metadata.db'), owner: folder.path('owner.db') });

  it('refuses a second owner in the same process, and is free again after dispose', async () => {
    const first = await MetadataStore.open(files());
    await assert.rejects(MetadataStore.open(files()), { code: 'PLATFORM_OWNED', kind: 'conflict' });
    await first.dispose();
    const second = await MetadataStore.open(files());
    await second.dispose();
  });

  it('refuses a second owner from another process, and kill -9 of the first frees the folder', async () => {
    const child = await startOwner(files());
    try {
      await assert.rejects(MetadataStore.open(files()), (error: Error & { code?: string; hint?: string }) => {
        assert.equal(error.code, 'PLATFORM_OWNED');
        assert.match(error.hint ?? '', /mysimbdp status/);
        return true;
      });
    } finally {
      await endOwner(child);
    }
    const store = await MetadataStore.open(files());
    assert.equal(await store.nextBatchNumber('gift_card'), 2, 'what the killed owner had done is there');
    await store.dispose();
  });

  it('makes one of several that start at once the owner', async () => {
    const attempts = await Promise.allSettled([1, 2, 3, 4].map(() => MetadataStore.open(files())));
    const owners = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    assert.equal(owners.length, 1);
    await owners[0]?.dispose();
  });

  it('can be read while another process owns the folder and writes', async () => {
    const child = await startOwner(files());
    try {
      const reader = await MetadataStore.open({ metadata: files().metadata });
      assert.deepEqual(await reader.ingestionLog({ limit: 10 }), []);
      await reader.dispose();
    } finally {
      await endOwner(child);
    }
  });

  it('reads what the owner has just written', async () => {
    const owner = await MetadataStore.open(files());
    const reader = await MetadataStore.open({ metadata: files().metadata });
    await owner.recordFile(fileRecord());
    assert.deepEqual(await reader.ingestionLog({ limit: 10 }), [fileRecord()]);
    await reader.dispose();
    await owner.dispose();
  });

  it('says that a file is damaged, and does not keep the folder', async () => {
    await mkdir(dirname(files().metadata), { recursive: true });
    await writeFile(files().metadata, 'this is no database '.repeat(500));
    await assert.rejects(MetadataStore.open(files()), { code: 'METADATA_CORRUPT' });
    const elsewhere = await MetadataStore.open({ ...files(), metadata: folder.path('other.db') });
    await elsewhere.dispose();
  });

  it('says that a file comes from a newer version, and leaves it as it is', async () => {
    const store = await MetadataStore.open(files());
    await store.dispose();
    const db = new DatabaseSync(files().metadata);
    db.exec('PRAGMA user_version = 999');
    db.close();
    await assert.rejects(MetadataStore.open(files()), { code: 'METADATA_NEWER' });
  });

  it('says that a place cannot be written', async () => {
    await mkdir(dirname(files().metadata), { recursive: true });
    await mkdir(files().metadata);
    await assert.rejects(MetadataStore.open(files()), { code: 'METADATA_UNAVAILABLE' });
  });

  it('does the calls that came before dispose', async () => {
    const store = await MetadataStore.open(files());
    const number = store.nextBatchNumber('gift_card');
    await store.dispose();
    assert.equal(await number, 1);
    await assert.rejects(store.nextBatchNumber('gift_card'));
  });
});

async function startOwner(files: { metadata: string; owner: string }): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', ownerProgram, files.metadata, files.owner], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await within(20_000, 'the start of the owner', once(child.stdout, 'data'));
  return child;
}

async function endOwner(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await within(10_000, 'the end of the owner', ended);
}
