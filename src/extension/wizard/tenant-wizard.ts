import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { SampleProposal } from '../../tenants/csv-proposal.ts';
import { chosenProposal, keyIndexes, proposedChoices, type ColumnChoices } from '../../tenants/draft-columns.ts';
import { limitDefaults, limitsToWrite, type LimitDefault, type LimitKey } from '../../tenants/draft-limits.ts';
import type { PlatformSettings } from '../../tenants/effective-profile.ts';
import { sampleTemplate, tableNameFor, type Template } from '../../tenants/scaffold.ts';
import type { TenantDraft } from '../../tenants/tenant-draft.ts';

/** What a wizard knows of the platform folder. */
export interface KnownPlatform {
  folder: PlatformFolder;
  settings: PlatformSettings;
  registered: ReadonlySet<string>;
  /** Tenants with a profile, registered or not. */
  present: ReadonlySet<string>;
  /** Every folder below `tenants/`. */
  folders: ReadonlySet<string>;
}

/** A template with its profile as data. */
export interface OfferedTemplate extends Template {
  profile: unknown;
}

/** Reads sample files; as `csv-proposal.ts`. */
export interface SampleReader {
  examineSample(path: string): Promise<SampleProposal>;
  countSharedKeys(path: string, indexes: readonly number[]): Promise<number>;
}

/** A sample file and what was decided about its columns. */
export interface ChosenSample {
  path: string;
  seen: SampleProposal;
  choices: ColumnChoices;
  /** Sample rows that have the key of another; undefined while the key is not decided. */
  sharedKeys?: number;
}

/** The context of the steps that add a tenant: what is known, and what has been answered so far. */
export interface TenantWizard {
  readonly known: KnownPlatform;
  readonly templates: readonly OfferedTemplate[];
  readonly samples: SampleReader;
  /** Whether template and sample were given by where the wizard was started. */
  readonly fixedSample: boolean;
  tenant: string;
  /** What happens to a folder of the name that is there. */
  existing: 'register' | 'replace' | undefined;
  plan: string | null;
  template: string;
  /** null: without one; undefined: not asked yet. */
  sample: ChosenSample | null | undefined;
  /** Empty until it is asked for. */
  table: string;
  limits: Partial<Record<LimitKey, number>>;
}

/** A wizard at its start. @param sample path and proposal of the file that it was started from */
export function tenantWizard(
  known: KnownPlatform,
  templates: readonly OfferedTemplate[],
  samples: SampleReader,
  sample?: { path: string; seen: SampleProposal },
): TenantWizard {
  return {
    known,
    templates,
    samples,
    fixedSample: sample !== undefined,
    tenant: '',
    existing: undefined,
    plan: null,
    template: sample ? sampleTemplate : '',
    sample: sample ? { ...sample, choices: proposedChoices(sample.seen) } : undefined,
    table: '',
    limits: {},
  };
}

/** Whether a new folder is made, rather than one registered that is there. */
export function makesFolder({ existing }: TenantWizard): boolean {
  return existing !== 'register';
}

/** The sample, when there is one and the template looks at it. */
export function usedSample({ template, sample }: TenantWizard): ChosenSample | undefined {
  return template === sampleTemplate && sample ? sample : undefined;
}

export function limitsOf(wizard: TenantWizard): LimitDefault[] {
  return limitDefaults(wizard.known.settings, wizard.plan, templateOf(wizard)?.profile);
}

export function templateOf({ template, templates }: TenantWizard): OfferedTemplate | undefined {
  return templates.find(({ name }) => name === template);
}

/** The name that the table has unless another is chosen. */
export function proposedTable(wizard: TenantWizard): string {
  const sample = usedSample(wizard);
  return sample ? tableNameFor(sample.path) : 'records';
}

/** Counts the sample's rows that share the chosen key, for the summary. */
export async function examineKey(samples: SampleReader, sample: ChosenSample): Promise<void> {
  const indexes = keyIndexes(sample.seen, sample.choices);
  sample.sharedKeys = indexes ? await samples.countSharedKeys(sample.path, indexes) : 0;
}

/** What was decided, for `createTenantFromDraft`. */
export function draftOf(wizard: TenantWizard): TenantDraft {
  const { tenant, template, plan, existing } = wizard;
  const sample = usedSample(wizard);
  return {
    tenant,
    template,
    plan,
    table: template === sampleTemplate ? wizard.table || proposedTable(wizard) : null,
    sample: sample ? { path: sample.path, proposal: chosenProposal(sample.seen, sample.choices) } : null,
    limits: limitsToWrite(limitsOf(wizard), wizard.limits, templateOf(wizard)?.profile),
    replace: existing === 'replace',
  };
}
