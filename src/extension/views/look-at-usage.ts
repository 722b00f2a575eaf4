import * as vscode from 'vscode';
import type { PlatformSession } from '../platforms/platform-session.ts';
import type { WorkspacePlatforms } from '../platforms/workspace-platforms.ts';

/** Has what services take of the machine asked for while a view is visible that shows it. */
export function lookAtUsage(
  { visible, onDidChangeVisibility }: Pick<vscode.TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>,
  platforms: WorkspacePlatforms,
): vscode.Disposable {
  const watched = new Map<PlatformSession, vscode.Disposable>();
  let isVisible = visible;
  const look = () => {
    const wanted = new Set(isVisible ? platforms.sessions : []);
    for (const [session, watch] of watched) {
      if (wanted.has(session)) continue;
      watch.dispose();
      watched.delete(session);
    }
    for (const session of wanted) if (!watched.has(session)) watched.set(session, session.watchUsage());
  };
  look();
  return vscode.Disposable.from(
    onDidChangeVisibility((event) => {
      isVisible = event.visible;
      look();
    }),
    platforms.onDidChange(look),
    new vscode.Disposable(() => {
      isVisible = false;
      look();
    }),
  );
}
