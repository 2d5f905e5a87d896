import { isBusy, type Sqlite } from '../open-database';

/** How long a worker waits for another process to finish writing. Well below the time-out of an append. */
export const BUSY_MS_MAX = 4_000;
/** SQLite's own waiting grows to 100 ms a step, which starves a process beside a busy one. */
const BUSY_STEP_MS = 0.5;

const never = new Int32Array(new SharedArrayBuffer(4));

/** Takes the write lock of the file, or throws SQLITE_BUSY when it was not to be had in time. Blocks: for worker threads only. */
export function beginImmediate(db: Sqlite, waitMs = BUSY_MS_MAX): void {
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      db.exec('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
      Atomics.wait(never, 0, 0, BUSY_STEP_MS);
    }
  }
}
