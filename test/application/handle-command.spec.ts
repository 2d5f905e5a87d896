import { aggregates } from '../../src/application/aggregates';
import { OutcomeUnknown, StreamNotUnderstood, TooContended } from '../../src/application/errors';
import { CommandHandling, type CommandContext } from '../../src/application/handle-command';
import type { AppendResult, EventStore } from '../../src/application/ports/event-store';
import { StoreClock } from '../../src/application/store-clock';
import { skuSettings } from '../../src/application/commands/sku-settings';
import type { SkuSettings } from '../../src/domain/catalog/events';
import { streams } from '../../src/domain/kernel/ids';
import type { OrderCommand } from '../../src/domain/order/commands';
import { openShop, submitted, type TestShop } from './commands-shop';

let shop: TestShop;
let orderId: string;
beforeEach(async () => {
  shop = await openShop();
  ({ orderId } = submitted(await shop.submit()));
});
afterEach(() => shop.close());

const under = (commandId: string, fingerprint?: string): CommandContext => ({
  commandId,
  correlationId: orderId,
  causationId: 'test',
  actor: { kind: 'SUPPORT', id: 'desk' },
  ...(fingerprint === undefined ? {} : { fingerprint }),
});
const once = (): CommandContext => under(shop.runtime.newId());
const handle = (command: OrderCommand, context = once(), on: CommandHandling = shop.commands) =>
  on.handle(aggregates.order, orderId, command, context);
const types = async (): Promise<readonly string[]> => (await shop.store.read(streams.order(orderId))).map(({ type }) => type);
const countOf = async (type: string): Promise<number> => (await types()).filter((each) => each === type).length;

/** A node of its own whose store does what the test wants, once. */
function nodeOver(changes: Partial<EventStore>): CommandHandling {
  const { store, codec, runtime } = shop;
  const around: EventStore = {
    read: (...args) => store.read(...args),
    append: (...args) => store.append(...args),
    subscribe: (options) => store.subscribe(options),
    head: () => store.head(),
    ...changes,
  };
  return new CommandHandling(around, codec, new StoreClock(runtime), runtime);
}

it('an id under which something else was stored in between is refused, and not tried again and again', async () => {
  const skuId = 'twice';
  const settings = (name: string): SkuSettings =>
    skuSettings.parse({ name: { 'zh-CN': name, en: name }, price: { amountMinor: 100, currency: 'CNY' } });
  const configure = (name: string, commandId: string) =>
    shop.commands.handle(aggregates.sku, skuId, { type: 'Configure', settings: settings(name) }, { ...once(), commandId });
  await configure('one', 'first');
  await configure('two', 'second');
  const before = await shop.store.read(streams.sku(skuId));
  expect(await configure('three', 'first')).toMatchObject({ outcome: 'rejected', rejection: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  expect(await configure('two', 'first')).toMatchObject({ outcome: 'done', events: [] });
  expect(await shop.store.read(streams.sku(skuId))).toEqual(before);
});

describe('a repeated command (I6)', () => {
  const note = { type: 'AddNote', text: 'called the buyer' } as const;

  it('under one key has one effect and says that it is a repeat', async () => {
    const [first, second] = [await handle(note, under('key-1', 'f')), await handle(note, under('key-1', 'f'))];
    expect([first, second]).toMatchObject([
      { outcome: 'done', replayed: false },
      { outcome: 'done', replayed: true, events: [] },
    ]);
    expect(await countOf('NoteAdded')).toBe(1);
  });

  it('is recognised by a node that has never seen it, and by one whose fold is older', async () => {
    const [fresh, old] = [shop.node(), shop.node()];
    await old.load(aggregates.order, orderId, true);
    await handle(note, under('key-1', 'f'));
    for (const node of [fresh, old]) expect(await handle(note, under('key-1', 'f'), node)).toMatchObject({ outcome: 'done', replayed: true });
    expect(await countOf('NoteAdded')).toBe(1);
  });

  it('sent twenty times at once through four nodes has one effect', async () => {
    const nodes = [shop.commands, shop.node(), shop.node(), shop.node()];
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => handle(note, under('key-1', 'f'), nodes[i % 4])));
    expect(all.filter((one) => one.outcome === 'done' && !one.replayed)).not.toHaveLength(0);
    expect(all.every(({ outcome }) => outcome === 'done')).toBe(true);
    expect(await countOf('NoteAdded')).toBe(1);
  });

  it('with another body under the same key is refused, also by a node whose fold is older, and changes nothing', async () => {
    const old = shop.node();
    await old.load(aggregates.order, orderId, true);
    await handle(note, under('key-1', 'f'));
    const before = await types();
    for (const node of [shop.commands, old]) {
      expect(await handle({ ...note, text: 'something else' }, under('key-1', 'g'), node)).toMatchObject({
        outcome: 'rejected',
        rejection: { code: 'IDEMPOTENCY_KEY_REUSED' },
      });
    }
    expect(await types()).toEqual(before);
  });
});

