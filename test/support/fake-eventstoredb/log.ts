/** An event as the fake keeps it: bytes as they came, and where it stands. */
export interface FakeRecord {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly createdMs: number;
}

export type ProposedEvent = Pick<FakeRecord, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

/** Only what is safe to use against a real server is known here. */
export type ExpectedRevision = number | 'no-stream';

/** `not-replicated` is no answer at all: the server drops the request and lets it time out. */
export type Decision =
  | { readonly kind: 'written'; readonly last: FakeRecord }
  | { readonly kind: 'already-there'; readonly last: FakeRecord }
  | { readonly kind: 'wrong-expected-version'; readonly current: number | undefined }
  | { readonly kind: 'stream-deleted' }
  | { readonly kind: 'not-replicated' };

/** Positions are byte offsets in a real log: uneven, growing, and each that of a record's first byte. */
const RECORD_HEADER_BYTES = 97;
const NOTHING = new Uint8Array();

/**
 * The log of one cluster, with the server's rules for expected revisions and repeated appends. A record that is not replicated yet
 * takes part in these rules, and is seen by nobody.
 */
export class FakeLog {
  private records: FakeRecord[] = [];
  private readonly streams = new Map<string, FakeRecord[]>();
  private readonly tombstones = new Set<string>();
  /** Where a soft-deleted stream begins: what lies before is hidden, and numbering goes on. */
  private readonly beginnings = new Map<string, number>();
  private replicatedTo = 0;
  private holding = false;
  private nextPosition = 0;
  private readonly changed = new Set<() => void>();

  constructor(private readonly nowMs: () => number) {
    // A server that has just started has written something of its own before anybody came.
    this.writeSystemEvent('$$$scavenges');
  }

  append(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): Decision {
    if (this.tombstones.has(stream)) return { kind: 'stream-deleted' };
    const there = this.streams.get(stream) ?? [];
    const current = there.length - 1;
    const before = expected === 'no-stream' ? -1 : expected;
    const isEmptied = this.beginnings.get(stream) === there.length;
    if (before === current || (before === -1 && isEmptied)) return this.write(stream, there, events);
    const wrong: Decision = { kind: 'wrong-expected-version', current: current < 0 ? undefined : current };
    if (before > current) return wrong;
    const sameIds = events.every((event, index) => there[before + 1 + index]?.id === event.id);
    const last = there[before + events.length];
    if (!sameIds || last === undefined) return wrong;
    return this.isReplicated(last) ? { kind: 'already-there', last } : { kind: 'not-replicated' };
  }

  /** So many of what readers see, in log order, from a position on. */
  visibleFrom(position: number, count: number): readonly FakeRecord[] {
    const from = this.placeBehind(position - 1);
    return this.records.slice(from, Math.min(from + count, this.replicatedTo));
  }

  /** So many of what readers see before a position, newest first. */
  visibleBefore(position: number, count: number): readonly FakeRecord[] {
    const end = this.placeBehind(position - 1);
    return this.records.slice(Math.max(0, end - count), end).reverse();
  }

  /** The next visible record behind a position. */
  firstBehind(position: number): FakeRecord | undefined {
    const place = this.placeBehind(position);
    return place < this.replicatedTo ? this.records[place] : undefined;
  }

  private placeBehind(position: number): number {
    let [low, high] = [0, this.replicatedTo];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.records[middle]?.position ?? Infinity) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  visibleStream(stream: string): readonly FakeRecord[] {
    const beginning = this.beginnings.get(stream) ?? 0;
    return (this.streams.get(stream) ?? []).filter((record) => record.revision >= beginning && this.isReplicated(record));
  }

  isReplicated(record: FakeRecord): boolean {
    const newest = this.records[this.replicatedTo - 1];
    return newest !== undefined && record.position <= newest.position;
  }

  /** From now on nothing that is written reaches the other nodes, until it is replicated or lost. */
  holdReplication(): void {
    this.holding = true;
  }

  replicate(): void {
    this.holding = false;
    this.replicatedTo = this.records.length;
    this.announce();
  }

  /** The leader died before its last records reached a majority: the new one goes on at the same places. */
  loseUnreplicated(): void {
    this.cutTo(this.replicatedTo);
    this.holding = false;
  }

  /** An older backup was restored: so many records are left, and the same places are given out again. */
  restoreTo(records: number): void {
    this.replicatedTo = Math.min(this.replicatedTo, records);
    this.cutTo(records);
  }

  get size(): number {
    return this.records.length;
  }

  tombstone(stream: string): void {
    this.tombstones.add(stream);
  }

  softDelete(stream: string): void {
    this.beginnings.set(stream, this.streams.get(stream)?.length ?? 0);
  }

  writeSystemEvent(stream: string): void {
    const event = {
      id: `${this.records.length}`.padStart(32, '0'),
      type: '$metadata',
      contentType: 'application/json',
      data: NOTHING,
      metadata: NOTHING,
    };
    this.write(stream, this.streams.get(stream) ?? [], [event]);
  }

  /** Calls back after each change; the answer ends it. */
  onChange(call: () => void): () => void {
    this.changed.add(call);
    return () => this.changed.delete(call);
  }

  private write(stream: string, there: FakeRecord[], events: readonly ProposedEvent[]): Decision {
    let last: FakeRecord | undefined;
    for (const event of events) {
      last = { ...event, stream, revision: there.length, position: this.nextPosition, createdMs: this.nowMs() };
      this.nextPosition += RECORD_HEADER_BYTES + stream.length + event.data.length + event.metadata.length;
      there.push(last);
      this.records.push(last);
    }
    this.streams.set(stream, there);
    if (!this.holding) this.replicatedTo = this.records.length;
    this.announce();
    if (last === undefined) throw new Error('an append without events');
    return { kind: 'written', last };
  }

  private cutTo(records: number): void {
    for (const record of this.records.splice(records).reverse()) {
      this.streams.get(record.stream)?.pop();
      this.nextPosition = record.position;
    }
    this.announce();
  }

  private announce(): void {
    for (const call of this.changed) call();
  }
}
