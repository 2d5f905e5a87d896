import { createServer, type Server, type Socket } from 'node:net';
import { BSON } from 'mongodb';
import { CommandFailed, type FakeCollection } from './fake-collection';
import { copyOf, type FakeData, FakeCommands } from './fake-commands';
import { answerTo, type Doc, type Request, RequestReader } from './wire';

/** What may go wrong with a command. `drop`: the connection breaks. `silence`: no answer, ever. */
export interface Misdeed {
  /** The command it happens to, by its first word. */
  readonly on: string;
  readonly how: 'none' | 'drop-before' | 'drop-after' | 'silence-before' | 'silence-after' | 'refuse' | 'write-concern-fails';
  /** Of a refusal; by default the server is not the primary. */
  readonly code?: number;
  /** How often; once by default. */
  readonly times?: number;
}

export interface FakeMongoOptions {
  /** By default a server that stands alone. */
  readonly replicaSet?: string;
}

const NOT_WRITABLE_PRIMARY = 10_107;
const NOT_PRIMARY_FOR_READING = 13_435;
const RETRYABLE = new Set([91, 189, NOT_WRITABLE_PRIMARY, 11_600, 11_602, NOT_PRIMARY_FOR_READING, 13_436]);
const RETRIES_KEPT_MAX = 1_000;
const WRITES = new Set(['insert', 'update', 'delete', 'create', 'createIndexes', 'drop', 'dropDatabase']);

/**
 * A server that speaks enough of MongoDB's wire protocol for the real driver, over a real socket, with the faults that no real
 * server produces on demand. Queries and updates mean what the library `mingo` says they mean; ids and unique indexes are kept.
 *
 * It proves how our adapter handles answers, losses and races. It is no proof of what only a real server shows: majority and
 * elections (it is one server that says it is a replica set), rollback, read concerns, locking, which index a query takes,
 * limits of size, authentication, TLS. The contract suite runs on a real server wherever one is found.
 */
export class FakeMongodb {
  private readonly commands = new FakeCommands();
  private readonly sockets = new Set<Socket>();
  private readonly retries = new Map<string, Doc>();
  private readonly interludes = new Map<string, () => Promise<void>>();
  private misdeeds: Misdeed[] = [];
  private server: Server | undefined;
  private port = 0;
  private isPrimary = true;
  /** Asked for every command that no misdeed was planned for: chance may have one. */
  strikes: (on: string) => Misdeed['how'] = () => 'none';
  /** How many commands of each kind were answered since the start, greetings not counted. */
  readonly counts = new Map<string, number>();
  /** The last command of each kind, as it came. */
  readonly asked = new Map<string, Doc>();

  private constructor(private readonly options: FakeMongoOptions) {}

  static async start(options: FakeMongoOptions = {}): Promise<FakeMongodb> {
    const fake = new FakeMongodb(options);
    await fake.start();
    return fake;
  }

  get url(): string {
    const set = this.options.replicaSet === undefined ? '' : `?replicaSet=${this.options.replicaSet}`;
    return `mongodb://127.0.0.1:${this.port}/${set}`;
  }

