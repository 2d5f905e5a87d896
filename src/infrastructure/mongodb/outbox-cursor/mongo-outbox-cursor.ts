import type { Collection } from 'mongodb';
import type { OutboxCursor, OutboxState } from '../../../application/ports/outbox-cursor';
import { isDuplicateKey } from '../away';
import { MongoConnection, type MongoPlace } from '../connect';

const COLLECTION = 'outbox';
const ID = 'cursor';

interface CursorDocument {
  readonly _id: string;
  readonly term: number;
  /** The state as JSON, as it would stand in the file. */
  readonly text: string;
}

export type MongoOutboxCursor = OutboxCursor & { close(): Promise<void> };

/**
 * How far the outbox came, for senders on several machines. A sender of an older term changes nothing. When the database comes back
 * empty the cursor is lost: the outbox then begins at the end of the log and says so loudly, as with a file that is lost.
 */
export function openMongoOutboxCursor(place: MongoPlace): MongoOutboxCursor {
  const connection = new MongoConnection(place);
  const cursors: Collection<CursorDocument> = connection.database.collection(COLLECTION);
  return {
    load: async () => {
      const kept = await connection.answer(() => cursors.findOne({ _id: { $eq: ID } }));
      return kept === null ? null : (JSON.parse(kept.text) as OutboxState);
    },
    save: async (state) => {
      const term = state.term ?? 0;
      const change = { $set: { term, text: JSON.stringify(state) } };
      try {
        await connection.answer(() => cursors.updateOne({ _id: { $eq: ID }, term: { $lte: term } }, change, { upsert: true }));
      } catch (error) {
        // It is there and of a later term.
        if (!isDuplicateKey(error)) throw error;
      }
    },
    close: () => connection.close(),
  };
}
