import { join } from 'node:path';
import fc from 'fast-check';
import { aggregates } from '../../src/application/aggregates';
import { CardSafe } from '../../src/application/commands/card-safe';
import { KeyDesk } from '../../src/application/commands/key-desk';
import { RotateKeys, RotateKeysHandler } from '../../src/application/commands/rotate-keys';
import { CommandHandling } from '../../src/application/handle-command';
import { rotateCards, type RotationKit, type RotationOutcome } from '../../src/application/keys/rotate-cards';
import { type EventStore, StoreUnavailable } from '../../src/application/ports/event-store';
import type { Keyring } from '../../src/application/ports/keyring';
import { positionWaiter } from '../../src/application/projections/position-waiter';
import { runProjections } from '../../src/application/run-projections';
import { StoreClock } from '../../src/application/store-clock';
import { cardIdFor } from '../../src/domain/kernel/ids';
import { addSealingKey } from '../../src/infrastructure/keyring/create-keyring';
import { openKeyring } from '../../src/infrastructure/keyring/file-keyring';
import { changeKeyringFile } from '../../src/infrastructure/keyring/keyring-file';
import { openSqliteReadModels } from '../../src/infrastructure/sqlite/read-models/sqlite-read-models';
import { projections } from '../../src/projections';
import { callerAs, freshKey, openShop, submitted, type TestShop } from './commands-shop';

const SKU = 'steam-50';
const never = new AbortController().signal;

/** A shop with a read model of its cards, whose keyring has got a second key since the cards came. */
async function openRotatingShop() {
  const shop = await openShop();
  const file = join(shop.folder, 'keyring.json');
  const readModels = openSqliteReadModels({ file: join(shop.folder, 'read-models.db') });
  await readModels.prepare(projections.map(({ name, version, indexes }) => ({ name, version, indexes })));
  const ending = new AbortController();
  const { store, codec, runtime } = shop;
  const { done } = runProjections({ store, readModels, projections, codec, runtime, signal: ending.signal });
  const open = (): Keyring => openKeyring(file, { allowDevelopment: true });
  const looked: RotationOutcome[] = [];
  const rotating = {
    ...shop,
    file,
    open,
    looked,
    readModels,
    cardOf: (code: string): string => cardIdFor(SKU, shop.keyring.fingerprint(code, 'card')),
    /** As a process has it that began after the key was added. */
    kit(changes: Partial<RotationKit> = {}): RotationKit {
      const on = changes.store === undefined ? store : (changes.store as EventStore);
      const commands = new CommandHandling(on, codec, new StoreClock(runtime), runtime);
      const waiter = positionWaiter(readModels, runtime);
      const onLooked = (outcome: RotationOutcome): void => void looked.push(outcome);
      return {
        store,
        codec,
        commands,
        keyring: open(),
        subjectKeys: shop.subjectKeys,
        readModels,
        waiter,
        runtime,
        cardsPerSecond: 100_000,
        retentionMs: null,
        onLooked,
        ...changes,
      };
    },
    async order(): Promise<string> {
      // How many cards there are is read from a model, which may be behind.
      expect(await positionWaiter(readModels, runtime).waitFor('sku-stock', (await store.head()) ?? '', 10_000)).toBe(true);
      const desk = new KeyDesk(shop.commands, open(), readModels, shop.approvals);
      const result = await new RotateKeysHandler(desk).execute(
        new RotateKeys(callerAs('ADMIN'), { idempotencyKey: freshKey(), reason: 'the old key is old' }),
      );
      if (!result.ok) throw new Error(result.refusal.code);
      return result.jobId;
    },
    rotation: async (jobId: string) => (await shop.commands.load(aggregates.job, jobId, true)).state.rotation,
    async codesOf(orderId: string, cardIds: readonly string[], keyring: Keyring) {
      const safe = new CardSafe(store, codec, shop.commands, keyring, shop.secrets, { keyMissing: () => undefined, damaged: () => undefined });
      return safe.openAll(orderId, SKU, cardIds);
    },
    /** The keyring as it is when the first key is gone. */
    withoutTheOldKey(): Keyring {
      changeKeyringFile(file, (content) => ({ ...content, sealingKeys: content.sealingKeys.slice(-1) }));
      return open();
    },
    async close(): Promise<void> {
      ending.abort();
      await done;
      await readModels.close();
      await shop.close();
    },
  };
  return rotating;
}

