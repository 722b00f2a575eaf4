import type Dockerode from 'dockerode';
import type { ServiceUsage } from '../../protocol/services.ts';
import { callEngine } from './call-engine.ts';
import type { Engine } from './connect-engine.ts';
import type { VolumeSizes } from './volume-sizes.ts';

interface Measured {
  service: string;
  container: string;
  volume: string;
}

/** CPU and memory of containers, as the engine measures them over a second, and the disk that their volumes take. */
export async function usageOf(
  engine: Engine,
  measured: readonly Measured[],
  sizes: VolumeSizes,
): Promise<ServiceUsage[]> {
  const [disk, stats] = await Promise.all([
    sizes.current(),
    callEngine(engine, 'measuring the services', (docker) =>
      Promise.all(measured.map(({ container }) => docker.getContainer(container).stats({ stream: false }))),
    ),
  ]);
  return measured.map(({ service, volume }, index) => ({
    service,
    ...figures(stats[index] as Dockerode.ContainerStats),
    diskBytes: disk.get(volume) ?? null,
  }));
}

/** As `docker stats` reckons: the cache that can be given back at once is not counted as memory. */
function figures({ cpu_stats, precpu_stats, memory_stats }: Dockerode.ContainerStats) {
  const used = cpu_stats.cpu_usage.total_usage - precpu_stats.cpu_usage.total_usage;
  const passed = cpu_stats.system_cpu_usage - precpu_stats.system_cpu_usage;
  const cores = Math.max(
    1,
    cpu_stats.online_cpus || ((cpu_stats.cpu_usage as { percpu_usage?: number[] }).percpu_usage ?? []).length,
  );
  // Of a container that has just ended the engine knows nothing any more.
  const { usage, limit, stats } = memory_stats as Partial<typeof memory_stats>;
  const { total_inactive_file, inactive_file } = (stats ?? {}) as {
    total_inactive_file?: number;
    inactive_file?: number;
  };
  return {
    cpus: passed > 0 ? (used / passed) * cores : 0,
    memoryBytes: Math.max(0, (usage ?? 0) - (total_inactive_file ?? inactive_file ?? 0)),
    memoryLimitBytes: limit ?? 0,
  };
}
