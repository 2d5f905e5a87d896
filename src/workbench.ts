import Database from 'better-sqlite3';
import type { EventStore, SubscriptionBatch } from './application/ports/event-store';
import type { StoredEvent } from './domain/kernel/event';
import { EventReader } from './infrastructure/sqlite/event-store/event-reader';
import { backupDatabase } from './infrastructure/sqlite/event-store/backup';
import { positionNumber } from './infrastructure/sqlite/event-store/record';
import { EVENT_FILE } from './infrastructure/sqlite/event-store/schema';
import { isBusy, openDatabase } from './infrastructure/sqlite/open-database';
import { projections } from './projections';

/**
 * What the command line does to the files of a shop without opening a whole shop. The rooms at the edge do not import adapters;
 * they find here the few that repairs and checks need.
 */
export { eventJsonSchemas, eventsCatalogMarkdown } from './infrastructure/codec/catalog-document';
export { codecCatalog } from './infrastructure/codec/catalog';
export { createCodec } from './infrastructure/codec/codec';
export { outboxCursorFile } from './infrastructure/files/outbox-cursor-file';
export { addAuditKey, addSealingKey, addTokenKey, createKeyring } from './infrastructure/keyring/create-keyring';
export { openAuditSigner, verifySignature } from './infrastructure/keyring/audit-signer';
export { keySourceAt } from './infrastructure/jwt/key-source';
export { openHeadBook } from './infrastructure/sqlite/head-book';
export { type ArchiveCounts, archiveLines, ArchiveRefused, inspectArchive, takeArchive, type Taken } from './infrastructure/files/buyer-key-archive';
export { writeLines } from './infrastructure/files/line-file';
export { kidsOf } from './infrastructure/keyring/create-keyring';
export { openKeyring } from './infrastructure/keyring/file-keyring';
export { KeyringRefused } from './infrastructure/keyring/keyring-file';
export { textOf } from './infrastructure/observability/metrics';
export { createLogger } from './infrastructure/observability/logger';
export { SystemRuntime } from './infrastructure/runtime/system-runtime';
export { checkStore, scanForVerify } from './infrastructure/sqlite/event-store/check-store';
export { stockNumbersOf } from './application/queries/stock-numbers';
export { projections };

/** An event log that is only read: works beside a running shop, on a copy, and on a file that is damaged in places. */
export interface LogFile extends Pick<EventStore, 'read' | 'head'> {
  /** The newest events, oldest first. */
  newest(count: number): readonly StoredEvent[];
  /** What lies behind a position, up to where the log ends when it is asked; null is the beginning. */
  after(position: string | null): Iterable<SubscriptionBatch>;
  close(): void;
}

const EXPORT_BATCH = 512;

/** Throws DatabaseRefused, or what SQLite says when the file is not there. */
export function openLogFile(file: string): LogFile {
  const reader = new EventReader(openDatabase({ ...EVENT_FILE, file, readonly: true }));
  const newest = (count: number): readonly StoredEvent[] => {
    reader.looksAgain();
    const head = reader.head();
    if (head === null || count <= 0) return [];
    return reader.batchAfter(Math.max(0, positionNumber(head) - count), undefined, count)?.events ?? [];
  };
  function* after(position: string | null): Generator<SubscriptionBatch> {
    reader.looksAgain();
    for (let at = eventsUpTo(position); ;) {
      const batch = reader.batchAfter(at, undefined, EXPORT_BATCH);
      if (batch === undefined) return;
      yield batch;
      at = positionNumber(batch.position);
    }
  }
  return {
    after,
    read: async (stream, options = {}) => reader.read(stream, options),
    head: async () => reader.head(),
    newest,
    close: () => reader.close(),
  };
}

/** A whole copy of the log as it is now, while others write to it. */
export const backupLog = (file: string, target: string): Promise<void> => backupDatabase({ ...EVENT_FILE, file }, target);

/** How many events lie before and at a position. */
export const eventsUpTo = (position: string | null): number => (position === null ? 0 : positionNumber(position));

/**
 * Takes the file for itself for a moment and folds its write-ahead log into it, so that the file alone is everything.
 * False: a running process has it open. A file that is damaged or foreign cannot be in use, and counts as free.
 */
export function isFreeAfterFolding(file: string): boolean {
  try {
    const db = openDatabase({ ...EVENT_FILE, file, busyTimeoutMs: 0 });
    try {
      return db.pragma('journal_mode = DELETE', { simple: true }) === 'delete';
    } finally {
      db.close();
    }
  } catch (error) {
    return !isBusy(error);
  }
}

/** The version of SQLite that this program carries. */
export function sqliteVersion(): string {
  const db = new Database(':memory:');
  try {
    return String(db.prepare('SELECT sqlite_version()').pluck().get());
  } finally {
    db.close();
  }
}