const context = (shop: TestShop) =>
  ({ commandId: shop.runtime.newId(), correlationId: 'test', causationId: 'test', actor: { kind: 'CLI', id: 'test' } }) as const;

/** A store that is gone from one append on, before or after that append. */
function dyingAt(store: EventStore, nth: number, side: 'before' | 'after'): EventStore {
  let appends = 0;
  let dead = false;
  const assertAlive = (): void => {
    if (dead) throw new StoreUnavailable('dead');
  };
  return {
    read: async (...args) => (assertAlive(), store.read(...args)),
    head: async () => (assertAlive(), store.head()),
    subscribe: (options) => store.subscribe(options),
    append: async (...args) => {
      assertAlive();
      dead = ++appends === nth;
      if (dead && side === 'before') throw new StoreUnavailable('died before');
      const result = await store.append(...args);
      if (dead) throw new StoreUnavailable('died after');
      return result;
    },
  };
}

describe('a rotation of keys', () => {
  let shop: Awaited<ReturnType<typeof openRotatingShop>>;
  beforeEach(async () => {
    shop = await openRotatingShop();
  });
  afterEach(() => shop.close());

  it('leaves sold and unsold cards readable without the old key, and voided ones as they are', async () => {
    await shop.stock('for-sale', 'sold', 'voided', 'quarantined');
    const { orderId } = submitted(await shop.submit());
    await shop.deliver(orderId, shop.cardOf('sold'));
    await shop.commands.handle(aggregates.card, shop.cardOf('voided'), { type: 'VoidCard', cause: 'x' }, context(shop));
    await shop.commands.handle(aggregates.card, shop.cardOf('quarantined'), { type: 'QuarantineCard', cause: 'PERSON' }, context(shop));
    const kid = addSealingKey(shop.file);
    const jobId = await shop.order();
    await rotateCards(shop.kit(), jobId, never);
    expect(await shop.rotation(jobId)).toMatchObject({ kid, cards: 4, resealed: 3, unreadable: 0, pass: 2, end: 'DONE' });

    const keyring = shop.withoutTheOldKey();
    expect(await shop.codesOf(orderId, [shop.cardOf('sold')], keyring)).toMatchObject({ outcome: 'opened', cards: [{ code: 'sold' }] });
    for (const code of ['for-sale', 'quarantined'])
      expect(await shop.codesOf(orderId, [shop.cardOf(code)], keyring)).toMatchObject({ outcome: 'opened', cards: [{ code }] });
    expect(await shop.codesOf(orderId, [shop.cardOf('voided')], keyring)).toEqual({ outcome: 'key-missing' });
  });

  it('says on each card who did it, and on the job who wanted it and why', async () => {
    await shop.stock('one');
    addSealingKey(shop.file);
    const jobId = await shop.order();
    await rotateCards(shop.kit(), jobId, never);
    const [ordered] = await shop.store.read(`job-${jobId}`);
    expect(ordered).toMatchObject({ type: 'CardRotationOrdered', metadata: { actor: { kind: 'ADMIN' }, reason: 'the old key is old' } });
    const events = await shop.store.read(`card-${shop.cardOf('one')}`);
    expect(events.map(({ type }) => type)).toEqual(['CardStocked', 'CardResealed']);
    expect(events[1]?.metadata).toMatchObject({ actor: { id: 'card-rotation' }, causationId: `job-${jobId}` });
    expect(JSON.stringify(events)).not.toContain('"one"');
  });

  it('leaves alone what was sold longer ago than the shop keeps codes readable', async () => {
    await shop.stock('for-sale', 'sold');
    const { orderId } = submitted(await shop.submit());
    await shop.deliver(orderId, shop.cardOf('sold'));
    addSealingKey(shop.file);
    const jobId = await shop.order();
    await shop.runtime.sleep(20);
    await rotateCards(shop.kit({ retentionMs: 10 }), jobId, never);
    expect(await shop.rotation(jobId)).toMatchObject({ resealed: 1, pastRetention: 1, end: 'DONE' });
  });

  it('counts what cannot be opened and goes on', async () => {
    await shop.stock('sound');
    const sealed = { ...shop.keyring.seal('{}', 'another card'), kid: shop.keyring.kidInUse };
    await shop.commands.handle(aggregates.card, 'damaged', { type: 'StockCard', skuId: SKU, batchId: 'b', sealed, fingerprint: 'f' }, context(shop));
    addSealingKey(shop.file);
    const jobId = await shop.order();
    await rotateCards(shop.kit(), jobId, never);
    expect(await shop.rotation(jobId)).toMatchObject({ resealed: 1, unreadable: 1, end: 'DONE' });
  });

  it('waits for a process that has the key', async () => {
    await shop.stock('one');
    const before = shop.open();
    addSealingKey(shop.file);
    const jobId = await shop.order();
    await expect(rotateCards(shop.kit({ keyring: before }), jobId, never)).rejects.toThrow('is not in the keyring');
    expect(await shop.rotation(jobId)).toMatchObject({ looked: 0, resealed: 0 });
    await rotateCards(shop.kit(), jobId, never);
    expect(await shop.rotation(jobId)).toMatchObject({ resealed: 1, end: 'DONE' });
  });

  it('stops when a person says so', async () => {
    await shop.stock('one');
    addSealingKey(shop.file);
    const jobId = await shop.order();
    await shop.commands.handle(aggregates.job, jobId, { type: 'StopJob' }, context(shop));
    await rotateCards(shop.kit(), jobId, never);
    expect(await shop.rotation(jobId)).toMatchObject({ resealed: 0, end: 'STOPPED' });
  });

  it('refuses nobody a claim, whoever is first', async () => {
    const codes = Array.from({ length: 40 }, (_, at) => `code-${at}`);
    await shop.stock(...codes);
    addSealingKey(shop.file);
    const jobId = await shop.order();
    const claims = codes.map((code, at) =>
      shop.commands.handle(
        aggregates.card,
        shop.cardOf(code),
        { type: 'ClaimCard', orderId: `order-${at}`, reservation: 1, at: shop.commands.clock.now() },
        context(shop),
      ),
    );
    const [, ...ends] = await Promise.all([rotateCards(shop.kit(), jobId, never), ...claims]);
    expect(ends.map(({ outcome }) => outcome)).toEqual(codes.map(() => 'done'));
    expect(await shop.rotation(jobId)).toMatchObject({ resealed: 40, end: 'DONE' });
    const keyring = shop.withoutTheOldKey();
    for (const code of codes) expect(await shop.codesOf('o', [shop.cardOf(code)], keyring)).toMatchObject({ cards: [{ code }] });
  });
});

