import { defaults } from './defaults.ts';

/** `mysimbdp.yaml` of a new platform folder: what can be set, with the values that hold when it is not. */
export function platformFileText(name: string): string {
  const { limits } = defaults;
  return `# yaml-language-server: $schema=.mysimbdp/schema/mysimbdp.schema.json
# The platform: its own constraints, which no tenant can exceed, its plans, and its tenants.
platform: ${name}

# Day quotas turn over at midnight there, and cron schedules are read in it.
# timeZone: ${defaults.timeZone}

# limits:
#   maxTenants: ${limits.maxTenants}
#   extensions: [${limits.extensions.join(', ')}]
#   maxFiles: ${limits.maxFiles}
#   maxFileSizeMb: ${limits.maxFileSizeMb}
#   concurrentRuns: ${limits.concurrentRuns}
#   memoryMb: ${limits.memoryMb}
#   timeoutSeconds: ${limits.timeoutSeconds}

# What all active tenants share by weight; without it: what the machine gives.
# capacity: { rowsPerSecond: 100000, mbPerSecond: 50 }

# A profile names its plan; the values of the plan are the defaults of the profile.
plans:
  gold:
    weight: 3
  basic:
    weight: 1

# Tenants with a folder below tenants/ that the platform ingests for.
tenants: []
`;
}

/** Lets an editor find the types of \`mysimbdp/sdk\`. */
export const tsconfigText = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2022', 'DOM'],
      types: [],
      module: 'ESNext',
      moduleResolution: 'bundler',
      allowImportingTsExtensions: true,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      paths: { 'mysimbdp/sdk': ['./.mysimbdp/sdk/index.d.ts'] },
    },
    include: ['tenants/*/apps/**/*'],
  },
  undefined,
  2,
)}\n`;

/** The first line of a profile, with which an editor finds the profile's schema. */
export const profileModeline = '# yaml-language-server: $schema=../../.mysimbdp/schema/tenant.schema.json';
