import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aggregates } from '../../src/application/aggregates';
import { Approvals } from '../../src/application/commands/approvals';
import type { BlockBook } from '../../src/application/blocks/block-book';
import type { Caller, Role } from '../../src/application/caller';
import { CardSafe } from '../../src/application/commands/card-safe';
import { isChannel, StoredCatalog } from '../../src/application/commands/catalog';
import { ConfigureGateway, ConfigureGatewayHandler } from '../../src/application/commands/configure-gateway';
import { ConfigureSku, ConfigureSkuHandler } from '../../src/application/commands/configure-sku';
import { ImportCards, ImportCardsHandler } from '../../src/application/commands/import-cards';
import { OrderDesk } from '../../src/application/commands/order-desk';
import { SecondPerson } from '../../src/application/commands/second-person';
import { SettingDesk } from '../../src/application/commands/setting-desk';
import { Admission } from '../../src/application/commands/submit/admission';
import { AdmissionGate } from '../../src/application/commands/submit/admission-gate';
import { BuyerGate } from '../../src/application/commands/submit/buyer-gate';
import { BuyerSlots } from '../../src/application/commands/submit/buyer-slots';
import { type FindOpenOrder, OpenOrders } from '../../src/application/commands/submit/open-orders';
import { type StockHint, StockLook } from '../../src/application/commands/submit/stock-look';
import { SubmitOrder, SubmitOrderHandler, type SubmitOrderInput, type SubmitOrderResult } from '../../src/application/commands/submit-order';
import { CommandHandling } from '../../src/application/handle-command';
import { LineBook } from '../../src/application/lines/line-book';
import type { EventStore } from '../../src/application/ports/event-store';
import type { Runtime } from '../../src/application/ports/runtime';
import { OrderSecrets } from '../../src/application/order-secrets';
import { StoreClock } from '../../src/application/store-clock';
import type { OfferHints } from '../../src/application/supply/offer-hints';
import { defaultBuyerLimits, type BuyerLimits } from '../../src/domain/buyer/limits';
import type { Gateway } from '../../src/domain/catalog/gateway';
import { canonicalJson } from '../../src/domain/kernel/hash';
import { paymentReference } from '../../src/domain/kernel/ids';
import type { OrderCommand } from '../../src/domain/order/commands';
import { defaultAdmissionPolicy, type AdmissionPolicy } from '../../src/domain/routing/admission';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { createKeyring } from '../../src/infrastructure/keyring/create-keyring';
import { openKeyring } from '../../src/infrastructure/keyring/file-keyring';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { openSqliteSubjectKeys } from '../../src/infrastructure/sqlite/subject-keys/sqlite-subject-keys';
import { openSqliteEventStore } from '../../src/infrastructure/sqlite/event-store';

export const callerAs = (role: Role, clientId = role === 'STOREFRONT' ? 'shop' : `${role.toLowerCase()}-team`): Caller => ({
  role,
  clientId,
  actor: { kind: role, id: `key-of-${clientId}` },
  requestId: 'request-1',
  locale: 'en',
});

export const storefront = callerAs('STOREFRONT');
/** Somebody without an API key, who may hold an order's token. */
export const nobody: Caller = { ...callerAs('BUYER', ''), actor: { kind: 'BUYER', id: '' } };

/** Most tests are about something else than how often one buyer may come. */
const unlimited: BuyerLimits = { ...defaultBuyerLimits, submitsPerMinute: 0, unpaidMax: { BUYER: 0, CONTACT: 0, ADDRESS: 0, DEVICE: 0 } };

let keys = 0;
export const freshKey = (): string => `key-${process.pid}-${++keys}`;

export const submitInput = (changes: Partial<SubmitOrderInput> = {}): SubmitOrderInput => ({
  idempotencyKey: freshKey(),
  skuId: 'steam-50',
  quantity: 1,
  buyer: { ref: `buyer-${keys}`, contact: { email: 'buyer@example.com' } },
  payment: { gatewayId: 'main', kind: 'REDIRECT' },
  ...changes,
});

