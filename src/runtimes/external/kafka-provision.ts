import type kafkajs from 'kafkajs';
import type { AclEntry, Admin, DescribeAclResource } from 'kafkajs';
import type { Provisioning } from '../runtime-settings.ts';
import type { Provision } from './provision.ts';

export interface KafkaNeeds {
  /** Whom the platform logs in as; undefined: by its certificate, or nobody logs in. */
  user: string | undefined;
  provision: Provisioning;
  /** As `--bootstrap-server` takes it. */
  servers: string;
}

/** What a tenant does with topics and groups whose names begin with its own and a dot. */
const ofTenant = [
  { resource: 'topic', operations: ['Read', 'Write', 'Describe'] },
  { resource: 'group', operations: ['Read', 'Describe'] },
] as const;

/** The platform needs the last three for the cluster, where it makes topics and access rules itself. */
type Operation = 'Read' | 'Write' | 'Create' | 'Describe' | 'Alter';

/**
 * Asks a cluster what is missing: for each tenant the access to topics and groups with its prefix, or, where the platform
 * makes topics and access rules, the permission to. Changes nothing. Rules that deny are not judged.
 */
export async function kafkaProvision(admin: Admin, needs: KafkaNeeds, tenants: readonly string[]): Promise<Provision> {
  const found: Provision = { missing: [], unseen: [], remarks: [] };
  const rules = await rulesOf(admin);
  if (rules === 'none') {
    found.remarks.push('This cluster has no authorizer: every user may read and write every topic.');
    return found;
  }
  const platform = `User:${needs.user ?? '<the principal of the platform>'}`;
  if (needs.provision === 'managed') {
    const refused = await refusedOperations(admin, tenants, rules === 'hidden');
    if (refused.length > 0) found.missing.push(addRule(needs, platform, refused, ['--cluster']));
    return found;
  }
  if (rules === 'hidden' && tenants.length > 0) {
    const look = addRule(needs, platform, ['Describe'], ['--cluster']);
    found.remarks.push(`Access rules cannot be looked at; they can with: ${look}`);
  }
  const numbers = await kafkaNumbers();
  for (const tenant of tenants) {
    const principal = `User:${tenant}`;
    const prefix = `${tenant}.`;
    for (const { resource, operations } of ofTenant) {
      const lacking =
        rules === 'hidden'
          ? operations
          : operations.filter((operation) => !isAllowed(numbers, rules, resource, prefix, principal, operation));
      if (lacking.length === 0) continue;
      const rule = addRule(needs, principal, lacking, ['--resource-pattern-type prefixed', `--${resource} ${prefix}`]);
      (rules === 'hidden' ? found.unseen : found.missing).push(rule);
    }
  }
  return found;
}

/** Codes of errors in the protocol. */
const codes = { topicRefused: 29, clusterRefused: 31, noAuthorizer: 54 };

/** All access rules; `none`: there is no authorizer, `hidden`: the platform's user may not look at them. */
async function rulesOf(admin: Admin): Promise<DescribeAclResource[] | 'none' | 'hidden'> {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = await kafkaNumbers();
  try {
    const { resources } = await admin.describeAcls({
      resourceType: AclResourceTypes.ANY,
      resourcePatternType: ResourcePatternTypes.ANY,
      operation: AclOperationTypes.ANY,
      permissionType: AclPermissionTypes.ANY,
    });
    return resources;
  } catch (error) {
    if (codesOf(error).includes(codes.noAuthorizer)) return 'none';
    if (codesOf(error).includes(codes.clusterRefused)) return 'hidden';
    throw error;
  }
}

/** What the platform's user may not do with the cluster, tried with what the cluster can only refuse or not carry out. */
async function refusedOperations(
  admin: Admin,
  tenants: readonly string[],
  rulesAreHidden: boolean,
): Promise<Operation[]> {
  const refused: Operation[] = [];
  const topics = (tenants.length > 0 ? tenants : ['mysimbdp']).map((prefix) => ({ topic: `${prefix}.may_be_made` }));
  // Waiting for leaders would ask for the topics, and make them where asking does that.
  const made = admin.createTopics({ topics, validateOnly: true, waitForLeaders: false });
  if (await isRefused(made, codes.topicRefused)) refused.push('Create');
  if (rulesAreHidden) refused.push('Describe');
  // A rule for a cluster of another name than the one that there is: who may alter hears that it is none.
  if (await isRefused(admin.createAcls({ acl: [await impossibleRule()] }), codes.clusterRefused)) refused.push('Alter');
  return refused;
}

type KafkaNumbers = typeof kafkajs;

/** kafkajs has them as properties of its whole only. */
async function kafkaNumbers(): Promise<KafkaNumbers> {
  return (await import('kafkajs')).default;
}

async function impossibleRule(): Promise<AclEntry> {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = await kafkaNumbers();
  return {
    resourceType: AclResourceTypes.CLUSTER,
    resourceName: 'no-such-cluster',
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: 'User:nobody',
    host: '*',
    operation: AclOperationTypes.DESCRIBE,
    permissionType: AclPermissionTypes.DENY,
  };
}

/** Whether it is for want of permission that something failed; any other refusal comes from behind that check. */
async function isRefused(attempt: Promise<unknown>, code: number): Promise<boolean> {
  try {
    await attempt;
    return false;
  } catch (error) {
    const found = codesOf(error);
    if (found.length === 0) throw error;
    return found.includes(code) || found.includes(codes.clusterRefused);
  }
}

/** Codes of the protocol; kafkajs gathers the errors of several topics into one. */
function codesOf(thrown: unknown): number[] {
  const { code, errors } = (thrown ?? {}) as { code?: unknown; errors?: unknown };
  if (typeof code === 'number') return [code];
  return Array.isArray(errors) ? errors.flatMap(codesOf) : [];
}

/** Whether a rule lets the principal do that with everything that begins with the prefix, from wherever it comes. */
function isAllowed(
  { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes }: KafkaNumbers,
  rules: readonly DescribeAclResource[],
  resource: 'topic' | 'group',
  prefix: string,
  principal: string,
  operation: Operation,
): boolean {
  const { ALL, READ, WRITE, DELETE, ALTER, DESCRIBE } = AclOperationTypes;
  const wanted = AclOperationTypes[operation.toUpperCase() as Uppercase<Operation>];
  // Who may do one of these may look as well.
  const enough = [ALL, wanted, ...(wanted === DESCRIBE ? [READ, WRITE, DELETE, ALTER] : [])];
  const type = resource === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP;
  return rules.some(({ resourceType, resourceName, resourcePatternType, acls }) => {
    const covers =
      resourcePatternType === ResourcePatternTypes.PREFIXED
        ? prefix.startsWith(resourceName)
        : resourcePatternType === ResourcePatternTypes.LITERAL && resourceName === '*';
    if (resourceType !== type || !covers) return false;
    return acls.some(
      (rule) =>
        rule.permissionType === AclPermissionTypes.ALLOW &&
        rule.host === '*' &&
        (rule.principal === principal || rule.principal === 'User:*') &&
        enough.includes(rule.operation),
    );
  });
}

function addRule(
  { servers }: KafkaNeeds,
  principal: string,
  operations: readonly Operation[],
  resource: readonly string[],
): string {
  return [
    `kafka-acls.sh --bootstrap-server ${servers} --command-config admin.properties --add`,
    `--allow-principal ${shellWord(principal)}`,
    ...operations.map((operation) => `--operation ${operation}`),
    ...resource,
  ].join(' ');
}

function shellWord(text: string): string {
  return /^[\w:.@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
