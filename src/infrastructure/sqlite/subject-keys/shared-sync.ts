import { type FileHandle, open } from 'node:fs/promises';

/**
 * Brings what was written to a file onto the disk, off the loop. One sync serves all that asked before it began; whoever comes while
 * one is under way waits for the next, since the disk may have passed what it wrote. After one that failed nothing is promised any more: what the
 * disk holds then is for the next start to find out.
 */
export class SharedSync {
  private handle: Promise<FileHandle> | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(private readonly file: string) {}

  /** Rejects when the disk did not take it. */
  sync(): Promise<void> {
    this.next ??= this.underWay.then(() => this.begin());
    return this.next;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.underWay, this.next]);
    await (await this.handle?.catch(() => undefined))?.close();
  }

  private begin(): Promise<void> {
    this.next = undefined;
    this.underWay = this.datasync();
    return this.underWay;
  }

  private async datasync(): Promise<void> {
    this.handle ??= open(this.file, 'r+');
    await (await this.handle).datasync();
  }
}
