import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { PaymentRecord } from './payment-book';

/**
 * The ledger on disk: one JSON line per change, each the whole payment as it is now, the last line of a reference counts.
 * Written before the answer leaves, so a sandbox that is killed keeps what it told; a half-written last line was never told to anybody.
 */
export class Journal {
  private readonly descriptor: number;

  constructor(private readonly file: string) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    this.descriptor = openSync(file, 'a');
    // A torn line must not swallow the next one.
    if (text !== '' && !text.endsWith('\n')) writeSync(this.descriptor, '\n');
  }

  read(): readonly PaymentRecord[] {
    const latest = new Map<string, PaymentRecord>();
    const lines = readFileSync(this.file, 'utf8').split('\n');
    for (const line of lines) {
      const payment = recordOf(line);
      if (payment !== undefined) latest.set(payment.reference, payment);
    }
    return [...latest.values()];
  }

  readonly write = (payment: PaymentRecord): void => {
    writeSync(this.descriptor, `${JSON.stringify(payment)}\n`);
  };

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Lines are ours; only the torn end of a killed writer does not parse. */
function recordOf(line: string): PaymentRecord | undefined {
  try {
    return JSON.parse(line) as PaymentRecord;
  } catch {
    return undefined;
  }
}
