import { join, relative, sep } from 'node:path';

/** The names of everything in a platform folder; all paths absolute, nothing is created here. */
export class PlatformFolder {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  get platformFile(): string {
    return join(this.root, 'mysimbdp.yaml');
  }
  get tenants(): string {
    return join(this.root, 'tenants');
  }
  /** Runtime state: git-ignored, never edited by hand. */
  get state(): string {
    return join(this.root, '.mysimbdp');
  }
  get metadataFile(): string {
    return join(this.state, 'metadata.db');
  }
  /** Held under an exclusive lock by the control plane that owns the folder. */
  get ownerFile(): string {
    return join(this.state, 'owner.db');
  }
  /** Held under an exclusive lock by whoever changes mysimbdp.yaml. */
  get platformFileLock(): string {
    return join(this.state, 'platform-file.db');
  }
  /** Where the running control plane is, and its token; readable by its user only. */
  get controlPlaneFile(): string {
    return join(this.state, 'control-plane.json');
  }
  /** Which control plane was last stopped because somebody wanted that. */
  get stopFile(): string {
    return join(this.state, 'stopped.json');
  }
  /** Id and credentials of the services that run for the folder; readable by its user only. */
  get servicesFile(): string {
    return join(this.state, 'services.json');
  }
  /** Where CoreDms is, for those who look into it beside the control plane. */
  get coreDmsFile(): string {
    return join(this.state, 'coredms.json');
  }
  /** Roles of the tenants in the platform's own Cassandra with their passwords; readable by its user only. */
  get tenantLoginsFile(): string {
    return join(this.state, 'tenant-logins.json');
  }
  /** The same in an external one: the tenants that have a keyspace there, with the roles that the platform has made. */
  get externalLoginsFile(): string {
    return join(this.state, 'external-logins.json');
  }
  get platformLog(): string {
    return join(this.state, 'logs', 'platform.log');
  }
  get workFolders(): string {
    return join(this.state, 'work');
  }

  tenant(tenant: string): string {
    return join(this.tenants, tenant);
  }
  profile(tenant: string): string {
    return join(this.tenant(tenant), 'tenant.yaml');
  }
  /** client-staging-input-directory */
  staging(tenant: string): string {
    return join(this.tenant(tenant), 'staging');
  }
  batchAppLog(tenant: string): string {
    return join(this.state, 'logs', tenant, 'clientbatchingestapp.log');
  }
  archive(tenant: string): string {
    return join(this.state, 'archive', tenant);
  }
  quarantine(tenant: string): string {
    return join(this.state, 'quarantine', tenant);
  }
  /** The file of the tenant's keyspace in the embedded CoreDms. */
  embeddedKeyspace(tenant: string): string {
    return join(this.state, 'coredms', `${tenant}.db`);
  }
  work(runId: string): string {
    return join(this.workFolders, runId);
  }
  /** As records name places: relative to the folder, with `/`. Elsewhere than on Windows `\\` is part of a name. */
  display(path: string): string {
    return relative(this.root, path).split(sep).join('/');
  }
}
