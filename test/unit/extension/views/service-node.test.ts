import assert from 'node:assert/strict';
import type { PlatformSession } from '../../../../src/extension/platforms/platform-session.ts';
import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import type { ServiceStatus, ServiceUsage } from '../../../../src/protocol/services.ts';
import { openEditor } from '../editor/editor.ts';

const { serviceNodes } = await import('../../../../src/extension/views/service-node.ts');

const status = (change: Partial<ServiceStatus> = {}): ServiceStatus => ({
  service: 'cassandra-1',
  state: 'running',
  endpoint: '127.0.0.1:9042',
  image: 'cassandra:5.0',
  version: '5.0.5',
  container: 'mysimbdp-1-cassandra-1',
  restarts: 0,
  problem: null,
  ...change,
});

function nodesOf(services: ServiceStatus[], usage: ServiceUsage[] = []) {
  return serviceNodes({
    folder: new PlatformFolder('/platform'),
    status: { services },
    usage,
  } as unknown as PlatformSession);
}
const tooltipOf = ({ tooltip }: ReturnType<typeof nodesOf>[number]) =>
  typeof tooltip === 'function' ? tooltip() : (tooltip ?? '');

describe('the node of a service', () => {
  beforeEach(() => openEditor());

  it('says how it is, where it answers, and what it takes of the machine', () => {
    const usage = { service: 'cassandra-1', cpus: 0.52, memoryBytes: 812e6, memoryLimitBytes: 2e9, diskBytes: 3e6 };
    const [node] = nodesOf([status()], [usage]);
    assert.ok(node);
    assert.equal(node.description, 'running · 127.0.0.1:9042 · 0.5 cores · 812 MB');
    assert.match(tooltipOf(node), /Memory: 812 MB of 2\.0 GB/);
    assert.match(tooltipOf(node), /Disk: 3\.0 MB/);
  });

  it('says nothing of what is not known', () => {
    const [node] = nodesOf([status({ state: 'starting', endpoint: null })]);
    assert.ok(node);
    assert.equal(node.description, 'starting…');
    assert.doesNotMatch(tooltipOf(node), /Memory|Disk|Started again/);
  });

  it('tells what is wrong, as text whatever it has in it', () => {
    const problem = { code: 'SERVICE_ENDED', message: 'ended with *137*', hint: 'Give it more memory.' };
    const [node] = nodesOf([status({ state: 'restarting', restarts: 2, problem })]);
    assert.ok(node);
    assert.match(tooltipOf(node), /^\*\*ended with \\\*137\\\*\*\*/);
    assert.match(tooltipOf(node), /Give it more memory/);
    assert.match(tooltipOf(node), /Started again: 2/);
  });

  it('offers cqlsh for nodes of Cassandra only', () => {
    const contexts = nodesOf([status(), status({ service: 'kafka-1' })]).map(({ context }) => context);
    assert.deepEqual(contexts, ['service.cassandra', 'service']);
  });
});
