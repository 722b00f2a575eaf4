import type Dockerode from 'dockerode';
import { until, within } from '../../foundation/deadlines.ts';
import { messageOf } from '../../foundation/errors.ts';
import type { Account } from './credentials.ts';
import { kafkaClientFile } from './kafka-service.ts';

const timeoutMs = 5000;
/** A tool of Kafka starts a JVM. */
const toolMs = 30_000;

/** Asks a broker for the metadata of the cluster, as the administrator. @returns how many brokers are up */
export async function kafkaBrokers(port: number, { user, password }: Account): Promise<number> {
  const { Kafka, logLevel } = await import('kafkajs');
  const admin = new Kafka({
    clientId: 'mysimbdp-runtime',
    brokers: [`127.0.0.1:${port}`],
    sasl: { mechanism: 'scram-sha-512', username: user, password },
    connectionTimeout: timeoutMs,
    authenticationTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Whether Kafka refused the login, as it does for a user that does not exist yet. */
export function isWrongLogin(thrown: unknown): boolean {
  return /SASL|authentication/i.test(messageOf(thrown));
}

/**
 * Makes a user who logs in by SCRAM, with Kafka's own tool in the container: kafkajs cannot. The password goes in by standard
 * input, so nobody who lists processes or looks at the container sees it.
 */
export async function createScramUser(container: Dockerode.Container, host: string, account: Account): Promise<void> {
  const exec = await container.exec({
    Cmd: [
      '/opt/kafka/bin/kafka-configs.sh',
      ...['--bootstrap-server', `${host}:9094`, '--command-config', kafkaClientFile],
      ...['--alter', '--entity-type', 'users', '--entity-name', account.user, '--add-config-file', '/dev/stdin'],
    ],
    Env: ['KAFKA_HEAP_OPTS=-Xmx128m', 'KAFKA_OPTS='],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  let output = '';
  stream.on('data', (piece: Buffer) => (output = (output + piece.toString('utf8')).slice(-4000)));
  const ended = new Promise<void>((resolve, reject) => {
    stream.once('end', resolve);
    stream.once('close', resolve);
    stream.once('error', reject);
  });
  stream.end(`SCRAM-SHA-512=password=${account.password}\n`);
  try {
    await within(toolMs, `making the user ${account.user} of Kafka`, ended);
  } finally {
    stream.destroy();
  }
  // The stream may end before the tool, as the pipes of Windows do.
  const { ExitCode } = await until(
    toolMs,
    'the end of kafka-configs',
    async () => {
      const info = await exec.inspect();
      return !info.Running && info.ExitCode !== null && info;
    },
    undefined,
    200,
  );
  if (ExitCode !== 0)
    throw new Error(`kafka-configs ended with ${ExitCode ?? 'nothing'}: ${output.replaceAll(account.password, '***')}`);
}
