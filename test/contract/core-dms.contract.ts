import assert from 'node:assert/strict';
import type { CoreDms } from '../../src/coredms/core-dms.ts';
import type { CqlValue } from '../../src/coredms/cql-values.ts';
import type { PlatformError } from '../../src/foundation/errors.ts';
import type { TableSpec } from '../../src/protocol/tables.ts';
import { typeSamples } from './type-samples.ts';

/** One keyspace of an implementation, empty at first. */
export interface CoreDmsUnderTest {
  dms: CoreDms;
  /** One more connection to the same keyspace, as another process would make it. */
  connect(mode: 'read' | 'write'): Promise<CoreDms>;
  /** Ends `dms` as the end of its process would, and connects anew. */
  reopen(): Promise<CoreDms>;
  /** Ends everything and removes the keyspace. */
  dispose(): Promise<void>;
}

/** A table whose first `keyLength` columns are the key: one partition key column, the others cluster. */
export function table(name: string, columns: Record<string, string>, keyLength = 1): TableSpec {
  const names = Object.keys(columns);
  return {
    name,
    columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
    partitionKey: names.slice(0, 1),
    clusteringKey: names.slice(1, keyLength),
  };
}

async function rowsOf(dms: CoreDms, name: string): Promise<CqlValue[][]> {
  const { rows } = await dms.read(name, { limit: 100_000 });
  const key = (row: CqlValue[]) => String(row[0]);
  return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function fails(code: string, message: RegExp) {
  return (error: PlatformError) => {
    assert.equal(error.code, code, error.stack);
    assert.match(`${error.message} | ${error.hint ?? ''}`, message);
    return true;
  };
}

/** What a store may do beyond the port. */
export interface CoreDmsTraits {
  /** Of two rows with one key and one write time in different chunks, the later one wins as a whole. */
  laterChunkWinsTies: boolean;
  /** Whoever reads while a chunk is written sees all of it or nothing. */
  chunksAppearWhole: boolean;
}

/** What every implementation of the CoreDms port does. */
export function coreDmsContract(name: string, traits: CoreDmsTraits, open: () => Promise<CoreDmsUnderTest>): void {
  describe(`CoreDms: ${name}`, () => {
    let underTest: CoreDmsUnderTest;
    let dms: CoreDms;
    const notes = table('notes', { id: 'text', note: 'text', stars: 'int' });
    /** Writes rows at times, one a row or the same for all. */
    const write = (rows: CqlValue[][], times: number | number[], spec = notes) =>
      dms.write(spec, { rows, writeTimes: typeof times === 'number' ? rows.map(() => times) : times });

    beforeEach(async () => {
      underTest = await open();
      dms = underTest.dms;
    });
    afterEach(() => underTest.dispose());

    describe('values', () => {
      for (const [type, values] of Object.entries(typeSamples)) {
        it(`keeps every ${type}`, async () => {
          const spec = table('samples', { id: 'int', value: type });
          await dms.ensureTable(spec);
          await write(
            [...values, null].map((value, id) => [id, value]),
            1,
            spec,
          );
          const { rows } = await dms.read('samples', { limit: 1000 });
          const stored = new Map(rows.map(([id, value]) => [id, value]));
          [...values, null].forEach((value, id) => {
            assert.deepStrictEqual(stored.get(id), value);
          });
        });

        if (type === 'duration' || /^(list|set|map)</.test(type)) continue;
        it(`tells keys of type ${type} apart`, async () => {
          const spec = table('keyed', { key: type, n: 'int' });
          await dms.ensureTable(spec);
          for (let time = 1; time <= 2; time++) {
            await write(
              values.map((value, n) => [value, n * time]),
              time,
              spec,
            );
          }
          assert.equal(await dms.count('keyed'), values.length);
          const { rows } = await dms.read('keyed', { limit: 1000 });
          values.forEach((value, n) => {
            const found = rows.find((row) => row[1] === n * 2);
            assert.ok(found, `the row of ${String(value)} is missing`);
            assert.deepStrictEqual(found[0], value);
          });
        });
      }

      it('keeps names and texts of any script', async () => {
        const spec = table('größen', { 'clé "x"': 'text', 日本: 'text', select: 'text' });
        await dms.ensureTable(spec);
        await write([['ключ', '😀', "'; DROP TABLE x; --"]], 1, spec);
        assert.deepEqual(await rowsOf(dms, 'größen'), [['ключ', '😀', "'; DROP TABLE x; --"]]);
      });

      it('has tables whatever a tenant calls them', async () => {
        for (const word of ['table', 'order', 'sqlite_stat1', 'index', 'rowid']) {
          const spec = table(word, { rowid: 'int', group: 'text', [word]: 'text' });
          await dms.ensureTable(spec);
          const row = (text: string) => spec.columns.map(({ type }, i) => (i > 0 ? text : type === 'int' ? 1 : '1'));
          await write([row('x')], 1, spec);
          await write([row('y')], 2, spec);
          assert.equal(await dms.count(word), 1, word);
        }
      });
    });

    describe('writing', () => {
      beforeEach(() => dms.ensureTable(notes));

      it('upserts by primary key', async () => {
        await write(
          [
            ['a', 'one', 1],
            ['b', 'two', 2],
          ],
          10,
        );
        await write(
          [
            ['b', 'three', 3],
            ['c', 'four', 4],
          ],
          20,
        );
        assert.deepEqual(await rowsOf(dms, 'notes'), [
          ['a', 'one', 1],
          ['b', 'three', 3],
          ['c', 'four', 4],
        ]);
        assert.equal(await dms.count('notes'), 3);
      });

      it('lets the newest write time win, whenever it comes', async () => {
        await write([['a', 'new', 2]], 1_700_000_000_000_002);
        await write(
          [
            ['a', 'old', 1],
            ['b', 'old', 1],
          ],
          1_700_000_000_000_001,
        );
        assert.deepEqual(await rowsOf(dms, 'notes'), [
          ['a', 'new', 2],
          ['b', 'old', 1],
        ]);
      });

      it('lets the last row of a chunk win at one write time, as a whole row', async () => {
        await write(
          [
            ['a', 'z', null],
            ['a', 'b', 7],
            ['b', 'z', 9],
            ['b', null, 1],
          ],
          5,
        );
        assert.deepEqual(await rowsOf(dms, 'notes'), [
          ['a', 'b', 7],
          ['b', null, 1],
        ]);
      });

      if (traits.laterChunkWinsTies) {
        it('lets the later chunk win at one write time, as a whole row', async () => {
          await write([['a', 'z', null]], 5);
          await write([['a', 'b', 7]], 5);
          assert.deepEqual(await rowsOf(dms, 'notes'), [['a', 'b', 7]]);
          await write([['a', null, 1]], 5);
          assert.deepEqual(await rowsOf(dms, 'notes'), [['a', null, 1]]);
        });
      } else {
        it('makes the same row of two chunks with one write time, in whichever order they come', async () => {
          const rows: CqlValue[][] = [
            ['z', null],
            ['b', 7],
          ];
          for (const [key, order] of [
            ['a', rows],
            ['b', rows.toReversed()],
          ] as const) {
            for (const row of order) await write([[key, ...row]], 5);
          }
          const [a, b] = await rowsOf(dms, 'notes');
          assert.deepEqual(a?.slice(1), b?.slice(1));
        });
      }

      it('takes several chunks at a time', async () => {
        const chunks = Array.from({ length: 8 }, (_, chunk) =>
          Array.from({ length: 200 }, (_, i): CqlValue[] => [`k${chunk * 100 + i}`, `${chunk}`, i]),
        );
        const written = await Promise.all(chunks.map((rows, chunk) => write(rows, chunk + 1)));
        assert.deepEqual(written.flat(), []);
        const stored = new Map((await rowsOf(dms, 'notes')).map((row) => [row[0], row[1]]));
        assert.equal(stored.size, 900);
        // Half of each chunk is overwritten by the next one.
        for (const [key, chunk] of stored) {
          assert.equal(chunk, String(Math.min(7, Math.floor(Number(String(key).slice(1)) / 100))), String(key));
        }
      });

      it('changes nothing in a replay', async () => {
        const rows = [
          ['a', 'one', 1],
          ['b', 'two', null],
          ['a', 'again', 2],
        ];
        await write(rows, [1, 2, 3]);
        const before = await rowsOf(dms, 'notes');
        await write(rows, [1, 2, 3]);
        await write(rows.slice(0, 2), [1, 2]);
        assert.deepEqual(await rowsOf(dms, 'notes'), before);
        assert.equal(await dms.count('notes'), 2);
      });

      it('overwrites with null', async () => {
        await write([['a', 'one', 1]], 1);
        await write([['a', null, null]], 2);
        assert.deepEqual(await rowsOf(dms, 'notes'), [['a', null, null]]);
      });

      it('keeps the winner of a key that a chunk has several times', async () => {
        await write(
          [
            ['a', 'x', 1],
            ['a', 'newest', 2],
            ['b', 'first', 1],
            ['a', 'y', 3],
            ['b', 'last', 2],
          ],
          [3, 9, 4, 5, 4],
        );
        assert.deepEqual(await rowsOf(dms, 'notes'), [
          ['a', 'newest', 2],
          ['b', 'last', 2],
        ]);
        assert.equal(await dms.count('notes'), 2);
      });

      it('tells composite keys apart', async () => {
        const spec = {
          ...table('parts', { p: 'text', q: 'text', c: 'int', v: 'int' }),
          partitionKey: ['p', 'q'],
          clusteringKey: ['c'],
        };
        await dms.ensureTable(spec);
        await write(
          [
            ['a', 'bc', 1, 1],
            ['ab', 'c', 1, 2],
            ['a', 'bc', 2, 3],
            ['a', 'bc', 1, 4],
          ],
          [1, 1, 1, 2],
          spec,
        );
        assert.deepEqual((await rowsOf(dms, 'parts')).map((row) => row.at(-1)).sort(), [2, 3, 4]);
      });

      it('has tables of which every column is key', async () => {
        const spec = table('pairs', { a: 'int', b: 'int' }, 2);
        await dms.ensureTable(spec);
        await write(
          [
            [1, 1],
            [1, 2],
            [1, 1],
          ],
          1,
          spec,
        );
        await write([[1, 2]], 2, spec);
        assert.equal(await dms.count('pairs'), 2);
      });

      it('refuses a chunk with a null in a key and writes none of it', async () => {
        await assert.rejects(
          write(
            [
              ['a', 'one', 1],
              [null, 'two', 2],
            ],
            1,
          ),
          fails('KEY_IS_NULL', /row 1 .*notes.* id/),
        );
        assert.equal(await dms.count('notes'), 0);
        await write([['a', 'one', 1]], 1);
        assert.equal(await dms.count('notes'), 1);
      });

      it('takes an empty chunk, and 10,000 rows at once', async () => {
        await write([], []);
        const rows = Array.from({ length: 10_000 }, (_, i) => [`k${i % 9000}`, `note ${i}`, i]);
        await write(
          rows,
          rows.map((_, i) => i + 1),
        );
        assert.equal(await dms.count('notes'), 9000);
        const stored = new Map((await rowsOf(dms, 'notes')).map((row) => [row[0], row[2]]));
        assert.equal(stored.size, 9000);
        assert.equal(stored.get('k5'), 9005);
        assert.equal(stored.get('k8999'), 8999);
      });

      it('does not begin when it is cancelled already', async () => {
        const cancelled = AbortSignal.abort(new Error('cancelled on demand'));
        await assert.rejects(
          dms.write(notes, { rows: [['a', 'b', 1]], writeTimes: [1] }, cancelled),
          /cancelled on demand/,
        );
        assert.equal(await dms.count('notes'), 0);
      });

      it('needs the table', async () => {
        const unknown = table('nots', { id: 'text' });
        await assert.rejects(write([['a']], 1, unknown), fails('TABLE_NOT_FOUND', /'nots'.*Did you mean notes\?/));
      });
    });

    describe('tables', () => {
      it('are listed as they are stored', async () => {
        assert.deepEqual(await dms.tables(), []);
        const other = table('events', { day: 'date', at: 'TIMESTAMP', tags: 'Set< Text >' }, 2);
        await dms.ensureTable(notes);
        await dms.ensureTable(other);
        await dms.ensureTable(notes);
        assert.deepEqual(await dms.tables(), [
          table('events', { day: 'date', at: 'timestamp', tags: 'set<text>' }, 2),
          notes,
        ]);
      });

      it('take new columns, in which older rows have null', async () => {
        await dms.ensureTable(notes);
        await write([['a', 'one', 1]], 1);
        const wider = table('notes', { id: 'text', tag: 'text', note: 'text', stars: 'int' });
        await dms.ensureTable(wider);
        await write([['b', 'T', 'two', 2]], 2, wider);
        const { columns, rows } = await dms.read('notes', { limit: 10 });
        const named = rows.map((row) => row.map((value, i): [string, CqlValue] => [columns[i]?.name ?? '', value]));
        assert.deepEqual(
          new Set(named.map((row) => JSON.stringify(row.sort()))),
          new Set([
            JSON.stringify(Object.entries({ id: 'a', note: 'one', stars: 1, tag: null })),
            JSON.stringify(Object.entries({ id: 'b', note: 'two', stars: 2, tag: 'T' })),
          ]),
        );
      });

      it('keep a column that a specification no longer has', async () => {
        await dms.ensureTable(notes);
        await write([['a', 'one', 1]], 1);
        const narrower = table('notes', { id: 'text', stars: 'int' });
        await dms.ensureTable(narrower);
        await write([['b', 2]], 2, narrower);
        assert.deepEqual(await rowsOf(dms, 'notes'), [
          ['a', 'one', 1],
          ['b', null, 2],
        ]);
        assert.deepEqual(await dms.tables(), [notes]);
      });

      it('refuse another type or key, and say which', async () => {
        await dms.ensureTable(notes);
        await write([['a', 'one', 1]], 1);
        const changed = table('notes', { id: 'text', note: 'blob', stars: 'bigint', extra: 'int' });
        await assert.rejects(
          dms.ensureTable(changed),
          fails('TABLE_CHANGE_REFUSED', /note is text and would become blob.*stars is int and would become bigint/),
        );
        await assert.rejects(
          dms.ensureTable(table('notes', { id: 'text', note: 'text', stars: 'int' }, 2)),
          fails('TABLE_CHANGE_REFUSED', /key is \(\(id\)\) and would become \(\(id\), note\)/),
        );
        assert.deepEqual(await dms.tables(), [notes]);
        assert.deepEqual(await rowsOf(dms, 'notes'), [['a', 'one', 1]]);
      });

      it('take varchar and text as one type', async () => {
        await dms.ensureTable(notes);
        await dms.ensureTable(table('notes', { id: 'varchar', note: 'text', stars: 'int' }));
      });

      it('are named in the error when one is unknown', async () => {
        await assert.rejects(dms.count('notes'), fails('TABLE_NOT_FOUND', /Nothing has been ingested/));
        await dms.ensureTable(notes);
        await assert.rejects(dms.count('note'), fails('TABLE_NOT_FOUND', /Did you mean notes\?/));
        await assert.rejects(dms.read('other', { limit: 1 }), fails('TABLE_NOT_FOUND', /'other'.*are: notes/));
      });
    });

    describe('reading', () => {
      beforeEach(async () => {
        await dms.ensureTable(notes);
        await write(
          Array.from({ length: 20 }, (_, i) => [`k${i}`, 'x', i]),
          1,
        );
      });

      it('gives at most as many rows as asked for', async () => {
        assert.equal((await dms.read('notes', { limit: 7 })).rows.length, 7);
        assert.equal((await dms.read('notes', { limit: 100 })).rows.length, 20);
        assert.equal((await dms.read('notes', { limit: 0 })).rows.length, 0);
      });

      it('says at once how many rows there are', async () => {
        assert.deepEqual(await dms.rows('notes'), { rows: 20, more: false });
        await assert.rejects(dms.rows('note'), fails('TABLE_NOT_FOUND', /Did you mean notes\?/));
      });

      it('names the columns and their types', async () => {
        assert.deepEqual((await dms.read('notes', { limit: 1 })).columns, notes.columns);
      });

      it('finds everything again after a restart', async () => {
        const before = await rowsOf(dms, 'notes');
        await dms.sync();
        dms = await underTest.reopen();
        await dms.sync();
        assert.deepEqual(await rowsOf(dms, 'notes'), before);
        assert.equal(await dms.count('notes'), 20);
        await write([['k0', 'older', 0]], 0);
        await write([['new', 'y', 1]], 0);
        assert.equal(await dms.count('notes'), 21);
        assert.deepEqual((await rowsOf(dms, 'notes'))[0], ['k0', 'x', 0]);
      });

      it('works from another connection while rows are written', async () => {
        const reader = await underTest.connect('read');
        try {
          let seen = 20;
          for (let chunk = 0; chunk < 20; chunk++) {
            const writing = write(
              Array.from({ length: 50 }, (_, i) => [`c${chunk}-${i}`, 'x', i]),
              2,
            );
            const counted = await reader.count('notes');
            assert.ok(counted >= seen, `a reader saw ${counted} rows after ${seen}`);
            if (traits.chunksAppearWhole) assert.equal(counted % 50, 20, `a reader saw ${counted} rows`);
            seen = counted;
            await writing;
            assert.equal(await reader.count('notes'), 20 + (chunk + 1) * 50);
          }
          assert.equal((await reader.read('notes', { limit: 10_000 })).rows.length, 1020);
        } finally {
          await reader.dispose();
        }
      });

      it('counts exactly when two connections write by turns', async () => {
        const other = await underTest.connect('write');
        try {
          await other.ensureTable(notes);
          await Promise.all([
            write(
              [
                ['k1', 'y', 1],
                ['p', 'y', 1],
              ],
              2,
            ),
            other.write(notes, {
              rows: [
                ['p', 'z', 2],
                ['q', 'z', 2],
              ],
              writeTimes: [3, 3],
            }),
          ]);
          assert.equal(await dms.count('notes'), 22);
          assert.equal(await other.count('notes'), 22);
        } finally {
          await other.dispose();
        }
      });
    });
  });
}
