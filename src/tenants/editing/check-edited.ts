import { stat } from 'node:fs/promises';
import { didYouMean } from '../../foundation/suggestions.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { compareDiagnostics } from '../diagnostics.ts';
import { tenantFolders } from './tenant-folders.ts';
import { checkTenant, maxProfileBytes } from '../tenant-file.ts';
import type { YamlSource } from '../yaml-source.ts';
import { valueAt } from '../yaml-source.ts';
import { checkDeployed, deployedTables } from './deployed-checks.ts';
import type { EditedFile, Surrounded } from './edited-file.ts';
import { surrounded, yamlOf } from './edited-file.ts';
import { checkSamples } from './sample-checks.ts';
import { listedValues, schemaAt, schemaOf } from './schema-node.ts';

export interface EditedDiagnostic extends Diagnostic {
  /** Whether YAML and the JSON Schema alone say so: what any YAML support that knows the schema shows too. */
  structural: boolean;
}

export interface CheckRequest extends EditedFile {
  /** Whether what the workspace holds may be opened by native code: the tables that are deployed. */
  trusted: boolean;
  /** What only a look at all files tells; it is shown again where it belongs now. */
  carried: Diagnostic[];
}

/** Checks a file as it stands in the editor, together with samples and deployed tables. Throws NOT_A_PLATFORM_FOLDER. */
export async function checkEdited(request: CheckRequest): Promise<EditedDiagnostic[]> {
  const around = await surrounded(request);
  const source =
    around.tenant === undefined
      ? await checkedPlatform(around)
      : await checkedProfile(around, around.tenant, request.trusted);
  const found = new Set(source.diagnostics.map(({ code, path = [] }) => `${code} ${path.join('.')}`));
  for (const { code, path = [], severity, message } of request.carried)
    if (!found.has(`${code} ${path.join('.')}`) && valueAt(source.value, path) !== undefined)
      source.report(path, 'value', { code, severity, message });
  return source.diagnostics
    .map((diagnostic) => ({ ...diagnostic, structural: isStructural(source, diagnostic) }))
    .sort(compareDiagnostics);
}

async function checkedPlatform({ folder, platform, platformSource }: Surrounded): Promise<YamlSource> {
  const present = await tenantFolders(folder);
  for (const { name, index } of platform.registered) {
    // A name that is not listed may still be one in another case, on a disk that does not tell.
    if (present.includes(name) && (await stat(folder.profile(name)).catch(() => undefined))) continue;
    const message = `the tenant \`${name}\` is registered, but there is no tenants/${name}/tenant.yaml`;
    const suggestion = didYouMean(
      name,
      present.filter((one) => one !== name),
    );
    platformSource.report(['tenants', index, 'name'], 'value', { code: 'TENANT_NOT_PRESENT', message, suggestion });
  }
  return platformSource;
}

async function checkedProfile(around: Surrounded, tenant: string, trusted: boolean): Promise<YamlSource> {
  const { folder, platform, file, text } = around;
  const source = yamlOf(file, text, maxProfileBytes);
  await checkTenant(source, folder, tenant, platform);
  if (source.value === undefined) return source;
  await checkSamples(source, folder, tenant);
  if (trusted) checkDeployed(source, await deployedTables(folder, tenant));
  return source;
}

const structuralCodes: ReadonlySet<string> = new Set([
  'YAML_SYNTAX',
  'DUPLICATE_KEY',
  'UNKNOWN_ANCHOR',
  'UNKNOWN_KEY',
  'MISSING_KEY',
  'NO_PARTITION_KEY',
  'WRONG_TYPE',
  'INVALID_VALUE',
  'INVALID_NAME',
]);

function isStructural(source: YamlSource, { code, path = [], file }: Diagnostic): boolean {
  if (code !== 'INVALID_CQL_TYPE') return structuralCodes.has(code);
  // The schema lets everything pass that looks like a collection.
  const text = String(valueAt(source.value, path));
  const schema = schemaAt(schemaOf(file), source.value, path) ?? {};
  const passes = schema.anyOf?.some(({ pattern }) => pattern !== undefined && new RegExp(pattern).test(text)) ?? false;
  return !passes && !listedValues(schema).includes(text);
}
