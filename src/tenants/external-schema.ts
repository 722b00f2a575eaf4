import * as z from 'zod';
import { parseEndpoint } from '../runtimes/runtime-settings.ts';

// `runtime.external` of mysimbdp.yaml. What may hold a secret by mistake is checked by refinements: their findings do not
// repeat what is written.

export const cassandraPort = 9042;
export const kafkaPort = 9092;

const endpoints = (defaultPort: number) =>
  z
    .array(
      z.string().refine((text) => parseEndpoint(text, defaultPort) !== undefined, {
        error: `must be a host with or without a port, like db1.example or 10.0.0.7:${defaultPort}`,
      }),
    )
    .min(1);

/** Where a secret is kept. A text in its place is a secret in clear, which has a finding of its own. */
export const secretReference = z
  .strictObject({
    env: z
      .string()
      .refine((name) => /^[A-Za-z_]\w*$/.test(name), { error: 'must be the name of an environment variable' })
      .optional()
      .describe('The secret is the value of this variable in the environment of the process that runs the platform.'),
    file: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The secret is the content of this file, which only its user should be able to read. Relative to the platform folder.',
      ),
  })
  .refine(({ env, file }) => (env === undefined) !== (file === undefined), {
    error: 'takes either env or file: where the secret is kept',
  })
  .meta({
    description: 'Where the password is kept, never the password itself: { env: NAME } or { file: path }.',
    minProperties: 1,
    maxProperties: 1,
  });

/** `{tenant}` in a reference is the name of a tenant, `{TENANT}` the same in capitals. */
const namesTenant = (text: string) => /\{(tenant|TENANT)\}/.test(text);

export const tenantPassword = z
  .strictObject({
    env: z
      .string()
      .refine((name) => namesTenant(name) && /^[A-Za-z_]\w*$/.test(name.replaceAll(/\{(tenant|TENANT)\}/g, 'a')), {
        error: 'must be the name of an environment variable with {tenant} or {TENANT} in it, like CASSANDRA_{TENANT}',
      })
      .optional()
      .describe('The password of a tenant is the value of this variable; {TENANT} is its name in capitals.'),
    file: z
      .string()
      .refine(namesTenant, { error: 'must be a path with {tenant} in it, like secrets/{tenant}' })
      .optional()
      .describe('The password of a tenant is the content of this file. Relative to the platform folder.'),
  })
  .refine(({ env, file }) => (env === undefined) !== (file === undefined), {
    error: 'takes either env or file: where the passwords are kept',
  })
  .meta({
    description:
      "With provision: existing, where the passwords of the tenants' roles are kept, which have the names of their tenants: { env: 'NAME_{TENANT}' } or { file: 'path/{tenant}' }, with {tenant} for the name of a tenant and {TENANT} for it in capitals. Without this key runs log in as the user above, and the cluster does not keep tenants apart.",
    minProperties: 1,
    maxProperties: 1,
  });

const user = z.string().min(1).describe('Who logs in.');

const tls = z
  .strictObject({
    ca: z
      .string()
      .min(1)
      .optional()
      .describe('PEM file of those who sign the certificates of the servers. Default: those that Node knows.'),
    certificate: z
      .string()
      .min(1)
      .optional()
      .describe('PEM file of the client certificate, where the servers ask for one; with key.'),
    key: z
      .string()
      .min(1)
      .optional()
      .describe('PEM file of the key of the client certificate; only its user should be able to read it.'),
    keyPassphrase: secretReference
      .optional()
      .describe('Where the passphrase of the key is kept, if it has one: { env: NAME } or { file: path }.'),
    verifyHostname: z
      .boolean()
      .optional()
      .describe(
        'Whether the certificate of a server has to be of the host that is asked for. Default: true. False lets every server pass that has a certificate of the same CA.',
      ),
  })
  .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
    error: 'takes certificate and key together, or neither',
  })
  .refine(({ key, keyPassphrase }) => key !== undefined || keyPassphrase === undefined, {
    error: 'takes keyPassphrase only together with key',
  })
  .describe(
    'TLS; {} is TLS with the defaults. Without this key everything is sent in clear. Paths are relative to the platform folder.',
  );

const provision = z
  .enum(['existing', 'managed'])
  .optional()
  .describe(
    'Who makes keyspaces, roles, topics and access rules. existing (the default): an administrator; the platform lists what is missing. managed: the platform; it checks that it may.',
  );

const cassandra = z.strictObject({
  contactPoints: endpoints(cassandraPort).describe(
    'Nodes that are asked first, as host or host:port. Default port: 9042.',
  ),
  localDataCenter: z.string().min(1).describe('The data center that this machine works with, as the nodes name it.'),
  user: user.optional(),
  password: secretReference.optional(),
  tls: tls.optional(),
  provision,
  tenantPassword: tenantPassword.optional(),
});

const kafka = z.strictObject({
  brokers: endpoints(kafkaPort).describe('Brokers that are asked first, as host or host:port. Default port: 9092.'),
  sasl: z
    .strictObject({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).describe('How the user logs in.'),
      user,
      password: secretReference,
    })
    .optional()
    .describe('Without this key nobody logs in.'),
  tls: tls.optional(),
  provision,
});

export const externalRuntime = z
  .strictObject({
    cassandra: cassandra
      .refine(({ user: name, password }) => (name === undefined) === (password === undefined), {
        error: 'takes user and password together, or neither',
      })
      .refine(({ user: name, tenantPassword: secret }) => name !== undefined || secret === undefined, {
        error: 'takes tenantPassword only together with user and password',
      })
      .refine(({ provision: by, tenantPassword: secret }) => by !== 'managed' || secret === undefined, {
        error: 'takes tenantPassword only with provision: existing; otherwise the platform makes the roles',
      })
      .optional()
      .describe('A Cassandra cluster that there is already.'),
    kafka: kafka.optional().describe('A Kafka cluster that there is already.'),
  })
  .describe('Clusters that there are already. Rows go into the Cassandra; the platform neither starts nor stops them.');
export type ExternalRuntimeFile = z.infer<typeof externalRuntime>;
