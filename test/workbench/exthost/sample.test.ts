import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../../../src/foundation/deadlines.ts';
import { activated, folder } from './extension.ts';

interface Stop {
  session: vscode.DebugSession;
  threadId: number;
}
interface Frame {
  id: number;
  name: string;
  line: number;
  source?: { path?: string };
}

describe('an app on a sample', () => {
  const app = () => vscode.Uri.joinPath(folder(), 'tenants', 'shop', 'apps', 'sales', 'app.ts');
  const sample = () => vscode.Uri.joinPath(folder(), 'day.csv').fsPath;
  const target = () => ({ folder: folder().fsPath, tenant: 'shop', app: 'sales', file: sample() });
  const stops: Stop[] = [];
  let output = '';
  const listening: vscode.Disposable[] = [];

  before(async () => {
    await activated();
    const tracker = (session: vscode.DebugSession): vscode.DebugAdapterTracker => ({
      onDidSendMessage: (message: { event?: string; body?: { threadId?: number; output?: string } }) => {
        if (message.event === 'stopped') stops.push({ session, threadId: message.body?.threadId ?? 0 });
        if (message.event === 'output') output += message.body?.output ?? '';
      },
    });
    listening.push(vscode.debug.registerDebugAdapterTrackerFactory('*', { createDebugAdapterTracker: tracker }));
  });
  after(() => {
    vscode.Disposable.from(...listening).dispose();
  });

  it('stops at a breakpoint in app.ts, shows its variables, and goes on to the end', async () => {
    const text = (await vscode.workspace.openTextDocument(app())).getText();
    const line = text.split('\n').findIndex((one) => one.includes('// here'));
    const breakpoint = new vscode.SourceBreakpoint(new vscode.Location(app(), new vscode.Position(line, 0)));
    vscode.debug.addBreakpoints([breakpoint]);
    const ended = new Promise<void>((resolve) =>
      listening.push(vscode.debug.onDidTerminateDebugSession(() => resolve())),
    );
    assert.equal(await vscode.commands.executeCommand('mysimbdp.debugOnSample', target()), true);
    const names: unknown[] = [];
    while (names.length < 2) {
      const stop = await until(30_000, 'a stop at the breakpoint', () => stops.shift());
      const { session, threadId } = stop;
      const { stackFrames } = (await session.customRequest('stackTrace', { threadId })) as { stackFrames: Frame[] };
      const [frame] = stackFrames;
      assert.ok(frame);
      // On a server the debugger gives the whole URI.
      assert.ok(frame.source?.path?.endsWith(app().path), JSON.stringify(frame));
      assert.deepEqual([frame.name, frame.line], ['Object.wrangle', line + 1]);
      const asked = { expression: 'name', frameId: frame.id, context: 'watch' };
      names.push(((await session.customRequest('evaluate', asked)) as { result: string }).result);
      await session.customRequest('continue', { threadId });
    }
    assert.deepEqual(names, ["'Ann'", "'Bob'"]);
    await ended;
    vscode.debug.removeBreakpoints([breakpoint]);
    assert.match(output, /day\.csv, record 1, line 2:/);
  });

  it('opens beside the editor what the app makes of it', async () => {
    await vscode.window.showTextDocument(app());
    await vscode.commands.executeCommand('mysimbdp.runOnSample', target());
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const tab = tabs.find(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('mysimbdp.sample'),
    );
    assert.equal(tab?.label, 'sales on Sample');
    assert.equal(tab.group.viewColumn, vscode.ViewColumn.Two);
    await vscode.window.tabGroups.close(tab);
  });
});
