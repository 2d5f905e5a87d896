import { join } from 'node:path';
import { aggregates } from '../../src/application/aggregates';
import { Messages } from '../../src/application/outbox/messages';
import type { EventStore } from '../../src/application/ports/event-store';
import type { OutboxCursor } from '../../src/application/ports/outbox-cursor';
import type { Message, Notifier, SendResult } from '../../src/application/ports/notifier';
import { defaultOutboxLimits, type OutboxLimits } from '../../src/application/outbox/limits';
import { Outbox } from '../../src/application/run-outbox';
import { canonicalJson } from '../../src/domain/kernel/hash';
import { cardIdFor } from '../../src/domain/kernel/ids';
import { outboxCursorFile } from '../../src/infrastructure/files/outbox-cursor-file';
import { openShop, submitted, type TestShop } from './commands-shop';

const orderOf = (message: Message): string => ('orderId' in message ? message.orderId : '');

const FAST: Partial<OutboxLimits> = { triesMax: 3, retryFirstMs: 1, retryMaxMs: 2, saveEveryMs: 5 };
/** Looks often for what is due, and nothing is due for long, unless a test says so. */
const SOON: OutboxLimits['later'] = { firstMs: 600_000, maxMs: 600_000, triesMax: 5, lookEveryMs: 1 };

/** Takes every message and answers as the test says. */
class FaultInjectingNotifier implements Notifier {
  readonly received: Message[] = [];
  answer: (message: Message, nth: number) => SendResult = () => ({ outcome: 'sent' });
  private tried = 0;

  constructor(
    readonly id: string,
    private readonly wanted: (message: Message) => boolean = () => true,
    readonly takesRepeats = true,
  ) {}

  wants(message: Message): boolean {
    return this.wanted(message);
  }

  async send(message: Message): Promise<SendResult> {
    const answer = this.answer(message, ++this.tried);
    if (answer.outcome === 'sent') this.received.push(message);
    return answer;
  }

  /** What got through about one order, in order. */
  heardOf(orderId: string): readonly unknown[] {
    return this.received.filter((message) => orderOf(message) === orderId).map(({ payload }) => payload['revision']);
  }
}

const forMachines = (message: Message): boolean => message.kind === 'ORDER_EVENT';
const forBuyers = (message: Message): boolean => message.kind !== 'ORDER_EVENT' && 'to' in message;
const down: SendResult = { outcome: 'retry', why: 'DOWN' };

let shop: TestShop;
let stops: AbortController[];
let runs: Promise<void>[];
let alarms: string[];
beforeEach(async () => {
  shop = await openShop();
  [stops, runs, alarms] = [[], [], []];
});
afterEach(async () => {
  await stopAll();
  await shop.close();
});

async function stopAll(): Promise<void> {
  for (const stop of stops) stop.abort();
  await Promise.all(runs);
}

const cursorFile = (): OutboxCursor => outboxCursorFile(join(shop.folder, 'outbox.json'));

async function start(notifiers: readonly Notifier[], limits: Partial<OutboxLimits> = {}, store: EventStore = shop.store): Promise<Outbox> {
  const ignore = (): void => undefined;
  const outbox = new Outbox({
    store,
    codec: shop.codec,
    runtime: shop.runtime,
    cursor: cursorFile(),
    messages: new Messages(shop.commands, shop.secrets, (number) => `https://shop.example/buy/${number}`),
    notifiers,
    limits: { ...defaultOutboxLimits, ...FAST, later: SOON, ...limits },
    observer: { alarm: (what) => alarms.push(what), failed: ignore, sent: ignore, refused: ignore, parked: ignore },
  });
  const stop = new AbortController();
  stops.push(stop);
  runs.push(outbox.run(stop.signal));
  await until(async () => (await cursorFile().load()) !== null);
  return outbox;
}

/** Asks again until it is so; gives up by the test's own time-out. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await shop.runtime.sleep(2);
}

/** A person wants it told again. */
const again = (endpointId: string, orderId?: string): Promise<unknown> =>
  shop.commands.handle(
    aggregates.endpoint,
    endpointId,
    { type: 'RequestResend', endpointId, ...(orderId === undefined ? {} : { orderId }) },
    { commandId: shop.runtime.newId(), correlationId: endpointId, causationId: 'test', actor: { kind: 'OPS', id: 'test' } },
  );

