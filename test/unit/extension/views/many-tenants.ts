import type { PlatformSession } from '../../../../src/extension/platforms/platform-session.ts';
import type { Services } from '../../../../src/extension/services.ts';
import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import type { ActiveRun, TenantStatus } from '../../../../src/protocol/management.ts';
import { exampleRun } from '../../cli/examples.ts';

/** The view Tenants over a platform of many tenants that is up; behind `openEditor`. What they do is what a test says. */
export async function manyTenants(count: number) {
  const [{ NodeTree }, { tenantNodes }, { QuarantinedFiles }] = await Promise.all([
    import('../../../../src/extension/views/node-tree.ts'),
    import('../../../../src/extension/views/tenants-view.ts'),
    import('../../../../src/extension/views/quarantined-files.ts'),
  ]);
  const tenants = Array.from({ length: count }, (_, n): TenantStatus => ({
    tenant: `tenant_${n}`,
    registered: true,
    enabled: true,
    problem: null,
    plan: null,
    apps: ['items'],
    waitingFiles: 0,
    waitingBytes: 0,
    runningFiles: 0,
    refusedFiles: 0,
    deferredFiles: 0,
  }));
  const session = {
    folder: new PlatformFolder('/platform'),
    status: { tenants, runs: [] as ActiveRun[] },
    statistics: { byTenant: [] },
  };
  const ports = { services: {} as Services, quarantined: new QuarantinedFiles(() => undefined) };
  const tree = new NodeTree('mysimbdp.tenants', () => tenantNodes(ports, [session as unknown as PlatformSession]));
  /** A newer status, as it comes from the control plane: new objects throughout. */
  const becomes = (
    change: (tenant: TenantStatus, n: number) => Partial<TenantStatus>,
    running: readonly number[] = [],
  ) => {
    session.status = {
      tenants: session.status.tenants.map((tenant, n) => ({ ...tenant, ...change(tenant, n) })),
      runs: running.map((n) => ({ ...exampleRun(), tenant: `tenant_${n}`, runId: `tenant_${n}-1` })),
    };
  };
  return { tree, becomes };
}
