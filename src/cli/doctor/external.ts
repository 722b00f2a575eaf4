import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { faultOf } from '../../foundation/errors.ts';
import type { CheckedCluster } from '../../runtimes/external/check-clusters.ts';
import type { StepOutcome } from '../../runtimes/external/steps.ts';
import type { RuntimeSettings } from '../../runtimes/runtime-settings.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** Every step to every external cluster; none where they are not used. */
export async function externalFindings(
  folder: PlatformFolder,
  { kind, external }: RuntimeSettings,
  tenants: readonly string[],
): Promise<Finding[]> {
  if (kind !== 'external') return [];
  const { checkClusters } = await import('../../runtimes/external/check-clusters.ts');
  try {
    return (await checkClusters(folder, external, tenants)).flatMap(findingsOf);
  } catch (error) {
    const { message, hint = 'See runtime.external in mysimbdp.yaml.' } = faultOf(error);
    return [fail('external clusters', message, hint)];
  }
}

function findingsOf({ service, steps, provision }: CheckedCluster): Finding[] {
  return [
    ...steps.map((outcome) => stepFinding(service, outcome)),
    ...(provision?.remarks ?? []).map((remark) =>
      warn(`${service} permissions`, remark, 'Whoever runs the cluster can change that.'),
    ),
  ];
}

function stepFinding(service: string, { step, at, detail, problem }: StepOutcome): Finding {
  const check = `${service} ${step}`;
  if (!problem) return ok(check, at === undefined ? detail : `${at}: ${detail}`);
  const { code, hint = '' } = problem.error;
  return (problem.severity === 'failure' ? fail : warn)(check, `${code} ${detail}`, hint);
}
