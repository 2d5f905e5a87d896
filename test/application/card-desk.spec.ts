import { join } from 'node:path';
import { BatchDesk, type BatchResult } from '../../src/application/commands/batch-desk';
import { CardDesk } from '../../src/application/commands/card-desk';
import { QuarantineBatch, QuarantineBatchHandler } from '../../src/application/commands/quarantine-batch';
import { QuarantineCard, QuarantineCardHandler } from '../../src/application/commands/quarantine-card';
import { RestockBatch, RestockBatchHandler } from '../../src/application/commands/restock-batch';
import { RestockCard, RestockCardHandler } from '../../src/application/commands/restock-card';
import { VoidBatch, VoidBatchHandler } from '../../src/application/commands/void-batch';
import { VoidCard, VoidCardHandler } from '../../src/application/commands/void-card';
import { ListBatches, ListBatchesHandler } from '../../src/application/queries/list-batches';
import { runProjections, type RunningProjections } from '../../src/application/run-projections';
import { verifyStore, recordsOf } from '../../src/application/verify/verify-store';
import { cardIdFor } from '../../src/domain/kernel/ids';
import { openSqliteReadModels, type SqliteReadModels } from '../../src/infrastructure/sqlite/read-models/sqlite-read-models';
import { projections } from '../../src/projections';
import { callerAs, freshKey, openShop, submitted, type TestShop } from './commands-shop';

let shop: TestShop;
let readModels: SqliteReadModels;
let running: RunningProjections;
let stop: AbortController;
beforeEach(async () => {
  stop = new AbortController();
  shop = await openShop();
  readModels = openSqliteReadModels({ file: join(shop.folder, 'read-models.db') });
  running = runProjections({ store: shop.store, readModels, projections, codec: shop.codec, runtime: shop.runtime, signal: stop.signal });
});
afterEach(async () => {
  stop.abort();
  await running.done;
  await readModels.close();
  await shop.close();
});

const ops = callerAs('OPS');
const idOfCode = (code: string): string => cardIdFor('steam-50', shop.keyring.fingerprint(code, 'card'));
async function caughtUp(): Promise<void> {
  const head = await shop.store.head();
  for (const name of ['cards', 'batch-stock', 'batches']) expect(await running.waitFor(name, head ?? '', 60_000)).toBe(true);
}
const input = (more: object) => ({ idempotencyKey: freshKey(), reason: 'the supplier called', ...more });
const desk = () => new CardDesk(shop.commands, shop.keyring);
const onCard = {
  quarantine: (cardId: string, more: object = {}) =>
    new QuarantineCardHandler(desk()).execute(new QuarantineCard(ops, { ...input({ cardId }), ...more } as never)),
  restock: (cardId: string) => new RestockCardHandler(desk()).execute(new RestockCard(ops, input({ cardId }) as never)),
  void: (cardId: string) => new VoidCardHandler(desk()).execute(new VoidCard(ops, input({ cardId }) as never)),
};
const batchDesk = () => new BatchDesk(shop.commands, desk(), readModels);
async function onBatch(verb: 'quarantine' | 'restock' | 'void', batchId: string): Promise<BatchResult> {
  await caughtUp();
  const asked = input({ batchId }) as never;
  const result =
    verb === 'quarantine'
      ? await new QuarantineBatchHandler(batchDesk()).execute(new QuarantineBatch(ops, asked))
      : verb === 'restock'
        ? await new RestockBatchHandler(batchDesk()).execute(new RestockBatch(ops, asked))
        : await new VoidBatchHandler(batchDesk()).execute(new VoidBatch(ops, asked));
  await caughtUp();
  return result;
}
const batchOf = async (code: string): Promise<string> => ((await shop.store.read(`card-${idOfCode(code)}`))[0]?.data as { batchId: string }).batchId;
const numbers = async () => {
  const page = await new ListBatchesHandler(readModels, (text) => shop.keyring.fingerprint(text, 'cursor')).execute(
    new ListBatches(ops, { first: 10 }, {}),
  );
  return page.edges.map(({ node }) => node);
};

