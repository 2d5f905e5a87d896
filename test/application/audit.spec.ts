import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { CHECKPOINT_STREAM, LogNotSound, makeCheckpoint } from '../../src/application/audit/make-checkpoint';
import { type AuditReport, type KeptCheckpoint, verifyAudit } from '../../src/application/audit/verify-audit';
import type { HeadBook } from '../../src/application/ports/head-book';
import { upToEnd } from '../../src/application/up-to-end';
import type { Checkpoint } from '../../src/domain/audit/checkpoint';
import { EMPTY_ROOT, MerkleRoot, type StreamHead } from '../../src/domain/audit/merkle';
import type { StoredEvent } from '../../src/domain/kernel/event';
import { chainHash, GENESIS_HASH } from '../../src/domain/kernel/hash';
import { openAuditSigner, verifySignature } from '../../src/infrastructure/keyring/audit-signer';
import { addAuditKey } from '../../src/infrastructure/keyring/create-keyring';
import { openHeadBook } from '../../src/infrastructure/sqlite/head-book';
import { openShop, type TestShop } from './commands-shop';

describe('the root over stream heads', () => {
  const head = (stream: string, revision = 0, hash = 'a'.repeat(64)): StreamHead => ({ stream, revision, hash });
  const rootOf = (heads: readonly StreamHead[]): string => {
    const tree = new MerkleRoot();
    for (const one of heads) tree.add(one);
    return tree.root();
  };

  it('of nothing is not that of something', () => expect(rootOf([])).toBe(EMPTY_ROOT));

  it('changes with every name, revision and hash, and with every head more or less', () => {
    const heads = fc.uniqueArray(
      fc.record({ stream: fc.stringMatching(/^[a-z]{1,6}$/), revision: fc.nat(9), hash: fc.stringMatching(/^[0-9a-f]{4}$/) }),
      {
        selector: ({ stream }) => stream,
        minLength: 1,
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(heads, fc.nat(), (unsorted, pick) => {
        const sorted = [...unsorted].sort((a, b) => (a.stream < b.stream ? -1 : 1));
        const at = pick % sorted.length;
        const root = rootOf(sorted);
        const changed = (change: (one: StreamHead) => StreamHead): string => rootOf(sorted.map((one, index) => (index === at ? change(one) : one)));
        expect(changed((one) => ({ ...one, revision: one.revision + 1 }))).not.toBe(root);
        expect(changed((one) => ({ ...one, hash: `${one.hash}0` }))).not.toBe(root);
        expect(rootOf(sorted.filter((_, index) => index !== at))).not.toBe(root);
        expect(rootOf([...sorted, head('zzzzzzz')])).not.toBe(root);
      }),
    );
  });

  it('is not made of heads in another order', () => expect(() => rootOf([head('b'), head('a')])).toThrow(RangeError));
});

type Path = readonly (string | number)[];

/** Where each value stands that holds no others. */
const leavesOf = (value: unknown, path: Path = []): readonly Path[] =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([name, below]) => leavesOf(below, [...path, name]))
    : [path];

/** The same, but for one value in it, which keeps its kind. */
function changedAt(value: unknown, [name, ...path]: Path): unknown {
  if (name === undefined) return typeof value === 'number' ? value + 1 : typeof value === 'string' ? `${value}x` : value === true ? false : true;
  const copy: unknown = Array.isArray(value) ? [...(value as readonly unknown[])] : { ...(value as object) };
  (copy as Record<string | number, unknown>)[name] = changedAt((value as Record<string | number, unknown>)[name], path);
  return copy;
}

