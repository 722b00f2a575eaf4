import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate that the authority has issued. */
export interface Issued {
  /** Paths of PEM files; the key is readable by its user only. */
  certificate: string;
  key: string;
  /** Content of the two. */
  cert: string;
  keyText: string;
}

/** An authority for certificates of its own, made with openssl in a folder of its own. */
export class TestAuthority {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Path of its own certificate. */
  get ca(): string {
    return join(this.folder, 'ca.pem');
  }

  /** Undefined where there is no openssl. */
  static async create(name = 'mysimbdp test authority'): Promise<TestAuthority | undefined> {
    const folder = await mkdtemp(join(tmpdir(), 'mysimbdp-certificates-'));
    const authority = new TestAuthority(folder);
    try {
      await authority.#openssl(
        'req',
        '-x509',
        ...newKey,
        '-keyout',
        'ca.key',
        '-out',
        'ca.pem',
        '-days',
        '2',
        '-subj',
        `/CN=${name}`,
      );
      return authority;
    } catch (error) {
      await authority.dispose();
      if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** @param names `DNS:localhost,IP:127.0.0.1` @param days until it expires; below zero: it has */
  async issue(file: string, names: string, days = 2): Promise<Issued> {
    const [key, request, certificate, extensions] = ['key', 'csr', 'pem', 'ext'].map((end) => `${file}.${end}`) as [
      string,
      string,
      string,
      string,
    ];
    await writeFile(join(this.folder, extensions), `subjectAltName=${names}\n`);
    await this.#openssl('req', ...newKey, '-keyout', key, '-out', request, '-subj', `/CN=${file}`);
    await this.#openssl(
      ...['x509', '-req', '-in', request, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', String(days), '-extfile', extensions, '-out', certificate],
    );
    const [certificatePath, keyPath] = [join(this.folder, certificate), join(this.folder, key)];
    return {
      certificate: certificatePath,
      key: keyPath,
      cert: await readFile(certificatePath, 'utf8'),
      keyText: await readFile(keyPath, 'utf8'),
    };
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #openssl(...args: string[]): Promise<void> {
    await run('openssl', args, { cwd: this.folder });
  }
}

const newKey = ['-newkey', 'rsa:2048', '-nodes'];
