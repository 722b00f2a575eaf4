import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Choice, Step } from '../step.ts';
import { draftOf, makesFolder, templateOf, usedSample, type TenantWizard } from '../tenant-wizard.ts';
import { changedLimits } from './limits.ts';

/** A line of the summary; picked, it leads to the step that it came from. */
type Line = Choice<string>;

const create = 'create';

/** Everything that will be made; nothing is before this is agreed to. */
export const summaryStep: Step<TenantWizard> = {
  id: 'summary',
  title: () => l10n.t('Summary'),
  shouldPrompt: () => true,
  async prompt(wizard, ui, place) {
    const answer = await ui.pick(
      { choices: summaryOf(wizard), prompt: l10n.t('Agree, or pick a line to change it') },
      place,
    );
    if (typeof answer === 'string') return answer;
    return answer.value === create ? 'next' : { to: answer.value };
  },
};

export function summaryOf(wizard: TenantWizard): Line[] {
  const { tenant } = wizard;
  const register: Line = {
    label: `$(organization) mysimbdp.yaml`,
    description: l10n.t('{0} is registered', tenant),
    value: 'name',
  };
  if (!makesFolder(wizard)) {
    const agree = { label: `$(check) ${l10n.t('Register {0}', tenant)}`, value: create };
    const kept = { label: `$(folder) tenants/${tenant}`, description: l10n.t('stays as it is'), value: 'existing' };
    return [agree, register, kept];
  }
  return [
    { label: `$(check) ${l10n.t('Create {0}', tenant)}`, value: create },
    register,
    ...replaced(wizard),
    profile(wizard),
    ...tableLines(wizard),
    limits(wizard),
    {
      label: `$(symbol-method) tenants/${tenant}/apps`,
      description: templateOf(wizard)?.title ?? '',
      value: 'template',
    },
    { label: `$(inbox) tenants/${tenant}/staging, README.md`, value: 'name' },
    ...notes(wizard),
  ];
}

function replaced({ existing, tenant }: TenantWizard): Line[] {
  if (existing !== 'replace') return [];
  const description = l10n.t('the folder that is there goes to .mysimbdp/replaced');
  return [{ label: `$(replace) tenants/${tenant}`, description, value: 'existing' }];
}

function profile({ tenant, plan }: TenantWizard): Line {
  const description = plan === null ? l10n.t('no plan') : l10n.t('plan {0}', plan);
  return { label: `$(settings-gear) tenants/${tenant}/tenant.yaml`, description, value: 'plan' };
}

function limits(wizard: TenantWizard): Line {
  const changed = changedLimits(wizard);
  const description = changed.length === 0 ? l10n.t('as the plan and the platform have them') : changed.join(', ');
  return { label: `$(dashboard) ${l10n.t('Limits')}`, description, value: 'limits' };
}

function tableLines(wizard: TenantWizard): Line[] {
  const { sample, table } = draftOf(wizard);
  if (table === null) return [];
  const line = { label: `$(table) ${l10n.t('Table {0}', table)}`, value: 'table' };
  if (!sample) return [line];
  const { columns, partitionKey, clusteringKey } = sample.proposal;
  const typed = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  return [
    {
      ...line,
      description: typed.length === 1 ? l10n.t('1 column') : l10n.t('{0} columns', typed.length),
      detail: typed.join(', '),
      value: 'columns',
    },
    {
      label: `$(key) ${[...partitionKey, ...clusteringKey].join(' + ')}`,
      description: clusteringKey.length === 0 ? '' : l10n.t('partitions by {0}', partitionKey.join(' + ')),
      value: 'partition-key',
    },
  ];
}

function notes(wizard: TenantWizard): Line[] {
  const sample = usedSample(wizard);
  if (!sample) return [];
  const shared = sample.sharedKeys ?? 0;
  const warning: Line = {
    label: `$(warning) ${l10n.t('The key is not unique')}`,
    description: l10n.t('{0} of {1} sample rows replace another', shared, sample.seen.rows),
    value: 'partition-key',
  };
  const said = draftOf(wizard).sample?.proposal.notes ?? [];
  return [
    ...(shared > 0 ? [warning] : []),
    ...said.map((note): Line => ({ label: `$(info) ${basename(sample.path)}`, detail: note, value: 'columns' })),
  ];
}
