import type { WakeSnapshot, WakeSnapshots } from '../../application/ports/wake-snapshots';
import { readIfThere, writeAtomically } from './atomic-file';

const FORMAT = 1;

/** The wake index of one engine in a local file. A file that cannot be read counts as lost: the log tells it all again. */
export function wakeSnapshotFile(file: string): WakeSnapshots {
  return {
    async load() {
      const text = await readIfThere(file);
      return text === null ? null : parse(text);
    },
    save: (snapshot) => writeAtomically(file, JSON.stringify({ format: FORMAT, ...snapshot })),
  };
}

function parse(text: string): WakeSnapshot | null {
  try {
    const read = JSON.parse(text) as { format?: unknown } & WakeSnapshot;
    return read.format === FORMAT && Array.isArray(read.entries) ? { position: read.position, entries: read.entries } : null;
  } catch {
    return null;
  }
}
