import assert from 'node:assert/strict';
import type { NodeTree } from '../../../../src/extension/views/node-tree.ts';
import type { Node } from '../../../../src/extension/views/node.ts';
import { until } from '../../../../src/foundation/deadlines.ts';
import { openEditor } from '../editor/editor.ts';
import type { TreeView } from '../editor/vscode.ts';

const loadEveryMs = 200;

describe('a tree of nodes', () => {
  let roots: Node[];
  let tree: NodeTree;
  let view: TreeView<Node>;
  /** Labels of what was drawn again since the last look; `*`: everything. */
  let drawn: string[];

  before(() => openEditor());
  beforeEach(async () => {
    const { NodeTree } = await import('../../../../src/extension/views/node-tree.ts');
    roots = [{ id: 'a', label: 'a' }];
    drawn = [];
    tree = new NodeTree('tree', () => roots, { loadEveryMs });
    view = tree.view as unknown as TreeView<Node>;
    tree.onDidChangeTreeData((nodes) => drawn.push(...(nodes?.map(({ label }) => label) ?? ['*'])));
  });
  afterEach(() => tree.dispose());

  function drawnAfter(change: Node[]): string[] {
    roots = change;
    tree.refresh();
    return drawn.splice(0);
  }

  async function below(parent?: Node): Promise<Node[]> {
    return tree.getChildren(parent);
  }

  async function only(parent?: Node): Promise<Node> {
    const [node, ...others] = await below(parent);
    assert.ok(node && others.length === 0);
    return node;
  }

  it('draws again what looks different, and nothing else', async () => {
    roots = [
      { id: 'a', label: 'a' },
      { id: 'b', label: 'b' },
    ];
    const [a, b] = await below();
    assert.deepEqual(drawnAfter(roots.map((node) => ({ ...node }))), []);
    assert.deepEqual(drawnAfter([roots[0]!, { id: 'b', label: 'b', description: 'works' }]), ['b']);
    // The editor knows nodes by their objects.
    assert.deepEqual([a?.description, b?.description], [undefined, 'works']);
  });

  it('draws everything again when there are other roots', async () => {
    await below();
    assert.deepEqual(drawnAfter([...roots, { id: 'b', label: 'b' }]), ['*']);
    assert.equal((await below()).length, 2);
  });

  it('takes away what a node does not have any more', async () => {
    roots = [{ id: 'a', label: 'a', icon: 'sync', color: 'blue', children: () => [] }];
    const node = await only();
    assert.equal((tree.getTreeItem(node).iconPath as { color?: { id: string } }).color?.id, 'blue');
    assert.deepEqual(drawnAfter([{ id: 'a', label: 'a', icon: 'sync' }]), ['a']);
    const item = tree.getTreeItem(node);
    assert.equal((item.iconPath as { color?: unknown }).color, undefined);
    assert.equal(item.collapsibleState, 0);
  });

  it('looks below what is open, and draws only what is different there', async () => {
    const state = (child: string): Node[] => [
      { id: 'a', label: 'a', children: () => [{ id: 'a1', label: child, children: () => [] }] },
    ];
    roots = state('one');
    const node = await only();
    assert.deepEqual(drawnAfter(state('unseen')), []);
    const child = await only(node);
    assert.equal(child.label, 'unseen');
    assert.deepEqual(drawnAfter(state('unseen')), []);
    assert.deepEqual(drawnAfter(state('two')), ['two']);
    assert.equal(child.label, 'two');
    assert.equal(await only(node), child);
    view.collapsed.fire({ element: node });
    assert.deepEqual(drawnAfter(state('three')), []);
    // The editor shows what it had, without asking.
    view.expanded.fire({ element: node });
    assert.deepEqual(drawn.splice(0), ['three']);
  });

  it('draws a node again when there is something else below it', async () => {
    const state = (...ids: string[]): Node[] => [
      { id: 'a', label: 'a', children: () => ids.map((id) => ({ id, label: id })) },
    ];
    roots = state('a1');
    const node = await only();
    await only(node);
    assert.deepEqual(drawnAfter(state('a1', 'a2')), ['a']);
    assert.equal((await below(node)).length, 2);
  });

  it('looks again when it comes on the screen, and at nothing before', async () => {
    await below();
    view.visible = false;
    assert.deepEqual(drawnAfter([{ id: 'a', label: 'new' }]), []);
    view.visible = true;
    view.shown.fire({ visible: true });
    assert.deepEqual(drawn, ['new']);
  });

  describe('what has to be read', () => {
    let reads: number;
    let fault: Error | undefined;
    const state = (version: number, description = ''): Node[] => [
      { id: 'a', label: 'a', description, load: { version: version.toString(), read: () => read(version) } },
    ];
    const read = (version: number): Promise<Node[]> => {
      reads++;
      return fault ? Promise.reject(fault) : Promise.resolve([{ id: 'a1', label: `version ${version}` }]);
    };
    let node: Node;

    beforeEach(async () => {
      reads = 0;
      fault = undefined;
      roots = state(1);
      node = await only();
      assert.equal(reads, 0, 'read before anybody looks');
      await only(node);
    });

    it('is not read again while nothing has changed, however often the node is drawn', async () => {
      for (let n = 0; n < 20; n++) {
        assert.deepEqual(drawnAfter(state(1, n.toString())), ['a']);
        await only(node);
      }
      assert.equal(reads, 1);
    });

    it('is read again after a change, though not at once, and what came last is not missed', async () => {
      for (let version = 2; version < 20; version++) {
        if (drawnAfter(state(version)).length > 0) await only(node);
      }
      assert.equal(reads, 1);
      const child = await until(10_000, 'the next look', async () => drawn.includes('a') && only(node));
      assert.equal(child.label, 'version 19');
      assert.equal(reads, 2);
    });

    it('is read again when it is opened again', async () => {
      view.collapsed.fire({ element: node });
      view.expanded.fire({ element: node });
      assert.deepEqual(drawn, ['a']);
      await only(node);
      assert.equal(reads, 2);
    });

    it('is read again after it could not be, though not at once', async () => {
      view.collapsed.fire({ element: node });
      view.expanded.fire({ element: node });
      drawn = [];
      fault = new Error('busy');
      await assert.rejects(below(node), fault);
      fault = undefined;
      assert.deepEqual(drawnAfter(state(1)), []);
      await until(10_000, 'the next look', () => drawn.includes('a'));
      await only(node);
      assert.equal(reads, 3);
    });
  });
});
