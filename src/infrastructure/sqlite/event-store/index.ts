export { SqliteEventStore, openSqliteEventStore, type SqliteEventStoreOptions } from './sqlite-event-store';
export { APPEND_TIMEOUT_MS, QUEUE_APPENDS_MAX, QUEUE_CHARS_MAX, type AppendObserver } from './append-queue';
export { StoreDamaged } from './start-check';
export { checkStore, scanForVerify, type ScannedRecord } from './check-store';
export type { Finding } from './finding';
