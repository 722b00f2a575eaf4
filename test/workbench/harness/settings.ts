import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Values by setting, as in settings.json. */
export type Settings = Readonly<Record<string, unknown>>;

/** A workbench without anything that moves, asks, or would go to the network on its own. */
const quiet: Settings = {
  'chat.commandCenter.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.simpleDialog.enable': true,
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** The user's settings of a server: a file that windows read when they are opened, and write when the user changes one. */
export class UserSettings {
  readonly #file: string;

  constructor(userData: string) {
    this.#file = join(userData, 'User', 'settings.json');
  }

  /** Adds to the settings, for windows that are opened or reloaded from now on; undefined takes one away. */
  async change(settings: Settings): Promise<void> {
    const written = await readFile(this.#file, 'utf8').catch(() => undefined);
    const values = written === undefined ? quiet : (JSON.parse(written) as Settings);
    await mkdir(dirname(this.#file), { recursive: true });
    await writeFile(this.#file, JSON.stringify({ ...values, ...settings }, null, 2));
  }
}