describe('a rotation of keys that is killed', () => {
  it('at any append, again and again, ends right: each card sealed anew once, each code readable', async () => {
    const deaths = fc.array(fc.record({ nth: fc.integer({ min: 1, max: 9 }), side: fc.constantFrom('before' as const, 'after' as const) }), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(deaths, async (plan) => {
        const shop = await openRotatingShop();
        try {
          const codes = ['a', 'b', 'c', 'd', 'e', 'f'];
          await shop.stock(...codes);
          const kid = addSealingKey(shop.file);
          const jobId = await shop.order();
          for (const { nth, side } of plan)
            await rotateCards(shop.kit({ store: dyingAt(shop.store, nth, side) }), jobId, never).catch((error: unknown) => {
              if (!(error instanceof StoreUnavailable)) throw error;
            });
          await rotateCards(shop.kit(), jobId, never);
          expect(await shop.rotation(jobId)).toMatchObject({ kid, unreadable: 0, end: 'DONE' });
          const keyring = shop.withoutTheOldKey();
          for (const code of codes) {
            const events = await shop.store.read(`card-${shop.cardOf(code)}`);
            expect(events.map(({ type }) => type)).toEqual(['CardStocked', 'CardResealed']);
            expect(await shop.codesOf('o', [shop.cardOf(code)], keyring)).toMatchObject({ cards: [{ code }] });
          }
        } finally {
          await shop.close();
        }
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});
