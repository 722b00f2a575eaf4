import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { connectCoreDms } from '../../src/coredms/connect.ts';
import { noSecrets } from '../../src/protocol/jobs.ts';
import type { CoreDms } from '../../src/coredms/core-dms.ts';
import { storeFault } from '../../src/coredms/embedded/store-faults.ts';
import { faultOf, type Fault } from '../../src/foundation/errors.ts';
import { coreDmsContract, table } from './core-dms.contract.ts';

const target = (file: string) => ({
  target: { kind: 'embedded' as const, file, keyspace: 'tenant' },
  secrets: noSecrets,
});

const traits = { laterChunkWinsTies: true, chunksAppearWhole: true };

coreDmsContract('embedded', traits, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coredms-'));
  const file = join(folder, 'state', 'tenant.db');
  const connect = (mode: 'read' | 'write') => connectCoreDms(target(file), mode);
  const opened: CoreDms[] = [await connect('write')];
  const [dms] = opened as [CoreDms];
  return {
    dms,
    connect,
    reopen: async () => {
      await dms.dispose();
      opened[0] = await connect('write');
      return opened[0];
    },
    dispose: async () => {
      await opened[0]!.dispose();
      await rm(folder, { recursive: true });
    },
  };
});

describe('the embedded CoreDms', () => {
  let folder: string;
  const notes = table('notes', { id: 'int', note: 'text' });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coredms-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const failure = async (work: Promise<unknown>): Promise<Fault> => {
    try {
      await work;
    } catch (error) {
      return faultOf(error);
    }
    return assert.fail('it did not fail');
  };

  it('reads a keyspace that does not exist yet as empty, and does not create it', async () => {
    const file = join(folder, 'nobody.db');
    const reader = await connectCoreDms(target(file), 'read');
    assert.deepEqual(await reader.tables(), []);
    assert.equal((await failure(reader.count('notes'))).code, 'TABLE_NOT_FOUND');
    await reader.dispose();
    await rm(file, { force: false }).then(
      () => assert.fail('the file was created'),
      (error: unknown) => {
        assert.equal((error as NodeJS.ErrnoException).code, 'ENOENT');
      },
    );
  });

  it('says so when the file is no keyspace', async () => {
    const file = join(folder, 'tenant.db');
    await writeFile(file, 'this is a text and not a database, '.repeat(100));
    for (const mode of ['read', 'write'] as const) {
      const error = await failure(connectCoreDms(target(file), mode));
      assert.equal(error.code, 'COREDMS_UNAVAILABLE');
      assert.match(error.message, /tenant\.db cannot be used: file is not a database/);
    }
  });

  it('says so when its folder cannot be created', async () => {
    await writeFile(join(folder, 'file'), '');
    const error = await failure(connectCoreDms(target(join(folder, 'file', 'x', 'tenant.db')), 'write'));
    assert.equal(error.code, 'COREDMS_UNAVAILABLE');
  });

  it('does not write through a connection for reading', async () => {
    const file = join(folder, 'tenant.db');
    const writer = await connectCoreDms(target(file), 'write');
    await writer.ensureTable(notes);
    const reader = await connectCoreDms(target(file), 'read');
    const error = await failure(reader.write(notes, { rows: [[1, 'x']], writeTimes: [1] }));
    assert.equal(error.code, 'COREDMS_UNAVAILABLE');
    assert.equal(await reader.count('notes'), 0);
    await reader.dispose();
    await writer.dispose();
  });

  it('names a full disk and another writer for what they are', () => {
    const file = join(folder, 'tenant.db');
    const db = new DatabaseSync(file);
    const other = new DatabaseSync(file, { timeout: 1 });
    const codeOf = (work: () => void): string => {
      try {
        work();
      } catch (error) {
        return faultOf(storeFault(error, file)).code;
      }
      return assert.fail('it did not fail');
    };
    db.exec('CREATE TABLE t (b BLOB); PRAGMA max_page_count = 4');
    assert.equal(
      codeOf(() => {
        db.exec('INSERT INTO t VALUES (zeroblob(100000))');
      }),
      'COREDMS_FULL',
    );
    db.exec('BEGIN IMMEDIATE');
    assert.equal(
      codeOf(() => {
        other.exec('BEGIN IMMEDIATE');
      }),
      'COREDMS_BUSY',
    );
    other.close();
    db.close();
  });

  it('keeps what was acknowledged when its process is killed', async () => {
    const live = join(folder, 'live');
    const writer = await connectCoreDms(target(join(live, 'tenant.db')), 'write');
    await writer.ensureTable(notes);
    await writer.write(notes, { rows: [[1, 'acknowledged']], writeTimes: [1] });
    // What a killed process leaves behind: the files as they are while it still has them open.
    const left = join(folder, 'left');
    await cp(live, left, { recursive: true });
    await writer.dispose();
    const next = await connectCoreDms(target(join(left, 'tenant.db')), 'write');
    assert.deepEqual((await next.read('notes', { limit: 10 })).rows, [[1, 'acknowledged']]);
    await next.dispose();
  });

  it('can be closed twice', async () => {
    const writer = await connectCoreDms(target(join(folder, 'tenant.db')), 'write');
    await writer.dispose();
    await writer.dispose();
  });
});
