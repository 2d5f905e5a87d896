import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';

export interface WrittenFile {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A file that is there whole or not at all, and that tells its digest. */
export class ExportFile {
  private readonly hash: Hash = createHash('sha256');
  private rows = 0;
  private bytes = 0;

  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
  ) {}

  static async create(file: string): Promise<ExportFile> {
    return new ExportFile(file, await open(`${file}.part`, 'w', 0o600));
  }

  async write(text: string, rows: number): Promise<void> {
    const bytes = Buffer.from(text, 'utf8');
    await this.handle.writeFile(bytes);
    this.hash.update(bytes);
    this.bytes += bytes.length;
    this.rows += rows;
  }

  async finish(): Promise<WrittenFile> {
    await this.handle.sync();
    await this.handle.close();
    await rename(`${this.file}.part`, this.file);
    return { name: basename(this.file), rows: this.rows, bytes: this.bytes, sha256: this.hash.digest('hex') };
  }

  async giveUp(): Promise<void> {
    await this.handle.close();
    await rm(`${this.file}.part`, { force: true });
  }
}
