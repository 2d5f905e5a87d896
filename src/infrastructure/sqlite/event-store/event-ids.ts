import type { Statement } from 'better-sqlite3';
import { crc32 } from 'node:zlib';
import type { Sqlite } from '../open-database';

/**
 * Which event ids the log holds, in any stream. A hash table with open addressing over a table of small rows:
 * ids are random, so each one touches a page of its own, and these pages are few.
 */
export class EventIds {
  private readonly insertSlot: Statement<[number, number]>;
  private readonly deleteSlot: Statement<[number]>;
  private readonly selectId: Statement<[number], string | null>;

  constructor(db: Sqlite) {
    this.insertSlot = db.prepare('INSERT INTO event_ids (slot, position) VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.deleteSlot = db.prepare('DELETE FROM event_ids WHERE slot = ?');
    this.selectId = db
      .prepare<[number], string | null>('SELECT e.event_id FROM event_ids i LEFT JOIN events e ON e.position = i.position WHERE i.slot = ?')
      .pluck();
  }

  /** Notes that these ids stand from this position on; false, and nothing is noted, when the log has one of them already. */
  claim(eventIds: readonly string[], firstPosition: number): boolean {
    const slots: number[] = [];
    for (const eventId of eventIds) {
      const slot = this.claimSlot(eventId, firstPosition + slots.length);
      if (slot === undefined) {
        for (const claimed of slots) this.deleteSlot.run(claimed);
        return false;
      }
      slots.push(slot);
    }
    return true;
  }

  /** An id whose slot another id holds goes to the next free one. */
  private claimSlot(eventId: string, position: number): number | undefined {
    let slot = crc32(eventId);
    while (this.insertSlot.run(slot, position).changes === 0) {
      if (this.selectId.get(slot) === eventId) return undefined;
      slot++;
    }
    return slot;
  }
}

/** Whether the id of an event leads to the position where the event stands, over the slots that other ids hold. */
export function idLookup(db: Sqlite): (eventId: string, position: number) => boolean {
  const positionAt = db.prepare<[number], number>('SELECT position FROM event_ids WHERE slot = ?').pluck();
  return (eventId, position) => {
    for (let slot = crc32(eventId); ; slot++) {
      const found = positionAt.get(slot);
      if (found === undefined || found === position) return found === position;
    }
  };
}
