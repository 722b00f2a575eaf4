import type { Endpoint, ExternalSettings, TlsSettings } from '../runtimes/runtime-settings.ts';
import { parseEndpoint } from '../runtimes/runtime-settings.ts';
import { defaults } from './defaults.ts';
import { cassandraPort, kafkaPort, type ExternalRuntimeFile } from './external-schema.ts';

/** `runtime.external` of mysimbdp.yaml, which has been checked, complete. */
export function externalSettings(written: ExternalRuntimeFile | undefined): ExternalSettings {
  const { cassandra, kafka } = written ?? {};
  return {
    cassandra: cassandra && {
      contactPoints: endpoints(cassandra.contactPoints, cassandraPort),
      localDataCenter: cassandra.localDataCenter,
      login:
        cassandra.user !== undefined && cassandra.password
          ? { user: cassandra.user, password: cassandra.password }
          : undefined,
      tls: tlsSettings(cassandra.tls),
      provision: cassandra.provision ?? defaults.external.provision,
      tenantPassword: cassandra.tenantPassword,
    },
    kafka: kafka && {
      brokers: endpoints(kafka.brokers, kafkaPort),
      sasl: kafka.sasl,
      tls: tlsSettings(kafka.tls),
      provision: kafka.provision ?? defaults.external.provision,
    },
  };
}

type WrittenTls = NonNullable<ExternalRuntimeFile['kafka']>['tls'];

function tlsSettings(written: WrittenTls): TlsSettings | undefined {
  if (!written) return undefined;
  const { ca, certificate, key, keyPassphrase, verifyHostname = defaults.external.verifyHostname } = written;
  const client =
    certificate !== undefined && key !== undefined ? { certificate, key, passphrase: keyPassphrase } : undefined;
  return { ca, client, verifyHostname };
}

function endpoints(written: readonly string[], defaultPort: number): Endpoint[] {
  return written.flatMap((text) => parseEndpoint(text, defaultPort) ?? []);
}
