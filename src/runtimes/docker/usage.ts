import type Dockerode from 'dockerode';
import type { ServiceUsage } from '../../protocol/services.ts';
import { callFault } from './engine-faults.ts';

interface Measured {
  service: string;
  container: string;
  volume: string;
}

/** CPU, memory and disk of containers, as the engine measures them over a second. */
export async function usageOf(docker: Dockerode, measured: readonly Measured[]): Promise<ServiceUsage[]> {
  try {
    const [disk, ...stats] = await Promise.all([
      volumeSizes(docker),
      ...measured.map(({ container }) => docker.getContainer(container).stats({ stream: false })),
    ]);
    return measured.map(({ service, volume }, index) => ({
      service,
      ...figures(stats[index] as Dockerode.ContainerStats),
      diskBytes: disk.get(volume) ?? null,
    }));
  } catch (error) {
    throw callFault('measuring the services', error);
  }
}

/** The engine walks through all it has for it, so nobody asks it often. */
async function volumeSizes(docker: Dockerode): Promise<Map<string, number>> {
  const { Volumes } = (await docker.df()) as unknown as {
    Volumes: { Name: string; UsageData?: { Size: number } | null }[] | null;
  };
  return new Map(
    (Volumes ?? []).flatMap(({ Name, UsageData }) =>
      UsageData && UsageData.Size >= 0 ? [[Name, UsageData.Size]] : [],
    ),
  );
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
