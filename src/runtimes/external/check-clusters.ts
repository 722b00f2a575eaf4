import { faultOf, PlatformError } from '../../foundation/errors.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { ExternalSettings, Provisioning } from '../runtime-settings.ts';
import { openCluster, type ExternalCluster } from './external-cluster.ts';
import { externalClusters } from './external-services.ts';
import { provisionFault, type Provision } from './provision.ts';
import type { StepOutcome } from './steps.ts';

/** What the steps to a cluster have found, to the first that failed or to the last. */
export interface CheckedCluster {
  service: string;
  provisioning: Provisioning;
  /** Of every server that is named. */
  steps: StepOutcome[];
  /** Undefined: it could not be looked. */
  provision: Provision | undefined;
}

/** Goes through every step to every cluster; what is wrong is in the outcomes. @throws PlatformError EXTERNAL_NOT_CONFIGURED */
export async function checkClusters(
  folder: PlatformFolder,
  settings: ExternalSettings,
  tenants: readonly string[],
): Promise<CheckedCluster[]> {
  return Promise.all(externalClusters(folder, settings).map((cluster) => checkCluster(cluster, tenants)));
}

/** What every cluster lacks. @throws PlatformError of the first that cannot be looked at */
export async function lookAtClusters(
  folder: PlatformFolder,
  settings: ExternalSettings,
  tenants: readonly string[],
  service?: string,
): Promise<(Provision & { service: string; provisioning: Provisioning })[]> {
  const clusters = externalClusters(folder, settings).filter((one) => service === undefined || one.service === service);
  return Promise.all(
    clusters.map(async (cluster) => {
      const session = await openCluster(cluster, () => undefined);
      try {
        return { service: cluster.service, provisioning: cluster.provision, ...(await session.look(tenants)) };
      } finally {
        await session.close();
      }
    }),
  );
}

async function checkCluster(cluster: ExternalCluster, tenants: readonly string[]): Promise<CheckedCluster> {
  const { service, provision: provisioning } = cluster;
  const steps: StepOutcome[] = [];
  const checked: CheckedCluster = { service, provisioning, steps, provision: undefined };
  try {
    const session = await openCluster(cluster, (outcome) => steps.push(outcome), true);
    try {
      checked.provision = await session.look(tenants);
      const error = provisionFault(service, provisioning, checked.provision);
      const step = { step: 'permissions' as const, at: undefined };
      steps.push(
        error
          ? { ...step, detail: error.message, problem: { error, severity: 'failure' } }
          : { ...step, detail: foundNothing(provisioning, checked.provision) },
      );
    } finally {
      await session.close();
    }
    // One server is enough to work with.
    for (const { at, problem } of steps) if (problem && at !== undefined) problem.severity = 'warning';
  } catch (error) {
    // The steps have told of it, other than of a question that failed behind them.
    if (!(error instanceof PlatformError)) throw error;
    if (!steps.some(({ problem }) => problem?.error === error)) {
      steps.push({
        step: 'permissions',
        at: undefined,
        detail: faultOf(error).message,
        problem: { error, severity: 'failure' },
      });
    }
  }
  return checked;
}

function foundNothing(provisioning: Provisioning, { unseen }: Provision): string {
  if (provisioning === 'managed') return 'the platform may make what tenants need';
  return unseen.length === 0 ? 'everything that tenants need is there' : 'nothing is known to be missing';
}
