import type { Collection, MongoClient } from 'mongodb';
import type { LeaseRecord, Leases } from '../../../application/ports/leases';
import { isDuplicateKey } from '../away';
import { databaseName, mongoClient, type MongoPlace } from '../connect';

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
  const client: MongoClient = mongoClient(place);
  const leases: Collection<LeaseDocument> = client.db(databaseName(place)).collection(COLLECTION);
  const held = (name: string, holder: string, term: number) => ({ _id: { $eq: name }, holder: { $eq: holder }, term: { $eq: term } });
  return {
    read: (name) => leases.findOne<LeaseRecord>({ _id: { $eq: name } }, { projection: { _id: 0, holder: 1, term: 1, beat: 1 } }),
    claim: async (name, holder, term) => {
      try {
        const claimed = { $set: { holder, term: term + 1, beat: 0 } };
        await leases.updateOne({ _id: { $eq: name }, term: { $eq: term } }, claimed, { upsert: true });
        return true;
      } catch (error) {
        // The lease is there and at another term.
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    beat: async (name, holder, term) => (await leases.updateOne(held(name, holder, term), { $inc: { beat: 1 } })).matchedCount === 1,
    release: async (name, holder, term) => {
      await leases.updateOne(held(name, holder, term), { $set: { holder: '' } });
    },
    close: () => client.close(),
  };
}
