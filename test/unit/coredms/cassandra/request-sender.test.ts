import assert from 'node:assert/strict';
import { errors, types, type Client } from 'cassandra-driver';
import { InFlightWindow } from '../../../../src/coredms/cassandra/in-flight-window.ts';
import { RequestSender } from '../../../../src/coredms/cassandra/request-sender.ts';
import type { EncodedRow } from '../../../../src/coredms/cassandra/row-encoder.ts';
import { tableGone } from '../../../../src/coredms/core-dms-errors.ts';
import type { TableSpec } from '../../../../src/protocol/tables.ts';

const codes = types.responseErrorCodes;
const table: TableSpec = { name: 'items', columns: [], partitionKey: ['id'], clusteringKey: [] };
const row = (index: number): EncodedRow => ({
  row: index,
  values: [Buffer.from(String(index))],
  partition: Buffer.from(String(index)),
  size: 10,
});
const never = new AbortController().signal;

/** What the driver throws when the only node has answered so. */
function answered(code: number, message: string): Error {
  return new errors.NoHostAvailableError({ 'a:9042': new errors.ResponseError(code, message) });
}

describe('requests to Cassandra', () => {
  /** @param answer is given the rows of each request and throws what the driver would */
  function sender(answer: (rows: string[], request: number) => void, check = () => Promise.resolve()) {
    let requests = 0;
    const ask = (rows: string[]) => Promise.resolve().then(() => answer(rows, ++requests));
    const client = {
      execute: (_: string, [id]: Buffer[]) => ask([String(id)]),
      batch: (queries: { params: Buffer[] }[]) => ask(queries.map(({ params: [id] }) => String(id))),
    };
    return new RequestSender({
      client: client as unknown as Client,
      keyspace: 'acme',
      window: new InFlightWindow(),
      check,
      fault: (thrown) => new Error('fault', { cause: thrown }),
      tooLarge: () => undefined,
    });
  }

  it('that are refused are sent row by row, and only the guilty row is given back, with the words of the server', async () => {
    const stored = new Set<string>();
    const sending = sender((rows) => {
      if (rows.includes('2')) throw new errors.ResponseError(codes.invalid, 'Key may not be empty');
      for (const id of rows) stored.add(id);
    });
    const refused = await sending.send('', [row(1), row(2), row(3)], table, never);
    assert.deepEqual(
      refused.map(({ row: { row: index }, reason }) => [index, reason]),
      [[2, 'Key may not be empty']],
    );
    assert.deepEqual([...stored].sort(), ['1', '3']);
  });

  it('that meet a node that is away are sent again until it is back', async () => {
    const sending = sender((_, request) => {
      if (request < 4) throw new errors.NoHostAvailableError({ 'a:9042': new errors.OperationTimedOutError('slow') });
    });
    assert.deepEqual(await sending.send('', [row(1), row(2)], table, never), []);
  });

  it('whose statement is forgotten are sent again while the table is there', async () => {
    const sending = sender((_, request) => {
      if (request < 3) throw answered(codes.unprepared, 'Prepared query with ID 1 not found');
    });
    assert.deepEqual(await sending.send('', [row(1), row(2)], table, never), []);
  });

  it('end with the table: whether the statement is forgotten, the table unknown, or the permission gone with the keyspace', async () => {
    for (const [code, message] of [
      [codes.unprepared, 'Prepared query with ID 1 not found'],
      [codes.invalid, 'unconfigured table items'],
      [codes.unauthorized, 'User acme has no MODIFY permission'],
    ] as const) {
      const sending = sender(
        () => {
          throw answered(code, message);
        },
        () => Promise.reject(tableGone('items')),
      );
      await assert.rejects(sending.send('', [row(1)], table, never), { code: 'TABLE_GONE' }, message);
    }
  });

  it('that the role may not make are not repeated, and no row is to blame', async () => {
    let requests = 0;
    const sending = sender(() => {
      requests++;
      throw new errors.ResponseError(codes.unauthorized, 'User acme has no MODIFY permission');
    });
    await assert.rejects(sending.send('', [row(1), row(2)], table, never), /fault/);
    assert.equal(requests, 1);
  });
});