describe('a decision on an old fold', () => {
  it('that appends is taken anew when others were faster', async () => {
    const old = shop.node();
    await old.load(aggregates.order, orderId, true);
    await handle({ type: 'AddNote', text: 'first' });
    expect(await handle({ type: 'AddNote', text: 'second' }, once(), old)).toMatchObject({ outcome: 'done', revision: 2 });
  });

  it('that would refuse is not answered before the stream was read to its end (write rule 5)', async () => {
    const old = shop.node();
    await old.load(aggregates.order, orderId, true);
    await handle({ type: 'OpenReview', subject: 'events', cause: 'test' });
    expect(await handle({ type: 'ResolveReview', subject: 'events' }, once(), old)).toMatchObject({ outcome: 'done' });
    expect(await countOf('ReviewResolved')).toBe(1);
  });

  it('that would say "already so" is not answered before the stream was read to its end (write rule 5)', async () => {
    await handle({ type: 'FreezeOrder', cause: 'test' });
    const old = shop.node();
    await old.load(aggregates.order, orderId, true);
    await handle({ type: 'UnfreezeOrder' });
    expect(await handle({ type: 'FreezeOrder', cause: 'again' }, once(), old)).toMatchObject({ outcome: 'done', events: [{ type: 'OrderFrozen' }] });
    expect(await countOf('OrderFrozen')).toBe(2);
  });

  it('is given up, retryably, when others are always faster', async () => {
    const always = nodeOver({ append: async (): Promise<AppendResult> => ({ outcome: 'conflict', actual: 99 }) });
    await expect(handle({ type: 'AddNote', text: 'x' }, once(), always)).rejects.toThrow(TooContended);
  });
});

describe('an append whose outcome nobody knows', () => {
  it.each([
    ['stored', true],
    ['not stored', false],
  ])('is said to be unknown; the same command again has one effect (it was %s)', async (_name, isStored) => {
    let away = true;
    const { store } = shop;
    const node = nodeOver({
      append: async (...args) => {
        if (isStored || !away) await store.append(...args);
        return away ? { outcome: 'unknown', cause: 'chosen by the test' } : store.append(...args);
      },
      read: async (stream, options) => {
        if (away && stream === streams.order(orderId) && (options?.from ?? 0) > 0) return Promise.reject(new OutcomeUnknown(stream));
        return store.read(stream, options);
      },
    });
    const context = under('key-1', 'f');
    await expect(handle({ type: 'AddNote', text: 'x' }, context, node)).rejects.toThrow(OutcomeUnknown);
    away = false;
    expect(await handle({ type: 'AddNote', text: 'x' }, context, node)).toMatchObject({ outcome: 'done', replayed: isStored });
    expect(await countOf('NoteAdded')).toBe(1);
  });
});

it('F16: nobody decides on a stream that holds an event from a newer program', async () => {
  const [last] = (await shop.store.read(streams.order(orderId))).slice(-1);
  if (last === undefined) throw new Error('the order is gone');
  await shop.store.append(streams.order(orderId), last.revision, [{ ...last, eventId: shop.runtime.newId(), type: 'OrderBlessed' }]);
  await expect(handle({ type: 'AddNote', text: 'x' }, once(), shop.node())).rejects.toThrow(StreamNotUnderstood);
  expect(await countOf('NoteAdded')).toBe(0);
});
