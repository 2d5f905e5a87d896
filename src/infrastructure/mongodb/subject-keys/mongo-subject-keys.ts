import type { Collection } from 'mongodb';
import { type Erasure, type SubjectKey, type SubjectKeys, SubjectKeysUnavailable } from '../../../application/ports/subject-keys';
import type { Sealed } from '../../../domain/kernel/sealed';
import type { SubjectKeyName } from '../../../domain/kernel/subject';
import { isAway, isDuplicateKey } from '../away';
import { MongoConnection, type MongoPlace } from '../connect';

const KEYS = 'subject_keys';
const ERASURES = 'subject_erasures';

interface KeyDocument {
  /** Subject and generation, so that they sort like them. */
  readonly _id: string;
  readonly subject: string;
  readonly generation: number;
  readonly wrapped: Sealed;
}

interface ErasureDocument {
  readonly _id: string;
  readonly generation: number;
  readonly orderedAt: string;
}

/** As wide as a generation may be. */
const GENERATION_DIGITS = 9;
const idOf = ({ subject, generation }: SubjectKeyName): string => `${subject}.${String(generation).padStart(GENERATION_DIGITS, '0')}`;
const keyOf = ({ subject, generation, wrapped }: KeyDocument): SubjectKey => ({ subject, generation, wrapped });

export type MongoSubjectKeys = SubjectKeys & { close(): Promise<void> };

/**
 * Keys of persons that processes on several machines share. Unlike everything else that lies in this database they cannot be made again: a
 * write counts once a majority has it, and the two collections belong in a backup.
 */
export function openMongoSubjectKeys(place: MongoPlace): MongoSubjectKeys {
  const connection = new MongoConnection(place);
  return new MongoKeys(connection, connection.database.collection(KEYS), connection.database.collection(ERASURES));
}

class MongoKeys implements SubjectKeys {
  constructor(
    private readonly connection: MongoConnection,
    private readonly keys: Collection<KeyDocument>,
    private readonly erased: Collection<ErasureDocument>,
  ) {}

  async current(subject: string): Promise<{ readonly generation: number; readonly wrapped: Sealed | null }> {
    const generation = (await this.erasedUpTo(subject)) + 1;
    return { generation, wrapped: await this.find({ subject, generation }) };
  }

  async keep(key: SubjectKey): Promise<SubjectKey | null> {
    const { subject, generation, wrapped } = key;
    await this.answer(async () => {
      try {
        await this.keys.insertOne({ _id: idOf(key), subject, generation, wrapped });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    });
    // Looked for afterwards: whoever retires it later destroys what stands here now. One that came too late has sealed nothing.
    if ((await this.erasedUpTo(subject)) >= generation) {
      await this.answer(() => this.keys.deleteOne({ _id: { $eq: idOf(key) }, 'wrapped.tag': { $eq: wrapped.tag } }));
      return null;
    }
    const stands = await this.find(key);
    return stands === null ? null : { subject, generation, wrapped: stands };
  }

  async find(name: SubjectKeyName): Promise<Sealed | null> {
    return (await this.answer(() => this.keys.findOne({ _id: { $eq: idOf(name) } })))?.wrapped ?? null;
  }

  async retire({ subject, generation, orderedAt }: Erasure): Promise<void> {
    const older = { _id: { $eq: subject }, generation: { $lt: generation } };
    await this.answer(async () => {
      try {
        await this.erased.updateOne(older, { $set: { generation, orderedAt } }, { upsert: true });
      } catch (error) {
        // It is there, and as far already.
        if (!isDuplicateKey(error)) throw error;
      }
    });
  }

  async destroyRetired(subject: string): Promise<void> {
    const upTo = await this.erasedUpTo(subject);
    await this.answer(() => this.keys.deleteMany({ _id: { $lte: idOf({ subject, generation: upTo }), $gte: idOf({ subject, generation: 0 }) } }));
  }

  async erasures(after: string | null, limit: number): Promise<readonly Erasure[]> {
    const find = () => this.erased.find({ _id: { $gt: after ?? '' } }, { sort: { _id: 1 }, limit }).toArray();
    return (await this.answer(find)).map(({ _id: subject, generation, orderedAt }) => ({ subject, generation, orderedAt }));
  }

  async list(after: SubjectKeyName | null, limit: number): Promise<readonly SubjectKey[]> {
    const find = () => this.keys.find({ _id: { $gt: after === null ? '' : idOf(after) } }, { sort: { _id: 1 }, limit }).toArray();
    return (await this.answer(find)).map(keyOf);
  }

  async rewrap(key: SubjectKey, wrapped: Sealed): Promise<boolean> {
    const asItWas = { _id: { $eq: idOf(key) }, 'wrapped.tag': { $eq: key.wrapped.tag } };
    return (await this.answer(() => this.keys.updateOne(asItWas, { $set: { wrapped } }))).matchedCount === 1;
  }

  countWrappedBy(kid: string): Promise<number> {
    return this.answer(() => this.keys.countDocuments({ 'wrapped.kid': { $eq: kid } }));
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async erasedUpTo(subject: string): Promise<number> {
    return (await this.answer(() => this.erased.findOne({ _id: { $eq: subject } })))?.generation ?? 0;
  }

  private async answer<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.connection.answer(work);
    } catch (error) {
      if (!isAway(error)) throw error;
      throw new SubjectKeysUnavailable(error.message, { cause: error });
    }
  }
}
