import { faultOf } from '../../foundation/errors.ts';
import type { RuntimeSettings } from '../../runtimes/runtime-settings.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** What the docker runtime needs; nothing is looked for where it is not wanted. */
export async function engineFindings({ kind, docker }: RuntimeSettings): Promise<Finding[]> {
  if (kind !== 'docker' && kind !== 'auto') return [];
  const check = 'container engine';
  const { connectEngine } = await import('../../runtimes/docker/connect-engine.ts');
  try {
    const engine = await connectEngine({ host: docker.host });
    const found = `${engine.version} at ${engine.endpoint.host} (${engine.endpoint.source}), API ${engine.apiVersion}`;
    const images = await Promise.all(
      Object.values(docker.images).map(async (image) => {
        const there = await engine.docker
          .getImage(image)
          .inspect()
          .then(
            () => true,
            () => false,
          );
        return there
          ? ok(`image ${image}`, 'on this machine')
          : warn(
              `image ${image}`,
              'not on this machine',
              'The first start downloads it; without a registry: npm run images.',
            );
      }),
    );
    return [ok(check, found), ...images];
  } catch (error) {
    const { message, hint = 'See "docker version".' } = faultOf(error);
    return [
      kind === 'auto' ? warn(check, `${message}; the runtime will be embedded`, hint) : fail(check, message, hint),
    ];
  }
}
