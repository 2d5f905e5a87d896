import type { Collection } from 'mongodb';
import { type Erasure, type SubjectKey, type SubjectKeyPlace, SubjectKeysUnavailable } from '../../../application/ports/subject-keys';
import type { Sealed } from '../../../domain/kernel/sealed';
import type { SubjectKeyName } from '../../../domain/kernel/subject';
import { isAway, isDuplicateKey } from '../away';
import { MongoConnection, type MongoPlace } from '../connect';

const KEYS = 'subject_keys';
const ERASURES = 'subject_erasures';
const PLACES = 'subject_key_places';

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

/** There while the keys are elsewhere. */
interface LeftDocument {
  readonly _id: 'left';
  readonly place: string;
}

/** As wide as a generation may be. */
const GENERATION_DIGITS = 9;
const idOf = ({ subject, generation }: SubjectKeyName): string => `${subject}.${String(generation).padStart(GENERATION_DIGITS, '0')}`;
const keyOf = ({ subject, generation, wrapped }: KeyDocument): SubjectKey => ({ subject, generation, wrapped });

/**
 * Keys of persons that processes on several machines share. Unlike everything else that lies in this database they cannot be made again: a
 * write counts once a majority has it, and the two collections belong in a backup.
 */
export function openMongoSubjectKeys(place: MongoPlace): SubjectKeyPlace {
  const connection = new MongoConnection(place);
  const { database } = connection;
  return new MongoKeys(connection, database.collection(KEYS), database.collection(ERASURES), database.collection(PLACES));
}

class MongoKeys implements SubjectKeyPlace {
  constructor(
    private readonly connection: MongoConnection,
    private readonly keys: Collection<KeyDocument>,
    private readonly erased: Collection<ErasureDocument>,
    private readonly places: Collection<LeftDocument>,
  ) {}

  async current(subject: string): Promise<{ readonly generation: number; readonly wrapped: Sealed | null }> {
    const generation = (await this.erasedUpTo(subject)) + 1;
    return { generation, wrapped: await this.find({ subject, generation }) };
  }

  async keep(key: SubjectKey): Promise<SubjectKey | null> {
    const { subject, generation, wrapped } = key;
    await this.assertHere();
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
    const found = await this.answer(() => this.keys.findOne({ _id: { $eq: idOf(name) } }));
    if (found === null) await this.assertHere();
    return found?.wrapped ?? null;
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
    const page = (await this.answer(find)).map(keyOf);
    if (page.length === 0) await this.assertHere();
    return page;
  }

  async rewrap(key: SubjectKey, wrapped: Sealed): Promise<boolean> {
    const asItWas = { _id: { $eq: idOf(key) }, 'wrapped.tag': { $eq: key.wrapped.tag } };
    return (await this.answer(() => this.keys.updateOne(asItWas, { $set: { wrapped } }))).matchedCount === 1;
  }

  async countWrappedBy(kid: string): Promise<number> {
    const count = await this.answer(() => this.keys.countDocuments({ 'wrapped.kid': { $eq: kid } }));
    if (count === 0) await this.assertHere();
    return count;
  }

  async leftFor(): Promise<string | null> {
    return (await this.answer(() => this.places.findOne({ _id: { $eq: 'left' } })))?.place ?? null;
  }

  async enter(): Promise<void> {
    await this.answer(() => this.places.deleteOne({ _id: { $eq: 'left' } }));
  }

  async leave(place: string): Promise<void> {
    await this.answer(() => this.places.updateOne({ _id: { $eq: 'left' } }, { $set: { place } }, { upsert: true }));
    await this.answer(() => this.keys.deleteMany({ generation: { $gte: 0 } }));
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async assertHere(): Promise<void> {
    const place = await this.leftFor();
    if (place !== null) throw new SubjectKeysUnavailable(`the keys of persons lie in ${place} now, and not in this database`);
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
