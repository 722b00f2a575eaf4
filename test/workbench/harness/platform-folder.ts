import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { platformFile, profile, type Files } from '../../unit/tenants/platform-fixture.ts';

/** A platform folder on disk with the tenant `shop`, to be opened in a window. */
export class OpenedPlatform {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /** Sound unless `files` say otherwise. */
  static async create(files: Files = {}): Promise<OpenedPlatform> {
    const platform = new OpenedPlatform(await mkdtemp(join(tmpdir(), 'mysimbdp-workbench-')));
    const sound: Files = {
      'mysimbdp.yaml': platformFile,
      'tenants/shop/tenant.yaml': profile,
      'tenants/shop/apps/sales/app.ts': 'export default {};\n',
    };
    for (const [path, content] of Object.entries({ ...sound, ...files }))
      if (content !== undefined) await platform.write(path, content);
    return platform;
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.root, path)), { recursive: true });
    await writeFile(join(this.root, path), content);
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