describe('a log that was signed', () => {
  let shop: TestShop;
  let folder: string;
  let events: readonly StoredEvent[];
  let kept: KeptCheckpoint;
  let first: Checkpoint;
  let books = 0;
  const newBook = (): HeadBook => openHeadBook(join(folder, `book-${++books}.db`));
  const logOf = (all: readonly StoredEvent[], batch = 7) => ({
    async *after(position: string | null) {
      const from = position === null ? 0 : all.findIndex((event) => event.position === position) + 1;
      for (let at = from; at < all.length; at += batch) {
        const part = all.slice(at, at + batch);
        yield { events: part, position: part.at(-1)?.position ?? '', caughtUp: at + batch >= all.length };
      }
    },
  });
  const storedLog = () => ({ after: (position: string | null) => upToEnd(shop.store, position) });
  const checkpointKit = (book: HeadBook) => ({
    log: storedLog(),
    codec: shop.codec,
    book,
    commands: shop.commands,
    signer: openAuditSigner(join(shop.folder, 'keyring.json')),
    now: () => shop.commands.clock.now(),
  });
  const readAll = async (): Promise<readonly StoredEvent[]> => {
    const all: StoredEvent[] = [];
    for await (const batch of upToEnd(shop.store, null)) all.push(...batch.events);
    return all;
  };
  const signedIn = (all: readonly StoredEvent[]): readonly Checkpoint[] =>
    all.filter(({ stream }) => stream === CHECKPOINT_STREAM).map(({ data }) => data as Checkpoint);

  beforeAll(async () => {
    shop = await openShop();
    folder = mkdtempSync(join(tmpdir(), 'cardrail-audit-'));
    const book = newBook();
    await shop.submit();
    await shop.stock('CODE-1', 'CODE-2');
    first = (await makeCheckpoint(checkpointKit(book))).checkpoint;
    for (let n = 0; n < 3; n++) await shop.submit();
    const { checkpoint } = await makeCheckpoint(checkpointKit(book));
    const heads = [...book.heads()];
    kept = {
      checkpoint,
      async *heads() {
        yield* heads;
      },
    };
    await shop.submit();
    book.close();
    events = await readAll();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await shop.close();
  });

  const check = async (
    all: readonly StoredEvent[],
    over: { kept?: readonly KeptCheckpoint[]; book?: HeadBook; keys?: ReadonlySet<string> } = {},
  ): Promise<AuditReport> => {
    const book = over.book ?? newBook();
    const trustedKeys = over.keys ?? new Set(openAuditSigner(join(shop.folder, 'keyring.json')).publicKeys().values());
    try {
      return await verifyAudit({
        log: logOf(all),
        codec: shop.codec,
        book,
        checkpoints: signedIn(all),
        kept: over.kept ?? [],
        verifySignature,
        trustedKeys,
      });
    } finally {
      book.close();
    }
  };
  const of = (prefix: string): readonly StoredEvent[] => events.filter(({ stream }) => stream.startsWith(prefix));
  const change = (wanted: StoredEvent, changes: object): readonly StoredEvent[] =>
    events.map((event) => (event === wanted ? { ...event, ...changes } : event));
  /** What somebody does who knows how the chain is made: every event of the stream is hashed anew. */
  const rehashed = (all: readonly StoredEvent[], stream: string): readonly StoredEvent[] => {
    let previous = GENESIS_HASH;
    let revision = -1;
    return all.map((event) => {
      if (event.stream !== stream) return event;
      previous = chainHash(previous, stream, ++revision, event);
      return { ...event, revision, metadata: { ...event.metadata, hash: previous } };
    });
  };

  it('is found as it was signed, also by whoever has nothing but the file kept elsewhere', async () => {
    expect(await check(events)).toMatchObject({ checkpoints: 2, violations: [], soundUpTo: { number: 2 } });
    expect(await check(events, { kept: [kept] })).toMatchObject({ checkpoints: 2, violations: [] });
  });

  it('is not signed anew when nothing but a checkpoint was stored since', async () => {
    const book = newBook();
    const one = await makeCheckpoint(checkpointKit(book));
    const two = await makeCheckpoint(checkpointKit(book));
    expect(one.isNew).toBe(true);
    expect(two).toEqual({ checkpoint: one.checkpoint, isNew: false });
    book.close();
  });

  it('tells of a changed field: where it is and which', async () => {
    const [event] = of('order-');
    if (event === undefined) throw new Error('there is no order');
    const amount = { amountMinor: 1, currency: 'CNY' };
    for (const [changes, field] of [
      [{ data: { ...event.data, amount } }, 'data or metadata'],
      [{ data: { ...event.data, amount: { amountMinor: 'x', currency: 'CNY' } } }, 'data.amount.amountMinor'],
      [{ eventId: 'another' }, 'eventId or metadata.commandId'],
      [{ occurredAt: 'yesterday' }, 'occurredAt'],
      [{ metadata: { ...event.metadata, actor: { kind: 'NOBODY', id: 'x' } } }, 'metadata.actor.kind'],
    ] as const) {
      const { violations } = await check(change(event, changes));
      expect(violations[0]).toMatchObject({ kind: 'hash', stream: event.stream, revision: 0, field });
    }
  });

  it('tells of any field of any event, of whatever type: changed alone, it is found where it stands', async () => {
    const ofEachType = [...new Map(events.map((event) => [event.type, event])).values()];
    expect(ofEachType.length).toBeGreaterThan(5);
    for (const event of ofEachType) {
      const { position: _position, recordedAt: _recordedAt, stream: _stream, revision: _revision, ...hashed } = event;
      for (const path of leavesOf(hashed)) {
        const { violations } = await check(change(event, changedAt(hashed, path) as object));
        expect({ type: event.type, path, violations }).toMatchObject({
          violations: expect.arrayContaining([expect.objectContaining({ stream: event.stream, revision: event.revision })]) as unknown,
        });
      }
    }
  }, 120_000);

  it('tells of an event that was taken out, swapped with its neighbour, or put in', async () => {
    const stream = of('card-')[0]?.stream ?? '';
    const order = of('batch-')[0]?.stream ?? '';
    const [a, b] = events.filter((event) => event.stream === order);
    if (a === undefined || b === undefined) throw new Error('the batch is too short');
    const without = events.filter((event) => event !== a);
    expect((await check(without)).violations[0]).toMatchObject({ kind: 'revision-gap', stream: order, revision: 1 });
    const swapped = events.map((event) => (event === a ? b : event === b ? a : event));
    expect((await check(swapped)).violations[0]).toMatchObject({ stream: order, revision: 1 });
    const [card] = events.filter((event) => event.stream === stream);
    if (card === undefined) throw new Error('there is no card');
    const forged = { ...card, revision: 1, position: `${card.position}9`, eventId: 'forged' };
    expect((await check(events.flatMap((event) => (event === card ? [event, forged] : [event])))).violations[0]).toMatchObject({
      kind: 'hash',
      stream,
      revision: 1,
    });
  });

  it('whose chain was rewritten whole, consistently, is found by the checkpoint; with the kept file the stream is named', async () => {
    const [event] = of('order-');
    if (event === undefined) throw new Error('there is no order');
    const rewritten = rehashed(change(event, { data: { ...event.data, quantity: 2 } }), event.stream);
    const alone = await check(rewritten);
    expect(alone.violations).toMatchObject([
      { kind: 'checkpoint', field: 'root' },
      { kind: 'checkpoint', field: 'root' },
    ]);
    expect(alone.soundUpTo).toBeNull();
    const { violations } = await check(rewritten, { kept: [kept] });
    expect(violations).toContainEqual(expect.objectContaining({ kind: 'checkpoint', stream: event.stream, field: 'metadata.hash' }));
  });

  it('with a stream removed, or another put in, or one cut short without a trace, is found and named', async () => {
    const { stream } = of('card-')[0] ?? { stream: '' };
    const removed = await check(
      events.filter((event) => event.stream !== stream),
      { kept: [kept] },
    );
    expect(removed.violations).toContainEqual(
      expect.objectContaining({ stream, field: 'stream', message: expect.stringContaining('was removed') as string }),
    );
    const batch = of('batch-')[0]?.stream ?? '';
    const last = events.filter((event) => event.stream === batch).at(-1);
    const cut = await check(
      events.filter((event) => event !== last),
      { kept: [kept] },
    );
    expect(cut.violations).toContainEqual(
      expect.objectContaining({ stream: batch, revision: last?.revision, field: 'revision', message: expect.stringContaining('cut off') as string }),
    );
  });

  it('with an event appended to a stream, or a whole stream put in, each soundly chained, is found by the checkpoint behind it', async () => {
    // In front of the last event that the second checkpoint covers.
    const end = events.findIndex(({ stream, data }) => stream === CHECKPOINT_STREAM && (data as Checkpoint).number === 2) - 1;
    const [card] = of('card-');
    if (card === undefined) throw new Error('there is no card');
    const last = events.filter(({ stream }, at) => stream === card.stream && at < end).at(-1) ?? card;
    for (const stream of [card.stream, 'card-00000000-0000-5000-8000-000000000000']) {
      const isNew = stream !== card.stream;
      const forged = { ...last, stream, revision: isNew ? 0 : last.revision + 1, position: `${events[end - 1]?.position ?? ''}5`, eventId: 'forged' };
      const withIt = rehashed([...events.slice(0, end), forged, ...events.slice(end)], stream);
      expect((await check(withIt)).violations).toContainEqual(expect.objectContaining({ kind: 'checkpoint' }));
      const { violations } = await check(withIt, { kept: [kept] });
      expect(violations).toContainEqual(expect.objectContaining({ stream }));
    }
  });

  it('whose tail was cut off behind the last checkpoint that is left, is missed by the file kept elsewhere', async () => {
    const tail = events.findIndex(({ stream, data }) => stream === CHECKPOINT_STREAM && (data as Checkpoint).number === 2);
    const shorter = events.slice(0, tail - 2);
    expect((await check(shorter)).violations).toEqual([]);
    const { violations } = await check(shorter, { kept: [kept] });
    expect(violations).toContainEqual(
      expect.objectContaining({ kind: 'checkpoint', message: expect.stringContaining('is not in the log') as string }),
    );
    expect(violations).toContainEqual(expect.objectContaining({ kind: 'log', message: expect.stringContaining('its tail was cut off') as string }));
    expect(violations).toContainEqual(expect.objectContaining({ field: 'stream', message: expect.stringContaining('was removed') as string }));
  });

  it('with a checkpoint changed, taken out, or signed by a strange hand, is found', async () => {
    const [one, two] = of(CHECKPOINT_STREAM);
    if (one === undefined || two === undefined) throw new Error('there are not two checkpoints');
    const changed = rehashed(change(one, { data: { ...one.data, events: 1 } }), CHECKPOINT_STREAM);
    expect((await check(changed)).violations).toContainEqual(
      expect.objectContaining({ field: 'signature', message: 'checkpoint 1 is not what was signed' }),
    );
    const without = rehashed(
      events.filter((event) => event !== one),
      CHECKPOINT_STREAM,
    );
    expect((await check(without)).violations).toContainEqual(
      expect.objectContaining({ field: 'previous', message: 'checkpoint 2 does not follow the one before it' }),
    );
    const strange = await check(events, { keys: new Set(['another']) });
    expect(strange.violations.map(({ field }) => field)).toEqual(['publicKey', 'publicKey']);
  });

  it('is read on where a run was cut off, and what was found before the cut is not forgotten', async () => {
    const [event] = of('order-');
    if (event === undefined) throw new Error('there is no order');
    const damaged = change(event, { eventId: 'another' });
    const file = join(folder, 'resumed.db');
    const cutOff = {
      async *after(position: string | null) {
        for await (const batch of logOf(damaged, 3).after(position)) {
          yield batch;
          if (batch.events.includes(damaged.find(({ eventId }) => eventId === 'another') as StoredEvent)) throw new Error('killed');
        }
      },
    };
    const book = openHeadBook(file);
    const kit = { codec: shop.codec, checkpoints: signedIn(damaged), kept: [], verifySignature, trustedKeys: new Set<string>() };
    await expect(verifyAudit({ ...kit, log: cutOff, book })).rejects.toThrow('killed');
    book.close();
    const again = openHeadBook(file);
    const before = again.place().events;
    expect(before).toBeGreaterThan(0);
    const { violations, events: read } = await check(damaged, { book: again });
    expect(read).toBe(damaged.length);
    expect(violations.filter(({ kind }) => kind === 'hash')).toHaveLength(1);
  });

  it('is not signed when its chains are not sound', async () => {
    const [event] = of('order-');
    if (event === undefined) throw new Error('there is no order');
    const book = newBook();
    const kit = { ...checkpointKit(book), log: logOf(change(event, { eventId: 'another' })) };
    await expect(makeCheckpoint(kit)).rejects.toThrow(LogNotSound);
    // Nor by the next run, which does not read that event again.
    await expect(makeCheckpoint(kit)).rejects.toThrow(LogNotSound);
    book.close();
  });

  it('is signed with the newest key of the keyring, and the older signatures still count', async () => {
    expect(addAuditKey(join(shop.folder, 'keyring.json'))).toBe(2);
    await shop.submit();
    const book = newBook();
    const { checkpoint } = await makeCheckpoint(checkpointKit(book));
    book.close();
    expect(checkpoint).toMatchObject({ keyVersion: 2, number: first.number + 3 });
    expect(checkpoint.publicKey).not.toBe(first.publicKey);
    expect((await check(await readAll())).violations).toEqual([]);
  });
});
