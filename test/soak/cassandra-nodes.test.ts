import assert from 'node:assert/strict';
import { until } from '../../src/foundation/deadlines.ts';
import { FileOnItsWay } from '../docker/harness/file-on-its-way.ts';
import { textKeyed, useCassandra } from '../docker/harness/use-cassandra.ts';

const slow = textKeyed('{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 3000 } }');
const count = 60_000;

describe('three nodes of Cassandra in the middle of a file', function () {
  this.timeout(600_000);
  const cassandra = useCassandra(
    ['one', 'two'].map((name) => ({ name, profile: slow })),
    '{ nodes: 3 }',
  );

  const kill = async (number: number) => {
    await (await cassandra.node(number)).kill();
  };

  /** Waits until all nodes are up that were killed. */
  const whole = () =>
    until(300_000, 'all nodes', async () => {
      const { services } = await (await cassandra.platform.up()).controlPlane.status();
      const nodes = services.filter(({ service }) => service.startsWith('cassandra-'));
      return nodes.length === 3 && nodes.every(({ state, problem }) => state === 'running' && problem === null);
    });

  it('of which one is killed: the run goes on without being cut off', async () => {
    const file = await FileOnItsWay.begin(cassandra.platform, 'one', 'many.csv', count);
    await file.reached(2000);
    await kill(2);
    const record = await file.end(300_000);
    await file.assertWhole(cassandra, record);
    const log = await cassandra.platform.read('.mysimbdp/logs/platform.log');
    assert.doesNotMatch(log, /"type":"run-cut-off"/);
    await whole();
  });

  it('of which two are killed: the run waits and goes on', async () => {
    const file = await FileOnItsWay.begin(cassandra.platform, 'two', 'many.csv', count);
    await file.reached(2000);
    await Promise.all([1, 3].map(kill));
    await file.assertWhole(cassandra, await file.end(500_000));
    await whole();
  });
});
