import type { Collection, Filter, UpdateFilter } from 'mongodb';
import type { LeaseRecord, Leases } from '../../../application/ports/leases';
import { isDuplicateKey } from '../away';
import { MongoConnection, type MongoPlace } from '../connect';

const COLLECTION = 'leases';

interface LeaseDocument extends LeaseRecord {
  readonly _id: string;
}

export type MongoLeases = Leases & { close(): Promise<void> };

/**
 * Leases that all processes of a shop share. They only save work, so a disposable store may hold them: when it comes back empty,
 * each lease begins again at term 1 and the holders of before find out with their next sign of life.
 */
export function openMongoLeases(place: MongoPlace): MongoLeases {
  const connection = new MongoConnection(place);
  const leases: Collection<LeaseDocument> = connection.database.collection(COLLECTION);
  /** How many leases were as the filter says, and are now as the change says. */
  const change = async (filter: Filter<LeaseDocument>, update: UpdateFilter<LeaseDocument>, upsert = false): Promise<number> => {
    const { matchedCount, upsertedCount } = await connection.answer(() => leases.updateOne(filter, update, { upsert }));
    return matchedCount + upsertedCount;
  };
  const held = (name: string, holder: string, term: number): Filter<LeaseDocument> => ({
    _id: { $eq: name },
    holder: { $eq: holder },
    term: { $eq: term },
  });
  return {
    read: async (names) => {
      const found = await connection.answer(() => leases.find({ _id: { $in: [...names] } }).toArray());
      return new Map(found.map(({ _id, holder, term, beat }) => [_id, { holder, term, beat }]));
    },
    claim: async (name, holder, term) => {
      try {
        return (await change({ _id: { $eq: name }, term: { $eq: term } }, { $set: { holder, term: term + 1, beat: 0 } }, true)) === 1;
      } catch (error) {
        // The lease is there and at another term.
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    beat: async (name, holder, term) => (await change(held(name, holder, term), { $inc: { beat: 1 } })) === 1,
    release: async (name, holder, term) => void (await change(held(name, holder, term), { $set: { holder: '' } })),
    close: () => connection.close(),
  };
}
