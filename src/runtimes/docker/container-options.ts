import type Dockerode from 'dockerode';
import { healthCommand, type ServiceSpec } from './service-spec.ts';

const second = 1e9; // nanoseconds, as the engine counts

/** What the engine is told of a server, all but its labels and its files. docker/compose.yaml says the same. */
export function containerOptions(spec: ServiceSpec, network: string): Dockerode.ContainerCreateOptions {
  const { name, port, address } = spec;
  return {
    name,
    Image: spec.image,
    Hostname: name,
    Env: Object.entries(spec.environment).map(([key, value]) => `${key}=${value}`),
    ExposedPorts: { [`${port}/tcp`]: {} },
    StopTimeout: spec.stopSeconds,
    Healthcheck: {
      Test: healthCommand(spec),
      Interval: second,
      Timeout: 5 * second,
      StartPeriod: 300 * second,
      Retries: 10,
    },
    HostConfig: {
      NetworkMode: network,
      PortBindings: { [`${port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(spec.hostPort) }] },
      Mounts: [{ Type: 'volume', Source: name, Target: spec.dataPath }],
      Memory: spec.memoryMb * 2 ** 20,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '20m', 'max-file': '3' } },
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [network]: { Aliases: [name], ...(address !== undefined && { IPAMConfig: { IPv4Address: address } }) },
      },
    },
  };
}

/** Containers cannot reach other networks through it: they have no need to. */
export function networkOptions(name: string): Dockerode.NetworkCreateOptions {
  return {
    Name: name,
    Driver: 'bridge',
    CheckDuplicate: true,
    Options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' },
  };
}
