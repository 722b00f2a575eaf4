import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { messageOf, PlatformError } from '../../foundation/errors.ts';
import { Cancelled } from '../cancelled.ts';
import { hintOf } from '../commands/error-help.ts';
import { requireTrust } from '../platforms/trust.ts';
import type { Services } from '../services.ts';
import { chooseSample } from './choose-sample.ts';
import { debugType } from './debug-type.ts';
import { activeFile, appFileOf, chooseApp } from './sample-target.ts';

/** Apps that are offered without being asked for. */
const mostOffered = 50;

/** Makes debug configurations of the type `mysimbdp` what the editor's JavaScript debugger launches. */
export class SampleDebugProvider implements vscode.DebugConfigurationProvider {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** For a new launch.json: the app in the editor, whichever that is. */
  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return [{ type: debugType, request: 'launch', name: vscode.l10n.t('Debug app on sample') }];
  }

  /** @returns undefined when the user has left a question open */
  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    try {
      return await this.#resolved(folder, configuration);
    } catch (error) {
      if (error instanceof Cancelled) return undefined;
      const hint = hintOf(error);
      const text = hint ? `${messageOf(error)} — ${hint}` : messageOf(error);
      this.#services.log.error(`${configuration.name}: ${text}`);
      throw new Error(text, { cause: error });
    }
  }

  async #resolved(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: Partial<vscode.DebugConfiguration>,
  ): Promise<vscode.DebugConfiguration> {
    requireTrust('runs');
    const { platforms } = this.#services;
    await platforms.settled();
    const named = fieldsOf(configuration);
    const session = named.tenant === undefined || !folder ? undefined : platforms.sessionOf(folder.uri);
    const { profile, ...target } = await chooseApp(
      this.#services,
      named.tenant === undefined ? undefined : { ...(session ? { session } : {}), ...named },
    );
    const [{ appOf }, { sampleJobOf }, { nodeLaunch }] = await Promise.all([
      import('../../tenants/load-tenant.ts'),
      import('../../batch/sample/sample-job.ts'),
      import('./debug-configuration.ts'),
    ]);
    const app = appOf(profile, target.app);
    if (app.code.form === 'command') {
      const { commandNotDebugged } = await import('../../runner/sample/command-not-debugged.ts');
      throw commandNotDebugged(app.name);
    }
    const { root } = target.session.folder;
    const file =
      named.file === undefined
        ? await chooseSample(this.#services, target, app, false)
        : resolve(root, withoutVariables(named.file, root));
    const job = sampleJobOf(profile, app, { file, records: named.records });
    return nodeLaunch({
      name: configuration.name ?? vscode.l10n.t('Debug app on sample'),
      jobFile: await this.#write(job, `${root}#${target.tenant}#${target.app}`),
      tenantFolder: target.session.folder.tenant(target.tenant),
      appFolder: app.folder,
    });
  }

  /** One file an app: there are never more than apps were debugged. */
  async #write(job: object, key: string): Promise<string> {
    const { storageUri, globalStorageUri } = this.#services.context;
    const folder = join((storageUri ?? globalStorageUri).fsPath, 'samples');
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.json`);
    await writeFile(path, JSON.stringify(job));
    return path;
  }
}

/** Offers the apps of the tenant in the editor, or of all, in the list beside the button that starts debugging. */
export class SampleDebugOffers implements vscode.DebugConfigurationProvider {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  async provideDebugConfigurations(folder: vscode.WorkspaceFolder | undefined): Promise<vscode.DebugConfiguration[]> {
    const { platforms } = this.#services;
    await platforms.settled();
    const session = folder && platforms.sessionOf(folder.uri);
    if (!session) return [];
    const file = activeFile();
    const inEditor = file && appFileOf(this.#services, file)?.tenant;
    const tenants = (await session.tenants()).filter(({ tenant }) => inEditor === undefined || tenant === inEditor);
    return tenants
      .flatMap(({ tenant, apps }) => apps.map((app) => ({ tenant, app })))
      .slice(0, mostOffered)
      .map(({ tenant, app }) => ({
        type: debugType,
        request: 'launch',
        name: vscode.l10n.t('{0} of {1} on sample', app, tenant),
        tenant,
        app,
      }));
  }
}

/** The editor fills in variables only behind this, for the configuration that comes out of it. @throws SAMPLE_PATH_UNKNOWN */
function withoutVariables(path: string, root: string): string {
  const values: Readonly<Record<string, string | undefined>> = { workspaceFolder: root, file: activeFile()?.fsPath };
  return path.replace(/\$\{([^}]*)\}/g, (variable, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw samplePathUnknown(variable);
    return value;
  });
}

function samplePathUnknown(variable: string): PlatformError {
  return new PlatformError({
    code: 'SAMPLE_PATH_UNKNOWN',
    message: vscode.l10n.t('The path of the sample has {0}, which stands for nothing here.', variable),
    hint: vscode.l10n.t(
      'Write a path from the platform folder; {0} is that folder, and {1} the file in the editor.',
      '${workspaceFolder}',
      '${file}',
    ),
    kind: 'usage',
  });
}

interface Fields {
  tenant?: string;
  app?: string;
  file?: string;
  records?: number;
}

function fieldsOf(configuration: Partial<vscode.DebugConfiguration>): Fields {
  const { tenant, app, file, records } = configuration as Record<string, unknown>;
  return {
    ...(typeof tenant === 'string' ? { tenant } : {}),
    ...(typeof app === 'string' ? { app } : {}),
    ...(typeof file === 'string' && file !== '' ? { file } : {}),
    ...(typeof records === 'number' ? { records } : {}),
  };
}
