import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aggregates } from '../../src/application/aggregates';
import { EraseBuyer, EraseBuyerHandler } from '../../src/application/commands/erase-buyer';
import { GrantApproval, GrantApprovalHandler } from '../../src/application/commands/grant-approval';
import { ApprovalDesk } from '../../src/application/commands/approval-desk';
import { type ErasuresKit, runErasures } from '../../src/application/erasure/run-erasures';
import { settleErasure } from '../../src/application/erasure/settle-erasure';
import { KeyMissing } from '../../src/application/ports/keyring';
import { StoreUnavailable } from '../../src/application/ports/event-store';
import type { SubjectKeys } from '../../src/application/ports/subject-keys';
import { positionWaiter } from '../../src/application/projections/position-waiter';
import { runProjections } from '../../src/application/run-projections';
import { subjectIdFor } from '../../src/domain/kernel/subject';
import { HOUR_MS } from '../../src/domain/kernel/time';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { openSqliteReadModels } from '../../src/infrastructure/sqlite/read-models/sqlite-read-models';
import { projections } from '../../src/projections';
import { callerAs, freshKey, openShop, submitted } from './commands-shop';

const ANNA = 'anna';
const SUBJECT = subjectIdFor('shop', ANNA);

/** A shop whose lists are kept, with a desk where buyers are erased. */
async function openErasingShop() {
  const shop = await openShop();
  const readModels = openSqliteReadModels({ file: join(shop.folder, 'read-models.db') });
  await readModels.prepare(projections.map(({ name, version, indexes }) => ({ name, version, indexes })));
  const ending = new AbortController();
  const { store, codec, runtime, commands, keyring, subjectKeys, approvals } = shop;
  const { done } = runProjections({ store, readModels, projections, codec, runtime, signal: ending.signal });
  const waiter = positionWaiter(readModels, runtime);
  const kit = (changes: Partial<ErasuresKit> = {}): ErasuresKit => ({
    ...{ store, commands: shop.node(), readModels, waiter, subjectKeys, runtime, settleMs: 0 },
    ...{ onSettled: () => undefined, onRepeated: () => undefined, onFailed: () => undefined },
    ...changes,
  });
  const handler = new EraseBuyerHandler({ store, commands, keyring, readModels, waiter, subjectKeys, approvals });
  const admin = (clientId: string) => callerAs('ADMIN', clientId);
  return {
    ...shop,
    kit,
    ask: (idempotencyKey: string, buyerRef = ANNA) =>
      handler.execute(new EraseBuyer(admin('office'), { idempotencyKey, reason: 'asked for', clientId: 'shop', buyerRef })),
    async grant(approvalId: unknown): Promise<void> {
      const input = { idempotencyKey: freshKey(), reason: 'agreed', approvalId: String(approvalId) };
      const granted = await new GrantApprovalHandler(new ApprovalDesk(commands, keyring)).execute(new GrantApproval(admin('office-2'), input));
      if (!granted.ok) throw new Error(granted.refusal.code);
    },
    async order(ref = ANNA): Promise<string> {
      const { orderId } = submitted(await shop.submit({ buyer: { ref, contact: { email: `${ref}@example.com` } }, allowAnother: true }));
      return orderId;
    },
    /** One that nobody paid for. */
    async overOrder(ref = ANNA): Promise<string> {
      const orderId = await this.order(ref);
      await shop.decide(orderId, { type: 'ExpireOrder' });
      return orderId;
    },
    foldOf: async (orderId: string) => (await shop.node().load(aggregates.order, orderId, true)).state,
    subject: async () => (await shop.node().load(aggregates.subject, SUBJECT, true)).state,
    contactOf: async (orderId: string) => {
      const [event] = await store.read(`order-${orderId}`);
      const { contact } = (event?.data as { readonly buyer: { readonly contact: Parameters<typeof shop.secrets.openContact>[1] } }).buyer;
      return shop.secrets.openContact(orderId, contact);
    },
    async close(): Promise<void> {
      ending.abort();
      await done;
      await readModels.close();
      await shop.close();
    },
  };
}

class LateRuntime extends SystemRuntime {
  lateMs = 0;

  override monotonicMs(): number {
    return super.monotonicMs() + this.lateMs;
  }
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const endsMs = performance.now() + 20_000; !(await holds()); await sleep(20))
    if (performance.now() > endsMs) throw new Error(`not ${what} in time`);
}

