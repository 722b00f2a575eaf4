import type * as vscode from 'vscode';
import type { CoreDmsReader } from '../coredms/core-dms-reader.ts';
import type { ReadOnlyDocuments } from './documents/read-only-documents.ts';
import type { FollowedLogs } from './logs/followed-logs.ts';
import type { WorkspacePlatforms } from './platforms/workspace-platforms.ts';

/** What every feature of the extension is given. */
export interface Services {
  context: vscode.ExtensionContext;
  log: vscode.LogOutputChannel;
  platforms: WorkspacePlatforms;
  documents: ReadOnlyDocuments;
  logs: FollowedLogs;
  /** Looks into keyspaces; loaded with its first use. */
  reader: () => Promise<CoreDmsReader>;
}
