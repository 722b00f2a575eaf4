import assert from 'node:assert/strict';
import { pause, until } from '../../src/foundation/deadlines.ts';
import type { PlatformFixture } from '../platform/platform-fixture.ts';
import { FileOnItsWay } from './harness/file-on-its-way.ts';
import { textKeyed, useCassandra } from './harness/use-cassandra.ts';

/** So that a file is on its way for some seconds. */
const slow = textKeyed('{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 6000 } }');
const count = 30_000;

/** Records that are quarantined are so for what is in them. */
function assertNoneRefused(rejects: Record<string, unknown>[]): void {
  assert.deepEqual(
    rejects.filter(({ code }) => code === 'ROW_REFUSED'),
    [],
  );
}

describe('Cassandra in the middle of a file', function () {
  this.timeout(180_000);
  const tenants = ['killed', 'paused', 'revoked', 'dropped', 'untabled', 'widened', 'narrowed', 'relogged'];
  const cassandra = useCassandra(tenants.map((name) => ({ name, profile: slow })));
  let platform: PlatformFixture;
  before(() => ({ platform } = cassandra));

  const begin = (tenant: string, name = 'many.csv') => FileOnItsWay.begin(platform, tenant, name, count);

  it('is killed, and started again: the run waits and goes on', async () => {
    const file = await begin('killed');
    await file.reached(2000);
    await (await cassandra.node()).kill();
    await file.assertWhole(cassandra, await file.end());
    const [run] = await platform.runs('killed');
    assert.equal(run?.outcome, 'done');
  });

  it('is paused for 30 s: the run waits and goes on', async () => {
    const file = await begin('paused');
    await file.reached(2000);
    const node = await cassandra.node();
    await node.pause();
    await pause(30_000);
    await node.unpause();
    await file.assertWhole(cassandra, await file.end());
  });

  it('takes the permission to write away: the run fails, no row is to blame, and the file comes whole afterwards', async () => {
    const file = await begin('revoked');
    await file.reached(2000);
    await cassandra.asAdmin('REVOKE MODIFY ON KEYSPACE revoked FROM tenant__revoked');
    await cassandra.asAdmin('REVOKE MODIFY ON TABLE revoked.items FROM tenant__revoked');
    const record = await file.end();
    assert.deepEqual([record.outcome, record.cause?.code], ['failed', 'COREDMS_FORBIDDEN']);
    assert.match(record.cause?.message ?? '', /MODIFY/);
    assertNoneRefused(await platform.rejects(record));
    await cassandra.asAdmin('GRANT MODIFY ON KEYSPACE revoked TO tenant__revoked');
    const next = await begin('revoked');
    await next.assertWhole(cassandra, await next.end());
  });

  it('has its keyspace dropped: the run fails, and the file comes whole into a new one', async () => {
    const file = await begin('dropped');
    await file.reached(2000);
    await cassandra.asAdmin('DROP KEYSPACE dropped');
    const record = await file.end();
    assert.deepEqual([record.outcome, record.cause?.code], ['failed', 'TABLE_GONE']);
    assertNoneRefused(await platform.rejects(record));
    const next = await begin('dropped');
    await next.assertWhole(cassandra, await next.end());
  });

  it('has its table dropped: the run fails, and the file comes whole into a new one', async () => {
    const file = await begin('untabled');
    await file.reached(2000);
    await cassandra.asAdmin('DROP TABLE untabled.items');
    const record = await file.end();
    assert.deepEqual([record.outcome, record.cause?.code], ['failed', 'TABLE_GONE']);
    const next = await begin('untabled');
    await next.assertWhole(cassandra, await next.end());
  });

  it('has a column added by somebody else: the run goes on', async () => {
    const file = await begin('widened');
    await file.reached(2000);
    await cassandra.asAdmin('ALTER TABLE widened.items ADD extra int');
    await file.assertWhole(cassandra, await file.end());
  });

  it('has a column dropped by somebody else: what the new one would hide is quarantined, and nothing is lost unseen', async () => {
    const file = await begin('narrowed');
    await file.reached(2000);
    await cassandra.asAdmin('ALTER TABLE narrowed.items DROP note');
    const record = await file.end();
    assert.equal(record.outcome, 'partial', JSON.stringify(record.cause));
    const refused = (await platform.rejects(record)).filter(({ code }) => code === 'ROW_REFUSED');
    assert.ok(refused.length > 0);
    for (const { reason } of refused) assert.match(String(reason), /note was dropped at/);
    // Of those that are quarantined some may be there from before the drop, without what was dropped.
    const ids = await cassandra.storedIds('narrowed');
    for (const { raw } of refused) ids.delete(String(raw).split(',')[0] ?? '');
    assert.equal(ids.size, record.counters.stored);
  });

  it('has another password for the role: the next file fails before its first row, and goes through when that is mended', async () => {
    await platform.ingest('relogged', 'a.csv', 'id,name\nfirst,one\n');
    await cassandra.asAdmin("ALTER ROLE tenant__relogged WITH PASSWORD = 'of somebody else'");
    // Cassandra keeps logins in mind for two seconds.
    await until(10_000, 'the password to be another one', () =>
      cassandra.tenantClient('relogged').then(
        () => false,
        () => true,
      ),
    );
    const failed = await platform.ingest('relogged', 'b.csv', 'id,name\nsecond,two\n');
    assert.deepEqual([failed.outcome, failed.cause?.code], ['failed', 'COREDMS_LOGIN_REFUSED']);
    assert.match(failed.cause?.message ?? '', /tenant__relogged/);
    assert.equal(failed.counters.quarantined, 0);
    // The way out that the error names.
    await cassandra.asAdmin('DROP ROLE tenant__relogged');
    const record = await platform.ingest('relogged', 'b.csv', 'id,name\nsecond,two\n');
    assert.equal(record.outcome, 'ingested', JSON.stringify(record.cause));
    assert.deepEqual([...(await cassandra.storedIds('relogged'))].sort(), ['first', 'second']);
  });
});
