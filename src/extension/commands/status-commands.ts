import * as vscode from 'vscode';
import type { PlatformSession } from '../platforms/platform-session.ts';
import type { Services } from '../services.ts';
import { choosePlatform } from './choose.ts';
import type { CommandHandler } from './command.ts';

/** Columns of the document. */
const columns = 120;

/** Shows the status of a platform as `mysimbdp status` prints it. */
async function showStatus(services: Services, from: unknown): Promise<void> {
  const session = await choosePlatform(services, from, ({ isUp }) => isUp);
  const lines = await statusOf(session);
  await services.documents.show(session.folder, `status/${session.name}.txt`, [...lines, ''].join('\n'));
}

async function statusOf(session: PlatformSession): Promise<string[]> {
  const [{ readLocation }, { statusLines }] = await Promise.all([
    import('../../api/location.ts'),
    import('../../cli/status-lines.ts'),
  ]);
  const status = await session.client?.status();
  if (!status) return [vscode.l10n.t('The platform {0} is not running.', session.name)];
  const url = (await readLocation(session.folder))?.url ?? '';
  return statusLines(status, url, { columns, paint: (_, text) => text }, Date.now());
}

export const statusCommands: Record<string, CommandHandler> = { 'mysimbdp.showStatus': showStatus };
