import { aggregate, Query } from 'mingo';
import { BSON } from 'mongodb';
import { CommandFailed, FakeCollection, type FakeIndex, type UpdateStatement } from './fake-collection';
import type { Doc } from './wire';

/** The collections of one server, by "database.collection". */
export type FakeData = Map<string, FakeCollection>;

export const copyOf = (data: FakeData): FakeData => new Map([...data].map(([name, collection]) => [name, collection.copy()]));

interface OpenCursor {
  readonly namespace: string;
  readonly left: Doc[];
}

const BATCH_DEFAULT = 101;
const NS_NOT_FOUND = new CommandFailed(26, 'NamespaceNotFound', 'ns not found');

/** What the commands do to the data. Answers carry no `ok`: that is the server's to add. */
export class FakeCommands {
  data: FakeData = new Map();
  /** Called between the look of an upsert and its insertion. */
  beforeUpsertInserts: (collection: FakeCollection, document: Doc) => void = () => undefined;
  private readonly cursors = new Map<number, OpenCursor>();
  private lastCursor = 0;

  /** Undefined: no such command is known here. */
  run(name: string, command: Doc): Doc | undefined {
    const handler = this.handlers[name];
    return handler?.(command, String(command['$db']));
  }

  private readonly handlers: Readonly<Record<string, (command: Doc, db: string) => Doc>> = {
    ping: () => ({}),
    endSessions: () => ({}),
    buildInfo: () => ({ version: '8.0.0', versionArray: [8, 0, 0, 0] }),
    insert: (command, db) => {
      const collection = this.made(`${db}.${String(command['insert'])}`);
      return eachOf(command['documents'] as Doc[], command, (document) => void collection.insert(document));
    },
    update: (command, db) => this.update(this.made(`${db}.${String(command['update'])}`), command),
    delete: (command, db) => {
      const collection = this.made(`${db}.${String(command['delete'])}`);
      let n = 0;
      const { writeErrors } = eachOf(command['deletes'] as Doc[], command, ({ q, limit }) => void (n += collection.remove(q as Doc, Number(limit))));
      return { n, ...(writeErrors === undefined ? {} : { writeErrors }) };
    },
    find: (command, db) => {
      const namespace = `${db}.${String(command['find'])}`;
      const { filter = {}, projection = {}, sort = {}, skip = 0, limit = 0, batchSize = BATCH_DEFAULT, singleBatch = false } = command;
      const cursor = new Query({}, {}).find<Doc>(this.data.get(namespace)?.matching(filter as Doc) ?? [], projection as Doc);
      if (Object.keys(sort as Doc).length > 0) cursor.sort(sort as Record<string, 1 | -1>);
      if (Number(limit) !== 0) cursor.limit(Math.abs(Number(limit)));
      const found = cursor.skip(Number(skip)).all();
      return this.cursor(namespace, found, Number(batchSize), singleBatch === true);
    },
    aggregate: (command, db) => {
      const namespace = `${db}.${String(command['aggregate'])}`;
      const documents = this.data.get(namespace)?.all ?? [];
      return this.cursor(namespace, aggregate(documents, command['pipeline'] as Doc[]), BATCH_DEFAULT, false);
    },
    getMore: (command, db) => {
      const id = Number(command['getMore']);
      const open = this.cursors.get(id);
      if (open === undefined) throw new CommandFailed(43, 'CursorNotFound', `cursor id ${id} not found`);
      const nextBatch = open.left.splice(0, Number(command['batchSize'] ?? BATCH_DEFAULT));
      if (open.left.length === 0) this.cursors.delete(id);
      return { cursor: { id: BSON.Long.fromNumber(open.left.length === 0 ? 0 : id), ns: `${db}.${String(command['collection'])}`, nextBatch } };
    },
    killCursors: (command) => {
      const ids = (command['cursors'] as unknown[]).map(Number);
      for (const id of ids) this.cursors.delete(id);
      return { cursorsKilled: ids.map((id) => BSON.Long.fromNumber(id)), cursorsNotFound: [], cursorsAlive: [], cursorsUnknown: [] };
    },
    create: (command, db) => {
      this.made(`${db}.${String(command['create'])}`);
      return {};
    },
    drop: (command, db) => {
      if (!this.data.delete(`${db}.${String(command['drop'])}`)) throw NS_NOT_FOUND;
      return {};
    },
    dropDatabase: (_command, db) => {
      for (const name of this.data.keys()) if (name.startsWith(`${db}.`)) this.data.delete(name);
      return { dropped: db };
    },
    createIndexes: (command, db) => {
      const collection = this.made(`${db}.${String(command['createIndexes'])}`);
      for (const index of command['indexes'] as FakeIndex[]) collection.createIndex(index);
      return { numIndexesAfter: collection.indexes.length };
    },
    listIndexes: (command, db) => {
      const namespace = `${db}.${String(command['listIndexes'])}`;
      const collection = this.data.get(namespace);
      if (collection === undefined) throw NS_NOT_FOUND;
      return this.cursor(
        namespace,
        collection.indexes.map((index) => ({ v: 2, ...index })),
        BATCH_DEFAULT,
        false,
      );
    },
    listCollections: (command, db) => {
      const names = [...this.data.keys()].filter((name) => name.startsWith(`${db}.`)).map((name) => name.slice(db.length + 1));
      const all = names.map((name) => ({ name, type: 'collection' }));
      const query = new Query(command['filter'] ?? {}, {});
      return this.cursor(
        `${db}.$cmd.listCollections`,
        all.filter((one) => query.test(one)),
        BATCH_DEFAULT,
        false,
      );
    },
  };

  private update(collection: FakeCollection, command: Doc): Doc {
    const sums = { n: 0, nModified: 0 };
    const upserted: Doc[] = [];
    const { writeErrors } = eachOf(command['updates'] as Doc[], command, (statement, index) => {
      const done = collection.update(statement as unknown as UpdateStatement, (document) => this.beforeUpsertInserts(collection, document));
      sums.n += done.matched + (done.upsertedId === undefined ? 0 : 1);
      sums.nModified += done.modified;
      if (done.upsertedId !== undefined) upserted.push({ index, _id: done.upsertedId });
    });
    return { ...sums, ...(upserted.length === 0 ? {} : { upserted }), ...(writeErrors === undefined ? {} : { writeErrors }) };
  }

  private made(namespace: string): FakeCollection {
    const there = this.data.get(namespace) ?? new FakeCollection();
    this.data.set(namespace, there);
    return there;
  }

  private cursor(namespace: string, found: Doc[], batchSize: number, isSingleBatch: boolean): Doc {
    const firstBatch = found.splice(0, batchSize);
    const isDone = isSingleBatch || found.length === 0;
    if (!isDone) this.cursors.set(++this.lastCursor, { namespace, left: found });
    return { cursor: { id: BSON.Long.fromNumber(isDone ? 0 : this.lastCursor), ns: namespace, firstBatch } };
  }
}

/** Does each part of a write, and tells of those that failed; an ordered one stops at the first. */
function eachOf(
  parts: readonly Doc[],
  command: Doc,
  work: (part: Doc, index: number) => void,
): { readonly n: number; readonly writeErrors?: readonly Doc[] } {
  const writeErrors: Doc[] = [];
  for (const [index, part] of parts.entries()) {
    try {
      work(part, index);
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      writeErrors.push({ index, code: error.code, errmsg: error.message });
      if (command['ordered'] !== false) break;
    }
  }
  return { n: parts.length - writeErrors.length, ...(writeErrors.length === 0 ? {} : { writeErrors }) };
}
