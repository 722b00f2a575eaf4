import assert from 'node:assert/strict';
import { ChosenSource } from '../../../../src/extension/panel/chosen-source.ts';
import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import { ExampleSource } from './example-source.ts';

describe('the platform that the panel shows', () => {
  const platform = (root: string, up = true) => {
    const source = new ExampleSource();
    source.folder = new PlatformFolder(root);
    if (!up) source.status = undefined;
    return source;
  };
  const down = platform('/down', false);
  const [first, second] = [platform('/first'), platform('/second')];
  let all: ExampleSource[];
  let memory: Map<string, unknown>;
  const sources = () =>
    new ChosenSource(() => all, { get: (key) => memory.get(key), update: (key, value) => memory.set(key, value) });

  beforeEach(() => {
    all = [down, first, second];
    memory = new Map();
  });

  it('is the first that is up, or the first', () => {
    assert.equal(sources().shown(), first);
    all = [down];
    assert.equal(sources().shown(), down);
    all = [];
    assert.equal(sources().shown(), undefined);
  });

  it('is the one that was chosen, also in the next window, as long as it is there', () => {
    sources().show(second.folder.root);
    assert.equal(sources().shown(), second);
    all = [down, first];
    assert.equal(sources().shown(), first);
  });

  it('is never another folder than one of them', () => {
    sources().show('/elsewhere');
    assert.equal(sources().shown(), first);
    assert.equal(memory.size, 0);
  });
});
