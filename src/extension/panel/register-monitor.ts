import * as vscode from 'vscode';
import type { FirstPaint, MonitorPanel } from './monitor-panel.ts';
import type { MonitorActions, MonitorSources } from './monitor-source.ts';

/** The view type of the panel, as package.json's activation event has it too: `onWebviewPanel:mysimbdp.monitor`. */
const viewType = 'mysimbdp.monitor';

export interface Monitor extends vscode.Disposable {
  /** Shows the panel; resolves with its first picture of data, undefined when it was open already. */
  open(): Promise<FirstPaint | undefined>;
}

/**
 * Makes the monitoring panel known to the editor: one panel a window, restored after a reload. What it needs is loaded when
 * it is opened.
 */
export function registerMonitor(
  context: vscode.ExtensionContext,
  sources: MonitorSources,
  { actions, say }: { actions: MonitorActions; say: (line: string) => void },
): Monitor {
  let shown: MonitorPanel | undefined;
  const options = { viewType, extension: context.extensionUri, sources, actions, say };

  const keep = (panel: MonitorPanel) => {
    shown = panel;
    panel.onDidDispose(() => {
      if (shown === panel) shown = undefined;
    });
    void panel.painted.then((paint) => {
      if (!paint) return;
      const [all, own] = [paint.ms.toFixed(0), paint.pageMs.toFixed(0)];
      say(`the monitoring panel showed data after ${all} ms, ${own} ms of them its own`);
    });
    return panel;
  };

  const serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
    async deserializeWebviewPanel(restored: vscode.WebviewPanel) {
      const { MonitorPanel } = await import('./monitor-panel.ts');
      shown?.dispose();
      keep(new MonitorPanel(restored, options));
    },
  });

  const open = async () => {
    const openedAt = performance.now();
    const { MonitorPanel } = await import('./monitor-panel.ts');
    if (!shown) return keep(MonitorPanel.open(options, openedAt)).painted;
    shown.reveal();
    return undefined;
  };
  const closing = new vscode.Disposable(() => shown?.dispose());
  return Object.assign(vscode.Disposable.from(serializer, closing), { open });
}
