import { basename } from 'node:path';
import * as vscode from 'vscode';
import { PlatformError } from '../../foundation/errors.ts';
import type { FittingTenant } from '../../tenants/fitting-tenants.ts';
import { Cancelled } from '../cancelled.ts';
import { choosePlatform } from '../commands/choose.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import type { Services } from '../services.ts';
import { counted } from '../views/figures.ts';
import { stageFiles } from './stage-files.ts';

/** Puts files of the explorer into the staging directory of a tenant, and has them run when the platform is up. */
export async function ingestFile(services: Services, file: unknown, files: unknown): Promise<void> {
  const sources = await sourcesOf(file, files);
  const [first] = sources;
  if (!first) throw new Cancelled();
  const session =
    services.platforms.sessionOfFile(first) ?? (await choosePlatform(services, undefined, ({ isUp }) => isUp));
  const names = sources.map(({ fsPath }) => basename(fsPath));
  const chosen = (await chooseTenant(session, names)) ?? (await newTenant(services, session, first, names));
  const taken = sources.filter(({ fsPath }) => chosen.takes.includes(basename(fsPath)));
  const staged = await stageFiles(
    session.folder.staging(chosen.tenant),
    taken.map(({ fsPath }) => fsPath),
  );
  services.log.info(`${session.name}: ${counted(staged.length, 'file')} put into staging of ${chosen.tenant}`);
  if (staged.length === 0) return;
  await run(session, chosen, staged.length);
}

async function sourcesOf(file: unknown, files: unknown): Promise<vscode.Uri[]> {
  const given = Array.isArray(files) && files.length > 0 ? (files as unknown[]) : [file];
  const uris = given.filter((one) => one instanceof vscode.Uri).filter(({ scheme }) => scheme === 'file');
  if (uris.length > 0) return uris;
  const picked = await vscode.window.showOpenDialog({
    canSelectMany: true,
    title: vscode.l10n.t('Files to ingest'),
    openLabel: vscode.l10n.t('Ingest'),
    filters: {
      [vscode.l10n.t('Data files')]: ['csv', 'tsv', 'ndjson', 'jsonl', 'gz'],
      [vscode.l10n.t('All files')]: ['*'],
    },
  });
  if (!picked) throw new Cancelled();
  return picked;
}

/** Asks which tenant the files are for; undefined: one that is still to be made. */
async function chooseTenant(session: PlatformSession, names: readonly string[]): Promise<FittingTenant | undefined> {
  const fitting = await fittingOf(session, names);
  const files = names.length === 1 ? (names[0] ?? '') : counted(names.length, 'file');
  const isText = names.some((name) => /\.(csv|tsv|txt)(\.gz)?$/i.test(name));
  if (fitting.length === 0 && !isText) throw nobodyTakes(files);
  const add = {
    label: `$(add) ${vscode.l10n.t('Add tenant from this file…')}`,
    detail: vscode.l10n.t('Columns, types and keys are proposed from it.'),
    tenant: undefined,
  };
  const picked = await vscode.window.showQuickPick(
    [
      ...fitting.map((tenant) => ({
        label: tenant.tenant,
        description:
          tenant.takes.length < names.length
            ? vscode.l10n.t('takes {0} of {1}', tenant.takes.length, files)
            : (tenant.app ?? ''),
        tenant,
      })),
      ...(isText ? [add] : []),
    ],
    {
      title: vscode.l10n.t('Ingest {0}', files),
      placeHolder:
        fitting.length > 0
          ? vscode.l10n.t('The tenant whose data this is')
          : vscode.l10n.t('No app of a registered tenant takes files of this name'),
    },
  );
  if (!picked) throw new Cancelled();
  return picked.tenant;
}

function nobodyTakes(files: string): PlatformError {
  return new PlatformError({
    code: 'NOBODY_TAKES_IT',
    message: vscode.l10n.t('No app of a registered tenant takes {0}.', files),
    hint: vscode.l10n.t('Name it under `files` of an app in a service profile, or add a tenant for it.'),
    kind: 'usage',
  });
}

async function fittingOf({ folder }: PlatformSession, names: readonly string[]): Promise<FittingTenant[]> {
  const [{ ProfileLoader }, { fittingTenants }] = await Promise.all([
    import('../../tenants/profile-loader.ts'),
    import('../../tenants/fitting-tenants.ts'),
  ]);
  const loader = new ProfileLoader(folder);
  try {
    const { profiles, registered } = await loader.load();
    return fittingTenants(
      registered.flatMap((tenant) => profiles.get(tenant) ?? []),
      names,
    );
  } finally {
    await loader.dispose();
  }
}

/** Makes a tenant for the first file. @throws TENANT_TAKES_NOTHING when it was made for other files */
async function newTenant(
  services: Services,
  session: PlatformSession,
  sample: vscode.Uri,
  names: readonly string[],
): Promise<FittingTenant> {
  const { addTenant } = await import('../wizard/add-tenant.ts');
  const { tenant } = await addTenant(services, { session, sample: sample.fsPath });
  const made = (await fittingOf(session, names)).find((one) => one.tenant === tenant);
  if (made) return made;
  throw new PlatformError({
    code: 'TENANT_TAKES_NOTHING',
    message: vscode.l10n.t('The tenant {0} takes no files named like {1}.', tenant, basename(sample.fsPath)),
    hint: vscode.l10n.t('Correct `files` of its app in tenants/{0}/tenant.yaml.', tenant),
  });
}

async function run(session: PlatformSession, { tenant, app }: FittingTenant, files: number): Promise<void> {
  if (session.client && vscode.workspace.isTrusted) {
    // Shows the progress and what came of it.
    const target = { session, tenant, ...(app === undefined ? {} : { app }) };
    await vscode.commands.executeCommand('mysimbdp.runBatchNow', target);
    return;
  }
  const staged = counted(files, 'file');
  if (session.client) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        '{0} in the staging directory of {1}. The platform takes what is due; more cannot be asked of it while the workspace is not trusted.',
        staged,
        tenant,
      ),
    );
    return;
  }
  if (session.state === 'starting') {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} in the staging directory of {1}; the platform is starting.', staged, tenant),
    );
    return;
  }
  const start = vscode.l10n.t('Start Platform');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('{0} in the staging directory of {1}; the platform is not running.', staged, tenant),
    start,
  );
  if (chosen === start) await vscode.commands.executeCommand('mysimbdp.startPlatform', { session });
}
