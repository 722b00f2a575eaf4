import type Dockerode from 'dockerode';
import { messageOf } from '../../foundation/errors.ts';
import { callEngine } from './call-engine.ts';
import type { Engine } from './connect-engine.ts';
import { networkOptions } from './container-options.ts';
import { engineFault, nameConflict } from './engine-faults.ts';
import { labels } from './service-spec.ts';

/** How often another subnet is taken when one was given away between its choice and its use. */
const subnetTries = 5;

export interface PlatformNetwork {
  network: string;
  /** `172.18.0.0/16`, of one in which addresses can be fixed. */
  subnet?: string;
}

/**
 * The network of a platform's containers, made when it is missing.
 * @param own labels by which it is known as the platform's @param fixed whether containers have addresses in it that stay the same
 * @throws PlatformError NAME_CONFLICT, ENGINE_…
 */
export async function ensureNetwork(
  engine: Engine,
  network: string,
  own: Readonly<Record<string, string>>,
  fixed: boolean,
): Promise<PlatformNetwork> {
  const networks = await callEngine(engine, 'listing networks', (docker) =>
    docker.listNetworks({ filters: { name: [network] } }),
  );
  const there = networks.find(({ Name }) => Name === network);
  if (there && there.Labels?.[labels.platform] !== own[labels.platform]) throw nameConflict('network', network);
  if (!there) await create(engine, network, { Labels: own });
  if (!fixed) return { network };
  return { network, subnet: there?.Labels?.[labels.subnet] ?? (await fixSubnet(engine, network, own)) };
}

/**
 * An engine takes an address from us only in a subnet that it has from us, but knows better than we do which one is free: the network is
 * made anew in the subnet that it has.
 */
async function fixSubnet(engine: Engine, network: string, own: Readonly<Record<string, string>>): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const subnet = await subnetOf(engine, network);
    await callEngine(engine, `removing the network ${network}`, (docker) => docker.getNetwork(network).remove());
    const Labels = { ...own, [labels.subnet]: subnet };
    try {
      await create(engine, network, { Labels, IPAM: { Config: [{ Subnet: subnet }] } });
      return subnet;
    } catch (error) {
      // Somebody was given it meanwhile.
      if (!/overlap/i.test(messageOf(error)) || attempt === subnetTries) throw error;
      await create(engine, network, { Labels: own });
    }
  }
}

async function create(
  engine: Engine,
  network: string,
  more: Pick<Dockerode.NetworkCreateOptions, 'Labels' | 'IPAM'>,
): Promise<void> {
  await callEngine(engine, `creating the network ${network}`, async (docker) => {
    const { Options, ...options } = { ...networkOptions(network), ...more };
    try {
      await docker.createNetwork({ ...options, ...(Options && { Options }) });
    } catch (error) {
      // Podman knows no way to keep containers of a network from others; it refuses options that it does not know.
      if (!/unsupported .*network option/i.test(messageOf(error))) throw error;
      await docker.createNetwork(options);
    }
  });
}

async function subnetOf(engine: Engine, network: string): Promise<string> {
  const { IPAM } = await callEngine(engine, `looking at the network ${network}`, (docker) =>
    docker.getNetwork(network).inspect(),
  );
  const subnet = IPAM?.Config?.map(({ Subnet }) => Subnet).find((one) => one?.includes('.'));
  if (subnet === undefined) throw engineFault(`creating the network ${network}`, new Error('it has no subnet of IPv4'));
  return subnet;
}
