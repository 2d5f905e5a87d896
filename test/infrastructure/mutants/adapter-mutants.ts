/** A defect that a hurried change could bring into an adapter of the cluster's stores, and the test that must fail with it. */
export interface AdapterMutant {
  readonly name: string;
  /** Under `src/infrastructure/`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** Under `test/infrastructure/`. */
  readonly spec: string;
  /** Full title of the test in it, or its end. */
  readonly caughtBy: string;
}

const onEvents = (mutant: Omit<AdapterMutant, 'file' | 'spec'> & { readonly file: string; readonly spec: string }): AdapterMutant => ({
  ...mutant,
  file: `eventstoredb/${mutant.file}`,
  spec: `eventstoredb/${mutant.spec}`,
});
const onRows = (mutant: Omit<AdapterMutant, 'spec'> & { readonly spec?: string }): AdapterMutant => ({
  spec: 'mongo-read-models-faults',
  ...mutant,
  file: `mongodb/read-models/${mutant.file}`,
});

/** One for each guard: without it the adapter hangs, loses or doubles. */
export const adapterMutants: readonly AdapterMutant[] = [
  onEvents({
    name: 'an unknown append is not looked for before it is sent again',
    file: 'appender.ts',
    from: "if (found !== 'nothing') return found;",
    to: '',
    spec: 'append-faults',
    caughtBy: 'and was stored, is found by reading back, and not sent again',
  }),
  onEvents({
    name: 'what stands where our events should be is taken for ours',
    file: 'appender.ts',
    from: 'events.every((event, index) => isSame(records[index], event))',
    to: 'true',
    spec: 'append-faults',
    caughtBy: 'while somebody else appends at the same revision, is a conflict',
  }),
  onEvents({
    name: 'the batch path waits for its answer without a timer of ours',
    file: 'appender.ts',
    from: 'this.batchDeadline = new Deadline(runtime, appendTimeoutMs);',
    to: 'this.batchDeadline = new Deadline(runtime, appendTimeoutMs * 1_000);',
    spec: 'append-faults',
    caughtBy: 'and was not stored, is sent once more by a call of its own',
  }),
  onEvents({
    name: 'what the single call stored after its deadline is not looked for',
    file: 'appender.ts',
    from: "return after === 'nothing' ? again : after;",
    to: 'return again;',
    spec: 'append-faults',
    caughtBy: 'that the single call stores after its own deadline is found by reading back once more',
  }),
  onEvents({
    name: 'the server sees the id of the event instead of a digest of it',
    file: 'record.ts',
    from: 'wire: { id: wireId(canonical), type,',
    to: 'wire: { id: eventId, type,',
    spec: 'contract-fake',
    caughtBy: 'with the same ids and other data conflicts',
  }),
  onEvents({
    name: 'the batch path tells the server our time-out, by the clock of this machine',
    file: 'client-connection.ts',
    from: 'const BATCH_DEADLINE_MS = 365 * 24 * 3_600_000;',
    to: 'const BATCH_DEADLINE_MS = 5_000;',
    spec: 'append-faults',
    caughtBy: 'goes through although the clock of the server is a day ahead of ours',
  }),
  onEvents({
    name: 'an append names no revision',
    file: 'client-connection.ts',
    from: 'expected === undefined ? NO_STREAM : BigInt(expected)',
    to: "'any' as never",
    spec: 'contract-fake',
    caughtBy: 'through one handle are told Committed exactly once too',
  }),
  onEvents({
    name: 'a decision reads from whichever node answers',
    file: 'client-connection.ts',
    from: 'fromRevision: BigInt(from), maxCount: max, requiresLeader: true',
    to: 'fromRevision: BigInt(from), maxCount: max, requiresLeader: false',
    spec: 'connection-faults',
    caughtBy: 'reads a stream, the log and its end from the leader alone, also when that is the first it does',
  }),
  onEvents({
    name: 'a client that was let go of may still open a stream',
    file: 'batch-client.ts',
    from: "if (this.isLetGo) throw new LetGo('nobody waits for this append any more');",
    to: '',
    spec: 'connection-faults',
    caughtBy: 'sends nothing more by a client that was let go of, for its stream would break that of the next one',
  }),
  onEvents({
    name: 'a read has no deadline',
    file: 'reader.ts',
    from: 'return await this.deadline.run(call);',
    to: 'return await call(new AbortController().signal);',
    spec: 'subscription-faults',
    caughtBy: 'ends with StoreUnavailable when the server is frozen',
  }),
  onEvents({
    name: 'a subscription that has fallen silent is waited for',
    file: 'following.ts',
    from: 'else if (nowMs - this.missing.sinceMs >= overdueMs)',
    to: 'else if (nowMs < 0 && overdueMs > 0)',
    spec: 'subscription-faults',
    caughtBy: 'that stays silent for good is begun anew from where it was, and loses and repeats nothing',
  }),
  onEvents({
    name: 'a subscription is begun anew from where it first began',
    file: 'subscription.ts',
    from: 'place = placeOf(batch.position);',
    to: '',
    spec: 'subscription-faults',
    caughtBy: 'that ends without an error is begun anew from where it was, and loses and repeats nothing',
  }),
  onEvents({
    name: 'what the server sends is kept, however slow the consumer',
    file: 'following.ts',
    from: 'this.follow.pause();',
    to: '',
    spec: 'subscription-faults',
    caughtBy: 'lets the server wait for a slow consumer: what it holds is bounded',
  }),
  onEvents({
    name: 'nobody looks whether the log is still the same one',
    file: 'subscription.ts',
    from: 'if (last !== undefined) await assertStillThere(last, options);',
    to: '',
    spec: 'subscription-faults',
    caughtBy: 'whose log was restored to an earlier state says so instead of going on',
  }),
  onRows({
    name: 'the driver is waited for as long as it waits itself',
    file: '../connect.ts',
    from: 'return await Promise.race([this.connected(work), late]);',
    to: 'return await this.connected(work);',
    caughtBy: 'in the middle of a call, which the driver then waits for without an end, is unavailable all the same',
  }),
  onRows({
    name: 'a row replaces whatever is stored',
    file: 'row-document.ts',
    from: 'position: { $lt: document.position } },',
    to: '},',
    spec: 'mongo-read-models',
    caughtBy: 'ignores a row that is not newer than the stored one',
  }),
  onRows({
    name: 'the checkpoint is moved before the rows are stored',
    file: 'mongo-read-models.ts',
    from: 'await build.rows.write(build.rows.documentsOf(batch.rows));\n      await this.progress.advance(build, batch);',
    to: 'await this.progress.advance(build, batch);\n      await build.rows.write(build.rows.documentsOf(batch.rows));',
    caughtBy: 'after the rows leaves the checkpoint behind, and the batch can be met again',
  }),
  onRows({
    name: 'a checkpoint that lies behind the one last seen is taken for slowness',
    file: 'known-builds.ts',
    from: "throw new ReadModelsUnavailable('the read models were put back to an older copy; they are projected on from there');",
    to: '',
    caughtBy: 'put back to an older copy (F23): whoever writes on is told, and the checkpoint stays that of the copy',
  }),
  onRows({
    name: 'a key that another writer inserted first counts as written',
    file: 'row-collection.ts',
    from: 'return failed.flatMap(({ index }) => documents[index] ?? []);',
    to: 'return [];',
    caughtBy: 'a duplicate key at an insertion is tried again, and the newer row wins',
  }),
  onRows({
    name: 'the document of a model is replaced whatever others made of it meanwhile',
    file: 'model-documents.ts',
    from: ', edition: { $eq: read.edition } }',
    to: ' }',
    caughtBy: 'sequences that several park at the same moment are all parked',
  }),
  onRows({
    name: 'a write that too few servers have stored counts as written',
    file: 'row-collection.ts',
    from: 'failed.length === 0 || isAway(error) || ',
    to: '',
    caughtBy: 'rows that too few servers have stored move no checkpoint',
  }),
];