describe('the erasure of a buyer', () => {
  let shop: Awaited<ReturnType<typeof openErasingShop>>;
  let ending: AbortController;
  let running: Promise<void>;
  beforeEach(async () => {
    shop = await openErasingShop();
    ending = new AbortController();
    running = Promise.resolve();
  });
  afterEach(async () => {
    ending.abort();
    await running;
    await shop.close();
  });

  const ordered = async (ref = ANNA): Promise<void> => {
    const asked = await shop.ask(`erase-${ref}`, ref);
    if (asked.ok) throw new Error('one person was enough');
    await shop.grant(asked.refusal.details?.['approvalId']);
    expect(await shop.ask(`erase-${ref}`, ref)).toMatchObject({ ok: true, subject: { status: 'ERASING', generation: 1 } });
  };

  it('is refused for a buyer that there is not, and while an order is open, naming it', async () => {
    expect(await shop.ask('x', 'nobody')).toMatchObject({ ok: false, refusal: { code: 'BUYER_NOT_FOUND' } });
    const orderId = await shop.order();
    expect(await shop.ask('y')).toMatchObject({ ok: false, refusal: { code: 'BUYER_HAS_OPEN_ORDERS', details: { orderId } } });
  });

  it('needs a second person, and asked again says how it stands', async () => {
    await shop.overOrder();
    await ordered();
    expect(await shop.ask('erase-anna')).toMatchObject({ ok: true, replayed: true });
  });

  it('makes every order forget, and then destroys the key; other buyers stay, and who comes again is somebody new', async () => {
    const [first, second, bens] = [await shop.overOrder(), await shop.overOrder(), await shop.overOrder('ben')];
    await ordered();
    const again = await shop.overOrder();
    expect(await settleErasure(shop.kit(), SUBJECT)).toBe('ERASED');
    for (const orderId of [first, second]) {
      expect(await shop.foldOf(orderId)).toMatchObject({ submitted: { buyer: { ref: 'erased' } } });
      await expect(shop.contactOf(orderId)).rejects.toThrow(KeyMissing);
    }
    expect(await shop.contactOf(bens)).toEqual({ email: 'ben@example.com' });
    // Sealed with the old key while the erasure was being ordered: it belongs to the person that was.
    expect(await shop.foldOf(again)).toMatchObject({ submitted: { buyer: { ref: 'erased' } } });
    const later = await shop.overOrder();
    expect(await settleErasure(shop.kit(), SUBJECT)).toBe('ERASED');
    expect(await shop.contactOf(later)).toEqual({ email: 'anna@example.com' });
    expect(await shop.foldOf(later)).toMatchObject({ submitted: { buyer: { ref: ANNA } } });
  });

  it('waits for an order that came while it was being ordered, and seals nothing more with the old key', async () => {
    await shop.overOrder();
    await ordered();
    const open = await shop.order();
    expect(await settleErasure(shop.kit(), SUBJECT)).toBe('ORDERS_OPEN');
    expect(await shop.contactOf(open)).toEqual({ email: 'anna@example.com' });
    expect(await shop.subjectKeys.current(SUBJECT)).toEqual({ generation: 2, wrapped: null });
    await shop.decide(open, { type: 'ExpireOrder' });
    expect(await settleErasure(shop.kit(), SUBJECT)).toBe('ERASED');
    await expect(shop.contactOf(open)).rejects.toThrow(KeyMissing);
  });

  it('waits until what was sealed before is stored', async () => {
    await shop.overOrder();
    await ordered();
    expect(await settleErasure(shop.kit({ settleMs: 60_000 }), SUBJECT)).toBe('NOT_YET');
    expect(await shop.subject()).toMatchObject({ status: 'ERASING' });
  });

  it.each(['retire', 'append 1', 'append 2', 'append 3', 'destroyRetired'])('cut off at each side of %s it goes on and ends right', async (point) => {
    const orders = [await shop.overOrder(), await shop.overOrder()];
    await ordered();
    for (const side of ['before', 'after'] as const) {
      let appends = 0;
      const dead = (): never => {
        throw new StoreUnavailable('dead');
      };
      const dies = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
        if (name === point && side === 'before') dead();
        const done = await work();
        return name === point ? dead() : done;
      };
      const node = shop.node();
      const commands: ErasuresKit['commands'] = new Proxy(node, {
        get: (target, name: keyof typeof node) =>
          name === 'handle' ? (...args: Parameters<typeof node.handle>) => dies(`append ${++appends}`, () => node.handle(...args)) : target[name],
      });
      const subjectKeys: Pick<SubjectKeys, 'retire' | 'destroyRetired' | 'erasures'> = {
        retire: (erasure) => dies('retire', () => shop.subjectKeys.retire(erasure)),
        destroyRetired: (subject) => dies('destroyRetired', () => shop.subjectKeys.destroyRetired(subject)),
        erasures: (after, limit) => shop.subjectKeys.erasures(after, limit),
      };
      await settleErasure(shop.kit({ commands, subjectKeys }), SUBJECT).catch((error: unknown) => expect(error).toBeInstanceOf(StoreUnavailable));
    }
    expect(await settleErasure(shop.kit(), SUBJECT)).toBe('ERASED');
    expect(await shop.subject()).toMatchObject({ status: 'ERASED' });
    for (const orderId of orders) {
      expect((await shop.store.read(`order-${orderId}`)).map(({ type }) => type)).toEqual(['OrderSubmitted', 'OrderExpired', 'BuyerErased']);
      await expect(shop.contactOf(orderId)).rejects.toThrow(KeyMissing);
    }
  });

  it('is carried out by whoever leads, also for keys that came back, and is ordered again in a log that knows nothing of it', async () => {
    const orderId = await shop.overOrder();
    // As after the restore of an older copy of the log: only the keys remember.
    await shop.subjectKeys.retire({ subject: SUBJECT, generation: 1, orderedAt: new Date(Date.now() + 1_000).toISOString() });
    const repeated: string[] = [];
    const erased = new Promise<void>((resolve) => {
      const onSettled: ErasuresKit['onSettled'] = (subject, settled) => void (subject === SUBJECT && settled === 'ERASED' && resolve());
      running = runErasures(shop.kit({ onSettled, onRepeated: ({ subject }) => repeated.push(subject) }), ending.signal);
    });
    await erased;
    expect(repeated).toEqual([SUBJECT]);
    expect(await shop.subject()).toMatchObject({ status: 'ERASED', generation: 1 });
    expect(await shop.foldOf(orderId)).toMatchObject({ submitted: { buyer: { ref: 'erased' } } });
    await expect(shop.contactOf(orderId)).rejects.toThrow(KeyMissing);
  });

  it('is carried out within the hour when the subscription leaves out that it was ordered, and nobody else is looked at again', async () => {
    const runtime = new LateRuntime();
    let subscriptions = 0;
    const leaky: ErasuresKit['store'] = {
      head: () => shop.store.head(),
      async *subscribe(options) {
        const isFirst = subscriptions++ === 0;
        for await (const batch of shop.store.subscribe(options))
          yield isFirst ? { ...batch, events: batch.events.filter(({ stream }) => stream !== `subject-${SUBJECT}`) } : batch;
      },
    };
    const looks: string[] = [];
    for (const ref of [ANNA, 'ben', 'carl']) await shop.overOrder(ref);
    running = runErasures(shop.kit({ store: leaky, runtime, onSettled: (subject) => looks.push(subject) }), ending.signal);
    await ordered();
    await ordered('ben');
    // Because it was ordered, and because it was settled.
    await until(() => looks.length === 2, 'ben looked at twice');
    expect(await shop.subject()).toMatchObject({ status: 'ERASING' });
    runtime.lateMs = HOUR_MS;
    await ordered('carl');
    await until(() => looks.includes(SUBJECT), 'anna looked at');
    expect(await shop.subject()).toMatchObject({ status: 'ERASED' });
    expect(looks.filter((subject) => subject === subjectIdFor('shop', 'ben'))).toHaveLength(2);
  });

  it('is carried out once more when it is ordered anew while the last one is being settled', async () => {
    await shop.overOrder();
    const context = { commandId: freshKey(), correlationId: 'c', causationId: 'c', actor: { kind: 'ADMIN', id: 'office' } } as const;
    let isFirst = true;
    const subjectKeys: ErasuresKit['subjectKeys'] = {
      retire: (erasure) => shop.subjectKeys.retire(erasure),
      erasures: (after, limit) => shop.subjectKeys.erasures(after, limit),
      async destroyRetired(subject) {
        await shop.subjectKeys.destroyRetired(subject);
        if (!isFirst) return;
        isFirst = false;
        await shop.node().handle(aggregates.subject, SUBJECT, { type: 'OrderErasure', generation: 2 }, context);
        // Long enough for it to be heard of.
        await sleep(200);
      },
    };
    await ordered();
    running = runErasures(shop.kit({ subjectKeys }), ending.signal);
    await until(async () => {
      const { status, generation } = await shop.subject();
      return status === 'ERASED' && generation === 2;
    }, 'erased again');
  });
});