export interface ShopOptions {
  readonly stockHint?: StockHint;
  readonly offers?: Pick<OfferHints, 'told' | 'asks'>;
  readonly findOpenOrder?: FindOpenOrder;
  readonly gateways?: readonly Gateway[];
  /** Wraps the store, to inject faults. */
  readonly around?: (store: EventStore) => EventStore;
  readonly runtime?: Runtime;
  readonly admissionPolicy?: AdmissionPolicy;
  readonly buyerLimits?: BuyerLimits;
  readonly blocks?: Pick<BlockBook, 'find'>;
}

/** The write side on real files, without Nest: one SKU `steam-50`, one gateway `main`, no cards. */
export async function openShop(options: ShopOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cardrail-commands-'));
  const runtime = options.runtime ?? new SystemRuntime();
  const sqlite = await openSqliteEventStore({ file: join(folder, 'events.db'), runtime });
  const store = options.around?.(sqlite) ?? sqlite;
  createKeyring(join(folder, 'keyring.json'), { development: true });
  const keyring = openKeyring(join(folder, 'keyring.json'), { allowDevelopment: true });
  const subjectKeys = openSqliteSubjectKeys(join(folder, 'subject-keys.db'));
  const secrets = new OrderSecrets(keyring, subjectKeys);
  const codec = createCodec(codecCatalog);
  const node = () => new CommandHandling(store, codec, new StoreClock(runtime), runtime);
  const commands = node();
  const catalog = new StoredCatalog(commands);
  const desk = new OrderDesk(commands, keyring);
  const approvals = new Approvals(commands, keyring, { confirmPaymentAboveMinor: 10_000, bulkRefundAboveMinor: 10_000, validForMs: 60_000 });
  const settings = new SettingDesk(commands, keyring);
  const alerts: string[] = [];
  const safe = new CardSafe(store, codec, commands, keyring, secrets, {
    keyMissing: (orderId) => alerts.push(`key ${orderId}`),
    damaged: (_orderId, cardId) => alerts.push(`damaged ${cardId}`),
  });
  const lines = new LineBook();
  /** Another API node on the same store. */
  const submitNode = (on: CommandHandling = commands, admissionMax = 100): SubmitOrderHandler =>
    new SubmitOrderHandler({
      commands: on,
      keyring,
      secrets,
      catalog: new StoredCatalog(on),
      admission: new Admission(admissionMax),
      gate: new AdmissionGate(() => options.admissionPolicy ?? defaultAdmissionPolicy),
      buyerGate: new BuyerGate(options.buyerLimits ?? unlimited, lines.unpaid),
      lines,
      blocks: options.blocks ?? { find: () => null },
      gateways: () => options.gateways ?? [],
      openOrders: new OpenOrders(on, options.findOpenOrder ?? (async () => null)),
      buyerSlots: new BuyerSlots(on, runtime),
      stock: new StockLook({
        stockHint: options.stockHint ?? (async () => null),
        offers: options.offers ?? { told: async () => ({ kind: 'UNKNOWN' }), asks: async () => ({ kind: 'UNKNOWN' }) },
      }),
    });
  const submitHandler = submitNode();
  const decide = async (orderId: string, command: OrderCommand | ((at: number) => OrderCommand)): Promise<void> => {
    const context = { commandId: runtime.newId(), correlationId: orderId, causationId: 'test', actor: { kind: 'ENGINE', id: 'test' } } as const;
    const handled = await commands.handle(aggregates.order, orderId, command, context);
    if (handled.outcome === 'rejected') throw new Error(`${canonicalJson(command)}: ${handled.rejection.code}`);
  };
  const shop = {
    folder,
    store,
    codec,
    keyring,
    subjectKeys,
    secrets,
    commands,
    runtime,
    catalog,
    desk,
    settings,
    approvals,
    secondPerson: new SecondPerson(desk, approvals),
    safe,
    alerts,
    node,
    submitNode,
    decide,
    importKit: { commands, keyring, catalog, runtime },
    submit: (changes: Partial<SubmitOrderInput> = {}, caller: Caller = storefront): Promise<SubmitOrderResult> =>
      submitHandler.execute(new SubmitOrder(caller, submitInput(changes))),
    async configureSku(changes: object = {}, skuId = 'steam-50'): Promise<void> {
      const raw = {
        idempotencyKey: freshKey(),
        reason: 'set up',
        skuId,
        settings: { name: { 'zh-CN': '充值码', en: 'Code' }, price: { amountMinor: 4_800, currency: 'CNY' }, ...changes },
      };
      const result = await new ConfigureSkuHandler(settings, isChannel(commands)).execute(
        new ConfigureSku(callerAs('ADMIN'), ConfigureSku.input.parse(raw)),
      );
      if (!result.ok) throw new Error(result.refusal.code);
    },
    async stock(...codes: readonly string[]): Promise<void> {
      const input = { idempotencyKey: freshKey(), reason: 'delivery', skuId: 'steam-50', cards: codes.map((code) => ({ code })) };
      const result = await new ImportCardsHandler(shop.importKit).execute(new ImportCards(callerAs('OPS'), input));
      if (!result.ok) throw new Error(result.refusal.code);
    },
    async pay(orderId: string): Promise<void> {
      const reference = paymentReference(orderId, 1);
      const now = commands.clock.now();
      await shop.requestPayment(orderId);
      const report = { status: 'PAID', merchantId: 'm1', amountMinor: 4_800, capturedMinor: 4_800, currency: 'CNY' } as const;
      await decide(orderId, { type: 'RecordPaymentAnswer', call: 'request', reference, answer: { kind: 'REPORTED', report }, first: true, at: now });
    },
    requestPayment: (orderId: string): Promise<void> => {
      const now = commands.clock.now();
      return decide(orderId, {
        type: 'RequestPayment',
        merchantId: 'm1',
        notifyUrl: 'http://127.0.0.1:9/',
        by: 'test:1',
        performBy: now + 5_000,
        answerBy: now + 10_000,
      });
    },
    /** Pays and delivers one card, as the engine would. */
    async deliver(orderId: string, cardId: string): Promise<void> {
      await shop.pay(orderId);
      await decide(orderId, { type: 'ReserveCards', cardIds: [cardId], by: 'test:2' });
      const claim = { type: 'ClaimCard', orderId, reservation: 1, at: commands.clock.now() } as const;
      await commands.handle(aggregates.card, cardId, claim, {
        commandId: runtime.newId(),
        correlationId: orderId,
        causationId: 'test',
        actor: { kind: 'ENGINE', id: 'test' },
      });
      await decide(orderId, { type: 'SettleReservation', reservation: 1 });
      await decide(orderId, { type: 'DeliverOrder' });
    },
    close: async (): Promise<void> => {
      await sqlite.close();
      await subjectKeys.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await shop.configureSku();
  const gateway = {
    idempotencyKey: freshKey(),
    reason: 'set up',
    gatewayId: 'main',
    settings: {
      adapter: 'http-v1',
      baseUrl: 'http://127.0.0.1:9',
      merchantId: 'm1',
      apiKey: { env: 'KEY' },
      webhookSecrets: [{ env: 'HOOK' }],
      flags: ['lookup'],
      kinds: ['REDIRECT', 'CHARGE'],
    },
  };
  await new ConfigureGatewayHandler(settings).execute(new ConfigureGateway(callerAs('ADMIN'), ConfigureGateway.input.parse(gateway)));
  return shop;
}

export type TestShop = Awaited<ReturnType<typeof openShop>>;

/** The order of a submit that must have worked. */
export function submitted(result: SubmitOrderResult) {
  if (!result.ok) throw new Error(result.refusal.code);
  return { orderId: result.order.state.orderId, accessToken: result.accessToken, order: result.order, replayed: result.replayed };
}
