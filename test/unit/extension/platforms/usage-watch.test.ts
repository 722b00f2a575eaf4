import assert from 'node:assert/strict';
import { pause, until } from '../../../../src/foundation/deadlines.ts';
import type { ServiceUsage } from '../../../../src/protocol/services.ts';
import { openEditor } from '../editor/editor.ts';

const { UsageWatch } = await import('../../../../src/extension/platforms/usage-watch.ts');

const patienceMs = 5_000;
const used = (cpus: number): ServiceUsage => ({
  service: 'cassandra-1',
  cpus,
  memoryBytes: 1e9,
  memoryLimitBytes: 2e9,
  diskBytes: null,
});

describe('the usage of services', () => {
  let asked: number;
  let changes: number;
  let answer: (signal: AbortSignal) => Promise<readonly ServiceUsage[]> | undefined;
  let watch: InstanceType<typeof UsageWatch>;
  beforeEach(() => {
    openEditor();
    asked = 0;
    changes = 0;
    answer = () => Promise.resolve([used(asked)]);
    watch = new UsageWatch({
      ask: (signal) => {
        asked++;
        return answer(signal);
      },
      changed: () => changes++,
      log: () => undefined,
      pauseMs: 5,
    });
  });
  afterEach(() => watch.dispose());

  it('is asked for again and again as long as somebody looks, by one for all', async () => {
    const first = watch.watch();
    const second = watch.watch();
    assert.equal(asked, 1);
    await until(patienceMs, 'three answers', () => changes >= 3);
    assert.ok((watch.usage[0]?.cpus ?? 0) >= 3);
    first.dispose();
    const before = asked;
    await until(patienceMs, 'more questions for the other', () => asked > before);
    second.dispose();
    const after = asked;
    await pause(50);
    assert.equal(asked, after);
    assert.deepEqual(watch.usage, []);
  });

  it('leaves the engine nine tenths of the time', async () => {
    answer = async () => {
      await pause(30);
      return [used(1)];
    };
    const looking = watch.watch();
    await pause(300);
    looking.dispose();
    assert.ok(asked <= 2, `asked ${asked} times`);
  });

  it('is forgotten when it cannot be had, and asked for again', async () => {
    const looking = watch.watch();
    await until(patienceMs, 'an answer', () => watch.usage.length > 0);
    answer = () => Promise.reject(new Error('the engine is gone'));
    await until(patienceMs, 'its end', () => watch.usage.length === 0);
    answer = () => Promise.resolve([used(1)]);
    await until(patienceMs, 'an answer', () => watch.usage.length > 0);
    looking.dispose();
  });

  it('stops waiting for an answer when nobody looks any more', async () => {
    let abandoned = false;
    answer = (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          abandoned = true;
          reject(signal.reason as Error);
        });
      });
    watch.watch().dispose();
    await pause(1);
    assert.ok(abandoned);
    assert.equal(changes, 0);
  });
});