describe('one card', () => {
  it('is taken out of sale with who and why, put back, and voided for good', async () => {
    await shop.stock('A');
    const cardId = idOfCode('A');
    expect(await onCard.quarantine(cardId)).toMatchObject({ ok: true, changed: true, card: { id: cardId, state: 'QUARANTINED', orderId: null } });
    const fact = (await shop.store.read(`card-${cardId}`)).at(-1);
    expect(fact).toMatchObject({ type: 'CardQuarantined', metadata: { actor: ops.actor, reason: 'the supplier called' } });
    expect(await onCard.quarantine(cardId)).toMatchObject({ ok: true, changed: false });
    expect(await onCard.restock(cardId)).toMatchObject({ ok: true, card: { state: 'AVAILABLE' } });
    expect(await onCard.void(cardId)).toMatchObject({ ok: true, card: { state: 'VOIDED' } });
    expect(await onCard.restock(cardId)).toMatchObject({ ok: false, refusal: { code: 'CARD_NOT_AVAILABLE' }, card: { state: 'VOIDED' } });
  });

  it('under one key is changed once, and another input under it is refused', async () => {
    await shop.stock('A', 'B');
    const idempotencyKey = freshKey();
    await onCard.quarantine(idOfCode('A'), { idempotencyKey });
    expect(await onCard.quarantine(idOfCode('A'), { idempotencyKey })).toMatchObject({ ok: true, replayed: true });
    expect(await onCard.quarantine(idOfCode('A'), { idempotencyKey, reason: 'another' })).toMatchObject({
      ok: false,
      refusal: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
  });

  it('that an order got stays with it, and the order is named; one that is not there is not found', async () => {
    await shop.stock('A');
    const { orderId } = submitted(await shop.submit());
    await shop.deliver(orderId, idOfCode('A'));
    expect(await onCard.quarantine(idOfCode('A'))).toMatchObject({ ok: false, refusal: { code: 'CARD_TAKEN' }, card: { orderId } });
    expect(await onCard.void('nothing')).toMatchObject({ ok: false, refusal: { code: 'CARD_NOT_FOUND' } });
  });
});

describe('a delivery', () => {
  it('is quarantined but for the cards that orders hold, which are listed; it is put back and voided the same way', async () => {
    await shop.stock('A', 'B', 'C');
    await shop.stock('D');
    const { orderId } = submitted(await shop.submit());
    await shop.deliver(orderId, idOfCode('B'));
    const batchId = await batchOf('A');
    const held = [{ id: idOfCode('B'), orderId, state: 'CLAIMED' }];
    expect(await onBatch('quarantine', batchId)).toMatchObject({
      ok: true,
      skuId: 'steam-50',
      changed: 2,
      refused: 0,
      done: true,
      held,
      heldCount: 1,
    });
    expect(await numbers()).toMatchObject([
      { available: 1, taken: 0, quarantined: 0 },
      { id: batchId, available: 0, taken: 1, quarantined: 2, voided: 0, expired: 0, accepted: 3 },
    ]);
    expect(await onBatch('restock', batchId)).toMatchObject({ ok: true, changed: 2, done: true });
    expect(await onBatch('void', batchId)).toMatchObject({ ok: true, changed: 2, done: true, held });
    expect((await numbers()).at(1)).toMatchObject({ available: 0, taken: 1, quarantined: 0, voided: 2 });
    const head = await shop.store.head();
    const { violations } = await verifyStore({ store: shop.store, codec: shop.codec, head, records: recordsOf(shop.store, head, stop.signal) });
    expect(violations).toEqual([]);
  });

  it('that nobody knows is refused', async () =>
    expect(await onBatch('void', 'nothing')).toMatchObject({ ok: false, refusal: { code: 'BATCH_NOT_FOUND' } }));

  it('does not put back what a person did not quarantine', async () => {
    await shop.stock('A', 'B');
    await onCard.quarantine(idOfCode('A'));
    const context = { commandId: freshKey(), correlationId: 'c', causationId: 'c', actor: ops.actor };
    const { aggregates } = await import('../../src/application/aggregates');
    await shop.commands.handle(aggregates.card, idOfCode('B'), { type: 'QuarantineCard', cause: 'SEAL_BROKEN' }, context);
    expect(await onBatch('restock', await batchOf('A'))).toMatchObject({ ok: true, changed: 1, refused: 1, done: true });
  });
});
