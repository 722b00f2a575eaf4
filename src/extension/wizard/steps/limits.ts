import * as l10n from '@vscode/l10n';
import { readLimit, type LimitDefault, type LimitFault, type LimitKey } from '../../../tenants/draft-limits.ts';
import type { Answer, Choice, Place, Step, WizardUi } from '../step.ts';
import { limitsOf, makesFolder, type TenantWizard } from '../tenant-wizard.ts';

const titles: Record<LimitKey, () => string> = {
  maxFiles: () => l10n.t('Files in a run'),
  maxFileSizeMb: () => l10n.t('Largest file'),
  rowsPerSecond: () => l10n.t('Records a second'),
  mbPerSecond: () => l10n.t('Megabytes a second'),
  mbPerDay: () => l10n.t('Megabytes a day'),
  concurrency: () => l10n.t('Runs at one time'),
  memoryMb: () => l10n.t('Memory of a run'),
  timeoutSeconds: () => l10n.t('Longest run'),
};

const units: Partial<Record<LimitKey, string>> = {
  maxFileSizeMb: 'MB',
  mbPerSecond: 'MB/s',
  mbPerDay: 'MB',
  rowsPerSecond: 'rows/s',
  memoryMb: 'MiB',
  timeoutSeconds: 's',
};

/** Shows what holds for the tenant and lets each limit be changed. */
export const limitsStep: Step<TenantWizard> = {
  id: 'limits',
  title: () => l10n.t('Limits'),
  shouldPrompt: makesFolder,
  async prompt(wizard, ui, place) {
    for (;;) {
      const known = limitsOf(wizard);
      const goOn: Choice<LimitDefault | null> = { label: `$(check) ${l10n.t('Go on with these limits')}`, value: null };
      const entries = known.map((limit): Choice<LimitDefault | null> => ({
        label: titles[limit.key](),
        description: describe(limit, wizard),
        value: limit,
      }));
      const answer = await ui.pick(
        { choices: [goOn, ...entries], prompt: l10n.t('Go on, or pick a limit to change it') },
        place,
      );
      if (typeof answer === 'string') return answer;
      const limit = answer.value;
      if (limit === null) return 'next';
      const text = await askLimit(limit, wizard.limits[limit.key], ui, place);
      if (text === 'cancel') return 'cancel';
      if (text !== 'back') setLimit(wizard, limit, text.value);
    }
  },
};

/** `Files in a run: 4`, for each limit that was changed. */
export function changedLimits({ limits }: TenantWizard): string[] {
  return (Object.keys(limits) as LimitKey[]).map((key) => `${titles[key]()}: ${figure(key, limits[key] ?? null)}`);
}

function describe({ key, value, origin }: LimitDefault, { limits, plan }: TenantWizard): string {
  const changed = limits[key];
  if (changed !== undefined) return `${figure(key, changed)} · ${l10n.t('changed')}`;
  const origins: Record<LimitDefault['origin'], string> = {
    template: l10n.t('of the template'),
    plan: l10n.t('of the plan {0}', plan ?? ''),
    platform: l10n.t('limit of the platform'),
    default: l10n.t('default'),
  };
  return `${figure(key, value)} · ${origins[origin]}`;
}

function figure(key: LimitKey, value: number | null): string {
  return value === null ? l10n.t('no limit') : `${value} ${units[key] ?? ''}`.trim();
}

function askLimit(
  limit: LimitDefault,
  changed: number | undefined,
  ui: WizardUi,
  place: Place,
): Promise<Answer<string>> {
  const unit = units[limit.key];
  const title = titles[limit.key]();
  return ui.input(
    {
      value: (changed ?? limit.value ?? '').toString(),
      prompt: `${unit === undefined ? title : `${title} (${unit})`}; ${l10n.t('empty: as it was')}`,
      placeholder: figure(limit.key, limit.value),
      problem: (text) => {
        const read = text.trim() === '' ? 0 : readLimit(text, limit);
        return typeof read === 'number' ? undefined : faultText(read);
      },
    },
    { ...place, title: `${place.title}: ${title}`, canGoBack: true },
  );
}

function faultText(fault: LimitFault): string {
  switch (fault.kind) {
    case 'not-a-number':
      return l10n.t('Write a number, like 20 or 0.5.');
    case 'not-whole':
      return l10n.t('Write a whole number.');
    case 'too-small':
      return fault.bound > 0 ? l10n.t('At least {0}.', fault.bound) : l10n.t('More than zero.');
    case 'too-large':
      return l10n.t('At most {0}: the platform has no more.', fault.bound);
  }
}

function setLimit(wizard: TenantWizard, limit: LimitDefault, text: string): void {
  const others = Object.entries(wizard.limits).filter(([key]) => key !== limit.key);
  const value = text.trim() === '' ? undefined : readLimit(text, limit);
  const changed = typeof value === 'number' && value !== limit.value ? [[limit.key, value] as const] : [];
  wizard.limits = Object.fromEntries([...others, ...changed]);
}