const settledAt = async (outbox: Outbox): Promise<void> => {
  const head = await shop.store.head();
  await until(() => (outbox.status().position ?? '') >= (head ?? '') && outbox.status().pending === 0);
};

it('tells the shop every event of an order in order, with ids and amounts and no secret', async () => {
  const hook = new FaultInjectingNotifier('hook', forMachines);
  const outbox = await start([hook]);
  const { orderId, accessToken } = submitted(await shop.submit());
  await shop.pay(orderId);
  await settledAt(outbox);
  expect(hook.heardOf(orderId)).toEqual([0, 1, 2]);
  expect(hook.received.at(-1)?.payload).toMatchObject({
    event: 'PaymentConfirmed',
    skuId: 'steam-50',
    amount: { amountMinor: 4_800, currency: 'CNY' },
    status: 'PROCESSING',
  });
  for (const secret of [accessToken, 'buyer@example.com']) expect(canonicalJson(hook.received)).not.toContain(secret);
});

it('writes to the buyer on delivery: the address is opened for this message, a code is never in it', async () => {
  const mail = new FaultInjectingNotifier('mail', forBuyers);
  const outbox = await start([mail]);
  await shop.stock('TOP-SECRET');
  const { orderId } = submitted(await shop.submit());
  await shop.deliver(orderId, cardIdFor('steam-50', shop.keyring.fingerprint('TOP-SECRET', 'card')));
  await settledAt(outbox);
  expect(mail.received).toMatchObject([
    { kind: 'ORDER_DELIVERED', to: 'buyer@example.com', orderId, orderUrl: expect.stringContaining('https://shop.example/buy/') },
  ]);
  expect(canonicalJson(mail.received)).not.toContain('TOP-SECRET');
});

/** A store whose subscriptions leave out the second event of each stream. */
const leaky = ({ store }: TestShop): EventStore => ({
  read: (...asked) => store.read(...asked),
  head: () => store.head(),
  append: (...asked) => store.append(...asked),
  async *subscribe(options) {
    for await (const batch of store.subscribe(options)) yield { ...batch, events: batch.events.filter(({ revision }) => revision !== 1) };
  },
});

it('what follows on something that was left out is told by the next run when this one ends before', async () => {
  const hook = new FaultInjectingNotifier('hook', forMachines);
  let isDown = true;
  hook.answer = ({ payload }) => (payload['revision'] === 2 && isDown ? down : { outcome: 'sent' });
  const outbox = await start([hook], { triesMax: 1_000, retryMaxMs: 5 }, leaky(shop));
  const { orderId } = submitted(await shop.submit());
  await shop.pay(orderId);
  await until(() => hook.heardOf(orderId).length === 2);
  await shop.runtime.sleep(50);
  expect(outbox.status().position).not.toBe(await shop.store.head());
  await stopAll();
  isDown = false;
  await settledAt(await start([hook]));
  expect(hook.heardOf(orderId)).toContain(2);
});

it('tells what its subscription leaves out between two events of an order, in its place', async () => {
  const hook = new FaultInjectingNotifier('hook', forMachines);
  const outbox = await start([hook], {}, leaky(shop));
  const { orderId } = submitted(await shop.submit());
  await shop.pay(orderId);
  await settledAt(outbox);
  expect(hook.heardOf(orderId)).toEqual([0, 1, 2]);
});

it('begins at the head with an alarm when its cursor is missing, never at the beginning', async () => {
  submitted(await shop.submit());
  const hook = new FaultInjectingNotifier('hook', forMachines);
  const outbox = await start([hook]);
  const { orderId } = submitted(await shop.submit());
  await settledAt(outbox);
  expect(alarms).toEqual(['CURSOR_MISSING']);
  expect(hook.received.map((message) => orderOf(message))).toEqual([orderId]);
});

