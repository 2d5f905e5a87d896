import { statSync } from 'node:fs';
import { type Generation, type ModelDefinition, ReadModelsUnavailable } from '../../../application/ports/read-models';
import { type OnSetAside, setAside, troubleOf } from './open-read-models-file';
import { openToRead, type ReadConnection } from './read-connection';
import type { startWriter } from './start-writer';
import type { Command } from './write-protocol';
import { WriteFailed, WriteQueue } from './write-queue';

/**
 * The file with its reader and its writer. Whichever of the two meets damage, both let go of it, the file is set aside, and an empty one
 * takes its place: nothing in a damaged file is worth a guess. What comes meanwhile waits for the new one.
 */
export class ExchangeableFile {
  private reader: ReadConnection;
  private readonly writes: WriteQueue;
  private exchange: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly file: string,
    private readonly onSetAside: OnSetAside,
    /** What is prepared in a new file. */
    private readonly definitions: () => readonly ModelDefinition[],
    start?: typeof startWriter,
  ) {
    this.reader = openToRead(file, onSetAside, []);
    this.writes = new WriteQueue(file, start);
  }

  /** Begins at once, unless the file is being exchanged. */
  read<T>(look: (reader: ReadConnection) => T): Promise<T> {
    return this.guarded(() => look(this.current()));
  }

  /** Begins at once, unless the file is being exchanged. Resolves when it is committed. `commandOf` says how much text there is in it. */
  write(commandOf: (reader: ReadConnection) => { readonly command: Command; readonly chars: number }): Promise<Generation | null> {
    return this.guarded(() => {
      const { command, chars } = commandOf(this.current());
      return this.writes.add(command, chars);
    });
  }

  /** Writes what was accepted, and lets go of the file. */
  async close(): Promise<void> {
    await this.untilExchanged();
    await this.writes.close();
    this.closed = true;
    this.reader.close();
  }

  private async guarded<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.exchange !== undefined) await this.untilExchanged();
    try {
      return await work();
    } catch (error) {
      throw await this.asPromised(error);
    }
  }

  /** What the port promises to reject with. */
  private async asPromised(error: unknown): Promise<unknown> {
    const trouble = error instanceof WriteFailed ? error.trouble : troubleOf(error);
    if (trouble === 'damage') {
      try {
        await this.startAfresh(messageOf(error));
      } catch (failure) {
        return new ReadModelsUnavailable(messageOf(failure), { cause: failure });
      }
    }
    return trouble !== 'defect' || this.closed ? new ReadModelsUnavailable(messageOf(error), { cause: error }) : error;
  }

  /** After an exchange that failed half-way, as on a full disk, whoever comes next tries to open the file. */
  private current(): ReadConnection {
    if (!this.reader.isOpen && !this.closed) this.reader = openToRead(this.file, this.onSetAside, this.definitions());
    return this.reader;
  }

  private startAfresh(damage: string): Promise<void> {
    this.exchange ??= this.replace(damage).finally(() => (this.exchange = undefined));
    return this.exchange;
  }

  private async replace(damage: string): Promise<void> {
    this.reader.close();
    await this.writes.abandon(damage);
    if (this.isStillThere()) setAside(this.file, damage, this.onSetAside);
    this.reader = openToRead(this.file, this.onSetAside, this.definitions());
  }

  /** Another process may have met the same damage and been quicker: its new file must not follow the old one. */
  private isStillThere(): boolean {
    return statSync(this.file, { bigint: true, throwIfNoEntry: false })?.ino === this.reader.inode;
  }

  private async untilExchanged(): Promise<void> {
    await this.exchange?.catch(() => undefined);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
