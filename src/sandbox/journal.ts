import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * The ledger on disk: one JSON line per change, each the whole record as it is now, the last line of a key counts.
 * Written before the answer leaves, so a sandbox that is killed keeps what it told; a half-written last line was never told to anybody.
 */
export class Journal<R extends object> {
  private readonly descriptor: number;

  constructor(
    private readonly file: string,
    private readonly keyOf: (record: R) => string,
  ) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    this.descriptor = openSync(file, 'a');
    // A torn line must not swallow the next one.
    if (text !== '' && !text.endsWith('\n')) writeSync(this.descriptor, '\n');
  }

  read(): readonly R[] {
    const latest = new Map<string, R>();
    const lines = readFileSync(this.file, 'utf8').split('\n');
    for (const line of lines) {
      const record = recordOf<R>(line);
      if (record !== undefined) latest.set(this.keyOf(record), record);
    }
    return [...latest.values()];
  }

  readonly write = (record: R): void => {
    writeSync(this.descriptor, `${JSON.stringify(record)}\n`);
  };

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Lines are ours; only the torn end of a killed writer does not parse. */
function recordOf<R>(line: string): R | undefined {
  try {
    return JSON.parse(line) as R;
  } catch {
    return undefined;
  }
}