  get roundTrips(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The documents of a collection as they are stored, text byte by byte. */
  documents(namespace: string): readonly Doc[] {
    return this.commands.data.get(namespace)?.all ?? [];
  }

  get namespaces(): readonly string[] {
    return [...this.commands.data.keys()];
  }

  /** A copy of one collection. */
  collection(namespace: string): FakeCollection {
    const found = this.commands.data.get(namespace);
    if (found === undefined) throw new Error(`no collection ${namespace}`);
    return found.copy();
  }

  keep(namespace: string, collection: FakeCollection): void {
    this.commands.data.set(namespace, collection);
  }

  forget(namespace: string): void {
    this.commands.data.delete(namespace);
  }

  misbehave(misdeed: Misdeed): void {
    this.misdeeds.push(misdeed);
  }

  /** Nothing happens to the next one of these; misdeeds that were asked for afterwards happen to those that follow. */
  pass(on: string): void {
    this.misbehave({ on, how: 'none' });
  }

  /** Does something in the moment between the next such question and its answer. */
  whenAsked(on: string, work: () => Promise<void>): void {
    this.interludes.set(on, work);
  }

  behave(): void {
    this.misdeeds = [];
    this.strikes = () => 'none';
    this.commands.beforeUpsertInserts = () => undefined;
  }

  /** Lets a competitor insert a document in the moment between the look of an upsert and its insertion. */
  raceUpserts(competitor: (document: Doc) => Doc | undefined): void {
    this.commands.beforeUpsertInserts = (collection, document) => {
      const other = competitor(document);
      if (other !== undefined) collection.insert(other);
    };
  }

  /** The data as they are now, for `restore`. */
  copy(): FakeData {
    return copyOf(this.commands.data);
  }

  /** Other data from now on, without anybody noticing. */
  exchange(copy: FakeData): void {
    this.commands.data = copyOf(copy);
  }

  /** Changes one stored document. */
  edit(namespace: string, id: string, change: (document: Doc) => void): void {
    const document = this.documents(namespace).find(({ _id }) => _id === id);
    if (document === undefined) throw new Error(`no document ${id} in ${namespace}`);
    change(document);
  }

  /** Restarts with an older copy of the data. */
  async restore(copy: FakeData): Promise<void> {
    await this.stop();
    this.commands.data = copyOf(copy);
    await this.start();
  }

  async restartEmpty(): Promise<void> {
    await this.restore(new Map());
  }

  stepDown(): void {
    this.isPrimary = false;
  }

  stepUp(): void {
    this.isPrimary = true;
  }

  /** From now on connections are refused. The data stay. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  /** At the same port as before, if there was one. Nothing to do while it runs. */
  async start(): Promise<void> {
    if (this.server !== undefined) return;
    const server = createServer((socket) => this.serve(socket));
    this.server = server;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.port, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
  }

  private serve(socket: Socket): void {
    const reader = new RequestReader();
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    // A client that goes away is nothing to complain about.
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      try {
        for (const request of reader.push(chunk)) void this.handle(socket, request);
      } catch (error) {
        socket.destroy(error as Error);
        throw error;
      }
    });
  }

  private async handle(socket: Socket, request: Request): Promise<void> {
    const [name = ''] = Object.keys(request.command);
    const interlude = this.interludes.get(name);
    this.interludes.delete(name);
    if (interlude !== undefined) await interlude();
    const misdeed: Misdeed = this.nextMisdeed(name) ?? { on: name, how: this.strikes(name) };
    if (misdeed.how === 'drop-before') return void socket.destroy();
    if (misdeed.how === 'silence-before') return;
    const answer = misdeed.how === 'refuse' ? this.refusal(misdeed.code ?? NOT_WRITABLE_PRIMARY) : this.answerOf(name, request.command);
    if (misdeed.how === 'drop-after') return void socket.destroy();
    if (misdeed.how === 'silence-after' || request.wantsNoAnswer) return;
    const failed =
      misdeed.how === 'write-concern-fails'
        ? { writeConcernError: { code: 64, codeName: 'WriteConcernFailed', errmsg: 'waiting for replication timed out' } }
        : {};
    socket.write(answerTo(request, { ...answer, ...failed }));
  }

  private answerOf(name: string, command: Doc): Doc {
    if (/^(hello|ismaster)$/i.test(name)) return { ...this.greeting(), ok: 1 };
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    this.asked.set(name, command);
    if (!this.isPrimary) return this.refusal(WRITES.has(name) ? NOT_WRITABLE_PRIMARY : NOT_PRIMARY_FOR_READING);
    const retry = retryKey(command);
    const before = retry === undefined ? undefined : this.retries.get(retry);
    if (before !== undefined) return before;
    const answer = this.run(name, command);
    if (retry !== undefined) this.remember(retry, answer);
    return answer;
  }

  private run(name: string, command: Doc): Doc {
    try {
      const answer = this.commands.run(name, command);
      return answer === undefined ? { ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: `no such command: '${name}'` } : { ...answer, ok: 1 };
    } catch (error) {
      if (error instanceof CommandFailed) return { ok: 0, code: error.code, codeName: error.codeName, errmsg: error.message };
      return { ok: 0, code: 8, codeName: 'UnknownError', errmsg: `the fake cannot do this: ${String(error)}` };
    }
  }

  private greeting(): Doc {
    const me = `127.0.0.1:${this.port}`;
    const { replicaSet } = this.options;
    const set =
      replicaSet === undefined
        ? {}
        : { setName: replicaSet, setVersion: 1, hosts: [me], me, secondary: !this.isPrimary, ...(this.isPrimary ? { primary: me } : {}) };
    return {
      helloOk: true,
      isWritablePrimary: this.isPrimary,
      ismaster: this.isPrimary,
      ...set,
      maxBsonObjectSize: 16 * 1024 * 1024,
      maxMessageSizeBytes: 48_000_000,
      maxWriteBatchSize: 100_000,
      localTime: new Date(),
      logicalSessionTimeoutMinutes: 30,
      connectionId: this.sockets.size,
      minWireVersion: 0,
      maxWireVersion: 25,
      readOnly: false,
    };
  }

  private refusal(code: number): Doc {
    // A member of a replica set says itself which writes may be repeated.
    const labels = this.options.replicaSet !== undefined && RETRYABLE.has(code) ? { errorLabels: ['RetryableWriteError'] } : {};
    return { ok: 0, code, codeName: 'Refused', errmsg: `refused with code ${code}`, ...labels };
  }

  private nextMisdeed(name: string): Misdeed | undefined {
    const index = this.misdeeds.findIndex(({ on }) => on === name);
    const found = this.misdeeds[index];
    if (found === undefined) return undefined;
    const timesLeft = (found.times ?? 1) - 1;
    this.misdeeds.splice(index, 1, ...(timesLeft > 0 ? [{ ...found, times: timesLeft }] : []));
    return found;
  }

  private remember(retry: string, answer: Doc): void {
    if (this.retries.size >= RETRIES_KEPT_MAX) this.retries.clear();
    this.retries.set(retry, answer);
  }
}

/** The same for a write and for its repetition by the driver. */
function retryKey(command: Doc): string | undefined {
  const { lsid, txnNumber } = command as { readonly lsid?: { readonly id?: unknown }; readonly txnNumber?: number };
  if (txnNumber === undefined || !(lsid?.id instanceof BSON.Binary)) return undefined;
  return `${lsid.id.toString('hex')} ${String(txnNumber)}`;
}
