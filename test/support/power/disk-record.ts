import { dirname } from 'node:path';

/** One thing that a program did to the disk, as the recorder wrote it down. Paths are relative to the recorded folder; `.` is the folder. */
export interface DiskStep {
  readonly op: 'create' | 'write' | 'truncate' | 'sync' | 'lost' | 'rename' | 'link' | 'unlink' | 'mkdir';
  readonly path: string;
  readonly offset: number;
  readonly bytes: Buffer;
  /** The new name of a rename or link. */
  readonly other: string;
}

/** What other processes share only while they run: gone after a power cut. */
const isVolatile = (path: string): boolean => path.endsWith('-shm');

/** Reads what the recorder wrote. */
export function readDiskRecord(record: Buffer): readonly DiskStep[] {
  const steps: DiskStep[] = [];
  for (let at = 0; at < record.length;) {
    const end = record.indexOf(0x0a, at);
    const [op = '', path = '', offset = '', length = '', other = ''] = record.toString('utf8', at, end).split(' ');
    at = end + 1 + Number(length);
    if (!isVolatile(path)) steps.push({ op: op as DiskStep['op'], path, offset: Number(offset), bytes: record.subarray(end + 1, at), other });
  }
  return steps;
}

/** A change of a file's content that no sync has made durable yet. */
export type PendingChange = { readonly offset: number; readonly bytes: Buffer } | { readonly truncateTo: number };

/** Bytes that grow in place. */
class Content {
  private room: Buffer;

  constructor(private bytes: Buffer = Buffer.alloc(0)) {
    this.room = bytes;
  }

  get copy(): Content {
    return new Content(Buffer.from(this.bytes));
  }

  get now(): Buffer {
    return this.bytes;
  }

  take(change: PendingChange): void {
    if ('truncateTo' in change) return this.resize(change.truncateTo);
    const { offset, bytes } = change;
    if (offset + bytes.length > this.bytes.length) this.resize(offset + bytes.length);
    bytes.copy(this.bytes, offset);
  }

  /** What is new is zero, also where something was cut off before. */
  private resize(length: number): void {
    const before = this.bytes.length;
    if (length > this.room.length) {
      const room = Buffer.alloc(Math.max(length, 2 * this.room.length));
      this.bytes.copy(room);
      this.room = room;
    }
    if (length > before) this.room.fill(0, before, length);
    this.bytes = this.room.subarray(0, length);
  }
}

class DiskFile {
  readonly durable = new Content();
  pending: PendingChange[] = [];
}

/** A change of names in one folder that no sync of the folder has made durable yet. */
export interface PendingName {
  readonly name: string;
  /** Undefined: the name is gone. */
  readonly file: DiskFile | 'folder' | undefined;
  /** Names that this change removes in the same step. */
  readonly leaves?: string;
}

/** Files by their path, as they are after a power cut. */
export type DiskImage = ReadonlyMap<string, Buffer>;

/** What a power cut does with what was not synced. */
export interface PowerCut {
  content(pending: readonly PendingChange[], path: string): readonly PendingChange[];
  names(pending: readonly PendingName[], folder: string): readonly PendingName[];
}

/** A disk that loses what it was not told to keep. Steps are taken one after the other; at any time it can say what a cut would leave. */
export class ForgetfulDisk {
  private readonly seen = new Map<string, DiskFile | 'folder'>([['.', 'folder']]);
  private readonly kept = new Map<string, DiskFile | 'folder'>([['.', 'folder']]);
  private readonly pendingNames = new Map<string, PendingName[]>();

  take({ op, path, offset, bytes, other }: DiskStep): void {
    switch (op) {
      case 'mkdir':
        return this.rename({ name: path, file: 'folder' });
      case 'create':
        return this.rename({ name: path, file: new DiskFile() });
      case 'link':
        return this.rename({ name: other, file: this.seen.get(path) });
      case 'rename':
        return this.rename({ name: other, file: this.seen.get(path), leaves: path });
      case 'unlink':
        return this.rename({ name: path, file: undefined });
      case 'write':
        return void this.file(path).pending.push({ offset, bytes });
      case 'truncate':
        return void this.file(path).pending.push({ truncateTo: offset });
      case 'sync':
        return this.sync(path);
      case 'lost':
        // The system believes that these pages are clean now: no later sync writes them.
        this.file(path).pending = [];
    }
  }

  /** How many changes a cut would now decide about. */
  get undecided(): number {
    let count = 0;
    for (const pending of this.pendingNames.values()) count += pending.length;
    for (const file of new Set(this.seen.values())) if (file !== 'folder') count += file.pending.length;
    return count;
  }

  afterCut(cut: PowerCut): DiskImage {
    const names = new Map(this.kept);
    for (const [folder, pending] of this.pendingNames) for (const change of cut.names(pending, folder)) applyName(names, change);
    const image = new Map<string, Buffer>();
    for (const [path, file] of names) {
      if (file === 'folder' || !isReachable(names, path)) continue;
      const content = file.durable.copy;
      for (const change of cut.content(file.pending, path)) content.take(change);
      image.set(path, content.now);
    }
    return image;
  }

  private file(path: string): DiskFile {
    const file = this.seen.get(path);
    if (file === undefined || file === 'folder') throw new Error(`the record begins before ${path} was made`);
    return file;
  }

  private rename(change: PendingName): void {
    applyName(this.seen, change);
    const folder = dirname(change.name);
    this.pendingNames.set(folder, [...(this.pendingNames.get(folder) ?? []), change]);
  }

  private sync(path: string): void {
    const file = this.seen.get(path);
    if (file === 'folder') {
      for (const change of this.pendingNames.get(path) ?? []) applyName(this.kept, change);
      this.pendingNames.delete(path);
    } else if (file !== undefined) {
      for (const change of file.pending) file.durable.take(change);
      file.pending = [];
    }
  }
}

function applyName(names: Map<string, DiskFile | 'folder'>, { name, file, leaves }: PendingName): void {
  if (leaves !== undefined) names.delete(leaves);
  if (file === undefined) names.delete(name);
  else names.set(name, file);
}

function isReachable(names: ReadonlyMap<string, unknown>, path: string): boolean {
  const folder = dirname(path);
  return folder === '.' || (names.has(folder) && isReachable(names, folder));
}
