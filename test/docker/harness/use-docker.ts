import { messageOf } from '../../../src/foundation/errors.ts';
import { connectEngine, type Engine } from '../../../src/runtimes/docker/connect-engine.ts';
import { prefixOf } from '../../../src/runtimes/docker/containers.ts';
import { readCredentials, type Credentials } from '../../../src/runtimes/docker/credentials.ts';
import { defaults } from '../../../src/tenants/defaults.ts';
import { missing } from '../../required.ts';
import { PlatformFixture, type TenantFixture } from '../../platform/platform-fixture.ts';

/** Names of everything in an engine that a platform may have made. */
export interface EngineContent {
  containers: string[];
  volumes: string[];
  networks: string[];
}

/** The engine of the tests, and platforms on it; they are removed behind the suite. */
export class SuiteDocker {
  readonly #fixtures: PlatformFixture[] = [];
  #engine: Engine | undefined;

  get engine(): Engine {
    if (!this.#engine) throw new Error('there is no engine');
    return this.#engine;
  }

  async begin(context: Mocha.Context): Promise<void> {
    const found = await connectEngine().catch((error: unknown) => messageOf(error));
    if (typeof found === 'string') return missing(context, 'docker', `${found}.`);
    for (const image of Object.values(defaults.runtime.docker.images)) {
      const there = await found.docker
        .getImage(image)
        .inspect()
        .catch(() => undefined);
      if (!there)
        return missing(context, 'docker', `There is no image ${image}: docker pull ${image}, or npm run images.`);
    }
    this.#engine = found;
  }

  /** A platform folder on the docker runtime. @param docker YAML of `runtime.docker`, in braces */
  async platform(tenants: TenantFixture[] = [], docker = '{}'): Promise<PlatformFixture> {
    const fixture = await PlatformFixture.create(tenants, `runtime: { kind: docker, docker: ${docker} }`);
    this.#fixtures.push(fixture);
    return fixture;
  }

  async credentials(fixture: PlatformFixture): Promise<Credentials> {
    const credentials = await readCredentials(fixture.folder.servicesFile);
    if (!credentials) throw new Error('the platform has no services');
    return credentials;
  }

  /** Name of a service's container. */
  async container(fixture: PlatformFixture, service: string): Promise<string> {
    return `${prefixOf((await this.credentials(fixture)).id)}-${service}`;
  }

  /** Everything in the engine, whoever has made it. */
  async content(): Promise<EngineContent> {
    const { docker } = this.engine;
    const [containers, { Volumes }, networks] = await Promise.all([
      docker.listContainers({ all: true }),
      docker.listVolumes(),
      docker.listNetworks(),
    ]);
    return {
      containers: containers.flatMap(({ Names }) => Names).sort(),
      volumes: Volumes.map(({ Name }) => Name).sort(),
      networks: networks.map(({ Name }) => Name).sort(),
    };
  }

  async end(): Promise<void> {
    const { purgeServices } = await import('../../../src/runtimes/docker/found-services.ts');
    for (const fixture of this.#fixtures) {
      await fixture.down();
      await purgeServices(fixture.folder, undefined);
      await fixture.dispose();
    }
  }
}

/** Declares that the suite works on a real engine with the real images; call it in a `describe`. */
export function useDocker(): SuiteDocker {
  const docker = new SuiteDocker();
  before(async function () {
    await docker.begin(this);
  });
  after(async function () {
    this.timeout(120_000);
    await docker.end();
  });
  return docker;
}
