import type { Step } from '../step.ts';
import type { TenantWizard } from '../tenant-wizard.ts';
import { columnsStep } from './columns.ts';
import { existingStep } from './existing.ts';
import { clusteringKeyStep, partitionKeyStep } from './keys.ts';
import { limitsStep } from './limits.ts';
import { nameStep } from './name.ts';
import { planStep } from './plan.ts';
import { sampleStep } from './sample.ts';
import { summaryStep } from './summary.ts';
import { tableStep } from './table.ts';
import { templateStep } from './template.ts';
import { typesStep } from './types.ts';

/** What is asked to add a tenant, in this order. */
export const tenantSteps: readonly Step<TenantWizard>[] = [
  nameStep,
  existingStep,
  planStep,
  templateStep,
  sampleStep,
  columnsStep,
  typesStep,
  tableStep,
  partitionKeyStep,
  clusteringKeyStep,
  limitsStep,
  summaryStep,
];