it('begins at the head with an alarm when the log is older than its cursor', async () => {
  await cursorFile().save({ position: '9'.repeat(16), parked: [] });
  const hook = new FaultInjectingNotifier('hook', forMachines);
  const outbox = await start([hook]);
  await until(() => alarms.length > 0);
  submitted(await shop.submit());
  await until(() => hook.received.length > 0);
  await settledAt(outbox);
  expect(alarms).toEqual(['CURSOR_BEYOND_HEAD']);
  expect(hook.received).toHaveLength(1);
});

it('a new run goes on behind what was settled: what was sent is not sent again, what was under way is, under the same id', async () => {
  const hook = new FaultInjectingNotifier('hook', forMachines);
  const tried: string[] = [];
  const outbox = await start([hook], { triesMax: 1_000_000 });
  const first = submitted(await shop.submit());
  await settledAt(outbox);
  hook.answer = (message) => (tried.push(message.messageId), down);
  const second = submitted(await shop.submit());
  await until(() => tried.length > 0);
  await stopAll();
  hook.answer = () => ({ outcome: 'sent' });
  await settledAt(await start([hook]));
  expect(hook.received.map((message) => orderOf(message))).toEqual([first.orderId, second.orderId]);
  expect(hook.received[1]?.messageId).toBe(tried[0]);
  expect(alarms).toEqual(['CURSOR_MISSING']);
});

it('a message that fails in all its tries is parked, later ones of its order wait behind it, and nobody else waits', async () => {
  const hook = new FaultInjectingNotifier('hook', forMachines);
  const other = new FaultInjectingNotifier('other', forMachines);
  const outbox = await start([hook, other]);
  const stuck = submitted(await shop.submit()).orderId;
  await settledAt(outbox);
  hook.answer = (message) => (orderOf(message) === stuck ? down : { outcome: 'sent' });
  await shop.decide(stuck, { type: 'AddNote', text: 'one' });
  await until(() => outbox.parked().length > 0);
  await shop.decide(stuck, { type: 'AddNote', text: 'two' });
  const free = submitted(await shop.submit()).orderId;
  await settledAt(outbox);
  expect(outbox.parked()).toMatchObject([
    { notifierId: 'hook', orderId: stuck, revision: 1, why: 'DOWN' },
    { notifierId: 'hook', orderId: stuck, revision: 2, why: 'BEHIND_A_PARKED_ONE', tries: 0 },
  ]);
  expect(hook.heardOf(free)).toEqual([0]);
  expect(other.heardOf(stuck)).toEqual([0, 1, 2]);
});

it('the parked list outlives a restart and goes out in order, by itself, once its time has come', async () => {
  const hook = new FaultInjectingNotifier('hook', forMachines);
  hook.answer = () => down;
  const before = await start([hook], { later: { ...SOON, firstMs: 1, lookEveryMs: 600_000 } });
  const { orderId } = submitted(await shop.submit());
  await shop.pay(orderId);
  await settledAt(before);
  await stopAll();
  expect((await cursorFile().load())?.parked).toHaveLength(3);
  hook.answer = () => ({ outcome: 'sent' });
  await start([hook]);
  await until(() => hook.received.length === 3);
  expect(hook.heardOf(orderId)).toEqual([0, 1, 2]);
  await until(async () => (await cursorFile().load())?.parked.length === 0);
});

it('a parked one that still fails is tried with growing pauses, and then waits for a person; its order waits with it', async () => {
  const hook = new FaultInjectingNotifier('hook', forMachines);
  hook.answer = () => down;
  const outbox = await start([hook], { later: { firstMs: 1, maxMs: 2, triesMax: 3, lookEveryMs: 1 } });
  const { orderId } = submitted(await shop.submit());
  await shop.pay(orderId);
  await until(() => outbox.parked()[0]?.retried === 3);
  expect(outbox.parked()[0]).toEqual({
    ...{ notifierId: 'hook', orderId, revision: 0, kind: 'ORDER_EVENT', why: 'DOWN', tries: 6, retried: 3, parkedAt: expect.any(String) },
  });
  hook.answer = () => ({ outcome: 'sent' });
  await shop.runtime.sleep(20);
  expect(hook.heardOf(orderId)).toEqual([]);
  await again('hook');
  await until(() => outbox.status().parked === 0);
  expect(hook.heardOf(orderId)).toEqual([0, 1, 2]);
});

