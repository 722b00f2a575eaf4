// Registers tenants, one after another. Arguments: the platform folder and the tenants.
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import { registerTenant } from '../../../src/tenants/registry.ts';

const [root = '', ...tenants] = process.argv.slice(2);
for (const tenant of tenants) await registerTenant(new PlatformFolder(root), tenant);
