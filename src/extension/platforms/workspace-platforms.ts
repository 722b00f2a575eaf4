import * as vscode from 'vscode';
import { within } from '../../foundation/deadlines.ts';
import { messageOf } from '../../foundation/errors.ts';
import { CoalescedEvent } from './coalesced.ts';
import { PlatformSession } from './platform-session.ts';
import { startWithProgress } from './start-with-progress.ts';

/** Folders whose platform ran in this window when it was last open. */
const ranKey = 'mysimbdp.ran';
/** What is up elsewhere answers sooner; one that does not keeps no command waiting. Milliseconds. */
const attachMs = 1000;
/** How long mysimbdp.yaml may be away: a checkout or stash takes it away for a moment. Milliseconds. */
const awayMs = 10_000;

interface WatchedSession {
  session: PlatformSession;
  uri: vscode.Uri;
  listener: vscode.Disposable;
  /** Since when its mysimbdp.yaml is away, in the time of `performance.now`. */
  awaySince?: number | undefined;
}

/** The platform folders among the workspace's folders, each with its session. */
export class WorkspacePlatforms implements vscode.Disposable {
  readonly #sessions = new Map<string, WatchedSession>();
  /** Sessions of folders that are gone, on their way to their end. */
  readonly #leaving = new Set<Promise<void>>();
  readonly #supported = new WeakSet<PlatformSession>();
  readonly #changes = new CoalescedEvent(100);
  readonly #listeners: vscode.Disposable[] = [];
  readonly #log: vscode.LogOutputChannel;
  readonly #memory: vscode.Memento;
  readonly #awayMs: number;
  #looked: Promise<void> = Promise.resolve();
  #again: NodeJS.Timeout | undefined;

  /** @param mayBeAwayMs how long a folder counts as a platform folder without its mysimbdp.yaml */
  constructor(log: vscode.LogOutputChannel, memory: vscode.Memento, mayBeAwayMs = awayMs) {
    this.#log = log;
    this.#memory = memory;
    this.#awayMs = mayBeAwayMs;
    const files = vscode.workspace.createFileSystemWatcher('**/mysimbdp.yaml', false, true, false);
    const locations = vscode.workspace.createFileSystemWatcher('**/.mysimbdp/control-plane.json', false, false, true);
    this.#listeners.push(
      files,
      locations,
      files.onDidCreate(() => this.#look()),
      files.onDidDelete(() => this.#look()),
      locations.onDidCreate(() => void this.#attachAll()),
      locations.onDidChange(() => void this.#attachAll()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#look()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.#look();
        void this.#looked.then(() => this.#resume());
      }),
    );
    this.#look();
  }

  /** Sessions come, go, or change; coalesced. */
  get onDidChange(): vscode.Event<void> {
    return this.#changes.event;
  }

  /** In the order of the workspace's folders. */
  get sessions(): PlatformSession[] {
    return (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) => this.sessionOf(uri) ?? []);
  }

  sessionOf(folder: vscode.Uri): PlatformSession | undefined {
    return this.#sessions.get(folder.toString())?.session;
  }

  /** The session in whose folder the file is. */
  sessionOfFile(file: vscode.Uri): PlatformSession | undefined {
    const folder = vscode.workspace.getWorkspaceFolder(file);
    return folder && this.sessionOf(folder.uri);
  }

  /** The session of a platform folder by its path. */
  sessionAt(root: string): PlatformSession | undefined {
    return this.sessions.find(({ folder }) => folder.root === root);
  }

  /**
   * Resolves when the folders have been looked at as they are now, and what answers elsewhere is attached to. What is started
   * then may still be on its way.
   */
  async settled(): Promise<void> {
    await this.#looked;
  }

  /** Looks for platform folders anew; a folder was just made one. */
  async refresh(): Promise<void> {
    this.#look();
    await this.#looked;
  }

