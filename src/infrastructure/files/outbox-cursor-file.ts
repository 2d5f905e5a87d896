import type { OutboxCursor, OutboxState } from '../../application/ports/outbox-cursor';
import { readIfThere, writeAtomically } from './atomic-file';

/** How far the outbox came, in a local file. One that cannot be read is an error, not a new beginning: messages would be lost in silence. */
export function outboxCursorFile(file: string): OutboxCursor {
  return {
    async load() {
      const text = await readIfThere(file);
      return text === null ? null : (JSON.parse(text) as OutboxState);
    },
    save: (state) => writeAtomically(file, JSON.stringify(state)),
  };
}
