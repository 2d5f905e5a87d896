import { Query, updateOne } from 'mingo';
import type { Doc } from './wire';

export interface FakeIndex {
  readonly name: string;
  readonly key: Doc;
  readonly unique?: boolean;
}

export class CommandFailed extends Error {
  constructor(
    readonly code: number,
    readonly codeName: string,
    message: string,
  ) {
    super(message);
  }
}

const duplicateKey = (index: string): CommandFailed => new CommandFailed(11_000, 'DuplicateKey', `E11000 duplicate key error index: ${index}`);

export interface UpdateStatement {
  readonly q: Doc;
  readonly u: Doc;
  readonly upsert?: boolean;
  readonly multi?: boolean;
}

export interface Updated {
  readonly matched: number;
  readonly modified: number;
  readonly upsertedId?: unknown;
}

/** Documents with unique ids and unique indexes. A command on it is one step: nothing comes in between. */
export class FakeCollection {
  private documents = new Map<string, Doc>();
  readonly indexes: FakeIndex[] = [{ name: '_id_', key: { _id: 1 }, unique: true }];

  copy(): FakeCollection {
    const copy = new FakeCollection();
    copy.documents = structuredClone(this.documents);
    copy.indexes.splice(0, copy.indexes.length, ...structuredClone(this.indexes));
    return copy;
  }

  get all(): Doc[] {
    return [...this.documents.values()];
  }

  matching(filter: Doc): Doc[] {
    const query = new Query(filter, {});
    // A look-up by ids does not walk through everything, as on a real server.
    const ids = idsIn(filter);
    const candidates = ids === undefined ? this.all : ids.flatMap<Doc>((id) => this.documents.get(idText(id)) ?? []);
    return candidates.filter((document) => query.test(document));
  }

  insert(document: Doc): void {
    const id = idText(document['_id']);
    if (this.documents.has(id)) throw duplicateKey('_id_');
    this.assertUnique(document);
    this.documents.set(id, document);
  }

  /** `beforeInsert` is told of what an upsert is about to insert: what it does then has come in between. */
  update({ q, u, upsert = false, multi = false }: UpdateStatement, beforeInsert: (document: Doc) => void): Updated {
    const found = this.matching(q).slice(0, multi ? undefined : 1);
    if (found.length === 0 && upsert) {
      const document = changed(equalitiesIn(q), u);
      beforeInsert(document);
      this.insert(document);
      return { matched: 0, modified: 0, upsertedId: document['_id'] };
    }
    let modified = 0;
    for (const document of found) {
      const next = changed(document, u);
      if (idText(next['_id']) !== idText(document['_id'])) throw new CommandFailed(66, 'ImmutableField', "the field '_id' cannot be changed");
      this.assertUnique(next);
      this.documents.set(idText(next['_id']), next);
      if (JSON.stringify(next) !== JSON.stringify(document)) modified++;
    }
    return { matched: found.length, modified };
  }

  remove(filter: Doc, limit: number): number {
    const found = this.matching(filter).slice(0, limit === 0 ? undefined : limit);
    for (const document of found) this.documents.delete(idText(document['_id']));
    return found.length;
  }

  createIndex(index: FakeIndex): void {
    const same = this.indexes.find(({ name }) => name === index.name);
    if (same === undefined) this.indexes.push(index);
    else if (JSON.stringify(same.key) !== JSON.stringify(index.key))
      throw new CommandFailed(86, 'IndexKeySpecsConflict', `an index named ${index.name} has other keys`);
  }

  private assertUnique(document: Doc): void {
    for (const { name, key, unique } of this.indexes) {
      if (unique !== true || name === '_id_') continue;
      const same = Object.fromEntries(Object.keys(key).map((field) => [field, { $eq: valueAt(document, field) ?? null }]));
      if (this.matching(same).some((other) => idText(other['_id']) !== idText(document['_id']))) throw duplicateKey(name);
    }
  }
}

const idText = (id: unknown): string => `${typeof id} ${JSON.stringify(id)}`;

/** The ids that alone can match; undefined when the filter does not say. */
function idsIn(filter: Doc): readonly unknown[] | undefined {
  const id = filter['_id'];
  if (typeof id === 'string') return [id];
  if (typeof id !== 'object' || id === null) return undefined;
  if ('$eq' in id) return [id.$eq];
  return '$in' in id ? [...new Set(id.$in as readonly unknown[])] : undefined;
}

const valueAt = (document: Doc, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? (value as Doc)[name] : undefined), document);

/**
 * A copy whose objects are of this realm: those of `structuredClone` are of the one around the test, and `mingo` takes them for no
 * plain objects and drops them. What is no plain object, such as a date, is shared.
 */
function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copyOf(inner as unknown)])) as T;
}

const isPlain = (value: object): boolean => {
  const prototype = Object.getPrototypeOf(value) as { readonly constructor?: { readonly name: string } } | null;
  return prototype === null || prototype.constructor?.name === 'Object';
};

/** A replacement has no operators; it keeps the id. */
function changed(document: Doc, update: Doc): Doc {
  const names = Object.keys(update);
  if (!names.some((name) => name.startsWith('$'))) return { _id: document['_id'], ...copyOf(update) };
  if (!names.every((name) => name.startsWith('$'))) throw new CommandFailed(9, 'FailedToParse', 'an update has operators only, or none');
  const next = [copyOf(document)];
  updateOne(next, {}, copyOf(update));
  return next[0] ?? document;
}

/** What an upsert takes over from its filter: fields that must equal something. */
function equalitiesIn(filter: Doc): Doc {
  const document: Doc = {};
  for (const [name, test] of Object.entries(filter)) {
    if (name === '$and') for (const part of test as Doc[]) Object.assign(document, equalitiesIn(part));
    else if (name.startsWith('$')) continue;
    else if (typeof test !== 'object' || test === null) document[name] = test;
    else if ('$eq' in test) document[name] = test.$eq;
  }
  return document;
}