  /** Ends what runs in this process. */
  async close(): Promise<void> {
    await Promise.allSettled([...[...this.#sessions.values()].map(({ session }) => session.close()), ...this.#leaving]);
  }

  dispose(): void {
    clearTimeout(this.#again);
    for (const listener of this.#listeners) listener.dispose();
    for (const watched of this.#sessions.values()) release(watched);
    this.#changes.dispose();
  }

  /** A look that fails is logged; it keeps none from being taken after it. */
  #look(): void {
    this.#looked = this.#looked
      .then(() => this.#lookAtFolders())
      .catch((error: unknown) => this.#log.error(`the folders of the workspace: ${messageOf(error)}`));
  }

  async #lookAtFolders(): Promise<void> {
    const folders = new Set<string>();
    const found = new Map<string, vscode.Uri>();
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      const key = uri.toString();
      folders.add(key);
      if (uri.scheme === 'file' && (await exists(vscode.Uri.joinPath(uri, 'mysimbdp.yaml')))) found.set(key, uri);
    }
    for (const [key, watched] of this.#sessions) {
      if (found.has(key)) watched.awaySince = undefined;
      else if (!folders.has(key)) this.#leave(key, watched);
      else if (!this.#mayComeBack(watched)) {
        this.#tellGone(watched);
        this.#leave(key, watched);
      }
    }
    const added: PlatformSession[] = [];
    for (const [key, uri] of found) {
      if (this.#sessions.has(key)) continue;
      const session = new PlatformSession(uri, this.#log);
      added.push(session);
      const listener = vscode.Disposable.from(
        session.onDidChange(() => this.#changed()),
        session.onDidLose(() => this.#resume()),
      );
      this.#sessions.set(key, { session, uri, listener });
    }
    this.#changed();
    const attached = Promise.allSettled(added.map((session) => session.attachIfRunning()));
    await within(attachMs, 'attaching', attached).catch((error: unknown) => this.#log.debug(messageOf(error)));
    for (const { session } of this.#sessions.values()) void this.#refreshEditorSupport(session);
    this.#resume(added);
  }

  /** Whether mysimbdp.yaml is away for so short a time that it is waited for; then it is looked for again. */
  #mayComeBack(watched: WatchedSession): boolean {
    const now = performance.now();
    watched.awaySince ??= now;
    const rest = watched.awaySince + this.#awayMs - now;
    if (rest <= 0) return false;
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      this.#look();
    }, rest);
    return true;
  }

  /** What ends here without anybody's wish is told of. */
  #tellGone({ session, uri }: WatchedSession): void {
    if (session.state !== 'running' && session.state !== 'starting') return;
    this.#log.warn(`${session.name}: mysimbdp.yaml is gone; the platform is stopped`);
    const text = mayResume()
      ? vscode.l10n.t(
          'The platform {0} is stopped: its mysimbdp.yaml is gone. It goes on when that is back.',
          session.name,
        )
      : vscode.l10n.t('The platform {0} is stopped: its mysimbdp.yaml is gone.', session.name);
    const show = vscode.l10n.t('Show Folder');
    void vscode.window.showWarningMessage(text, show).then((chosen) => {
      if (chosen === show) void vscode.commands.executeCommand('revealInExplorer', uri);
    });
  }

  /** Its runs may take a while to drain; nobody waits for that but the end of the window. */
  #leave(key: string, watched: WatchedSession): void {
    this.#sessions.delete(key);
    const { session } = watched;
    const leaving = session
      .close()
      .catch((error: unknown) => this.#log.error(`${session.name}: ${messageOf(error)}`))
      .finally(() => {
        release(watched);
        this.#leaving.delete(leaving);
      });
    this.#leaving.add(leaving);
  }

  async #attachAll(): Promise<void> {
    await Promise.allSettled([...this.#sessions.values()].map(({ session }) => session.attachIfRunning()));
  }

  /**
   * What ran in this window before it was reloaded, or before its mysimbdp.yaml was away, runs again: its runs are gone on with.
   * @param which of the sessions; all when it is left out
   */
  #resume(which?: readonly PlatformSession[]): void {
    if (!mayResume()) return;
    const ran = new Set(this.#memory.get<string[]>(ranKey, []));
    for (const [key, { session }] of this.#sessions) {
      if (session.state !== 'stopped' || !ran.has(key) || which?.includes(session) === false) continue;
      startWithProgress(session, vscode.ProgressLocation.Window).catch((error: unknown) =>
        this.#log.error(`${session.name}: ${messageOf(error)}`),
      );
    }
  }

  /** The SDK's types and the schemas are those of this version, once a window, where something may be written. */
  async #refreshEditorSupport(session: PlatformSession): Promise<void> {
    if (!vscode.workspace.isTrusted || this.#supported.has(session)) return;
    this.#supported.add(session);
    try {
      const { refreshEditorSupport } = await import('../../tenants/editor-support.ts');
      await refreshEditorSupport(session.folder);
    } catch (error) {
      this.#log.warn(`${session.name}: the types of the SDK are not refreshed: ${messageOf(error)}`);
    }
  }

  #changed(): void {
    const { sessions } = this;
    const any = (suits: (session: PlatformSession) => boolean) => sessions.some(suits);
    setContext('hasPlatform', sessions.length > 0);
    setContext(
      'isUp',
      any(({ isUp }) => isUp),
    );
    setContext(
      'isStarting',
      any(({ state }) => state === 'starting'),
    );
    setContext(
      'isDown',
      any(({ isUp }) => !isUp),
    );
    setContext(
      'hasTenant',
      any(({ status }) => (status?.tenants.length ?? 0) > 0),
    );
    setContext(
      'hasRun',
      any(({ recentRuns }) => recentRuns.length > 0),
    );
    this.#remember();
    this.#changes.fire();
  }

  #remember(): void {
    const before = this.#memory.get<string[]>(ranKey, []);
    // Also of folders that are none of ours now: mysimbdp.yaml may come back.
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString());
    const ran = folders.filter((key) => this.#sessions.get(key)?.session.wanted ?? before.includes(key));
    if (ran.join('\n') !== before.join('\n')) void this.#memory.update(ranKey, ran);
  }
}

function mayResume(): boolean {
  const wanted = vscode.workspace.getConfiguration('mysimbdp').get<boolean>('resumeOnReload', true);
  return vscode.workspace.isTrusted && wanted;
}

function release({ session, listener }: WatchedSession): void {
  listener.dispose();
  session.dispose();
}

/** A key for `when` clauses, where its value is not what it was. */
function setContext(name: string, value: boolean): void {
  if (contexts.get(name) === value) return;
  contexts.set(name, value);
  void vscode.commands.executeCommand('setContext', `mysimbdp.${name}`, value);
}

const contexts = new Map<string, boolean>();

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