it('a round gives up on an endpoint that is away, and not on the others', async () => {
  const [dead, alive] = [new FaultInjectingNotifier('dead', forMachines), new FaultInjectingNotifier('alive', forMachines)];
  dead.answer = () => down;
  alive.answer = () => down;
  const outbox = await start([dead, alive]);
  for (let order = 0; order < 6; order++) submitted(await shop.submit());
  await settledAt(outbox);
  await stopAll();
  let tries = 0;
  dead.answer = () => (tries++, down);
  alive.answer = () => ({ outcome: 'sent' });
  const later = await start([dead, alive]);
  await again('dead');
  await again('alive');
  await settledAt(later);
  expect(tries).toBe(3);
  expect(alive.received).toHaveLength(6);
});

it('an order is told from its beginning when a person wants it, under the same ids, and only where machines listen', async () => {
  const hook = new FaultInjectingNotifier('hook', forMachines);
  const mail = new FaultInjectingNotifier('mail', forBuyers, false);
  const outbox = await start([hook, mail]);
  const { orderId } = submitted(await shop.submit());
  submitted(await shop.submit());
  await shop.pay(orderId);
  await settledAt(outbox);
  const first = hook.received.filter((message) => orderOf(message) === orderId).map(({ messageId }) => messageId);
  const before = hook.received.length;
  await again('hook', orderId);
  await again('mail', orderId);
  await settledAt(outbox);
  expect(hook.received.slice(before).map(({ messageId }) => messageId)).toEqual(first);
  expect(mail.received).toEqual([]);
});

it('what a person wanted told again is told by the next run when this one ends before', async () => {
  const hook = new FaultInjectingNotifier('hook', forMachines);
  const outbox = await start([hook], { triesMax: 1_000_000 });
  const { orderId } = submitted(await shop.submit());
  await settledAt(outbox);
  hook.answer = () => down;
  await again('hook', orderId);
  await shop.runtime.sleep(20);
  await stopAll();
  hook.answer = () => ({ outcome: 'sent' });
  await settledAt(await start([hook]));
  expect(hook.heardOf(orderId)).toEqual([0, 0]);
});

it('what is parked for an endpoint that was taken away is dropped when its time comes', async () => {
  const hook = new FaultInjectingNotifier('hook', forMachines);
  hook.answer = () => down;
  const before = await start([hook], { later: { ...SOON, firstMs: 1, lookEveryMs: 600_000 } });
  submitted(await shop.submit());
  await settledAt(before);
  await stopAll();
  expect((await cursorFile().load())?.parked).toHaveLength(1);
  await start([]);
  await until(async () => (await cursorFile().load())?.parked.length === 0);
});

it('a refusal is over: it is neither tried again nor parked, and what follows goes out', async () => {
  const hook = new FaultInjectingNotifier('hook', forMachines);
  hook.answer = (_message, nth) => (nth === 1 ? { outcome: 'refused', why: 'HTTP 410' } : { outcome: 'sent' });
  const outbox = await start([hook]);
  const { orderId } = submitted(await shop.submit());
  await shop.decide(orderId, { type: 'AddNote', text: 'on' });
  await settledAt(outbox);
  expect(hook.heardOf(orderId)).toEqual([1]);
  expect(outbox.parked()).toEqual([]);
});

it('with random failures every message arrives at least once and in order per order', async () => {
  const seed = Number(process.env['SEED'] ?? 4711);
  let chance = seed;
  const roll = (): number => (chance = (chance * 48_271) % 2_147_483_647) / 2_147_483_647;
  const hook = new FaultInjectingNotifier('hook', forMachines);
  hook.answer = () => (roll() < 0.4 ? down : { outcome: 'sent' });
  const outbox = await start([hook], { triesMax: 1_000 });
  const orders = (await Promise.all(Array.from({ length: 20 }, () => shop.submit()))).map((result) => submitted(result).orderId);
  await Promise.all(orders.map((orderId) => shop.pay(orderId)));
  await settledAt(outbox);
  for (const orderId of orders) expect({ seed, heard: hook.heardOf(orderId) }).toEqual({ seed, heard: [0, 1, 2] });
});
