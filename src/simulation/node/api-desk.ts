import { defaultApprovalPolicy } from '../../application/commands/approval-policy';
import { Approvals } from '../../application/commands/approvals';
import { CancelOrderHandler } from '../../application/commands/cancel-order';
import { CardSafe } from '../../application/commands/card-safe';
import { ChangePaymentMethodHandler } from '../../application/commands/change-payment-method';
import { isChannel, type Catalog } from '../../application/commands/catalog';
import { ConfigureGatewayHandler } from '../../application/commands/configure-gateway';
import { ConfigureSkuHandler } from '../../application/commands/configure-sku';
import { ConfirmPaymentHandler } from '../../application/commands/confirm-payment';
import { FreezeOrderHandler } from '../../application/commands/freeze-order';
import { ImportCardsHandler } from '../../application/commands/import-cards';
import { OrderDesk } from '../../application/commands/order-desk';
import { PauseGatewayHandler } from '../../application/commands/pause-gateway';
import { ReceiveChannelNoticeHandler } from '../../application/commands/receive-channel-notice';
import { ReceiveGatewayNoticeHandler } from '../../application/commands/receive-gateway-notice';
import { RefundOrderHandler } from '../../application/commands/refund-order';
import { ResolveReviewHandler } from '../../application/commands/resolve-review';
import { ResumeGatewayHandler } from '../../application/commands/resume-gateway';
import { RetryOrderHandler } from '../../application/commands/retry-order';
import { RevealCardsHandler } from '../../application/commands/reveal-cards';
import { SecondPerson } from '../../application/commands/second-person';
import { SettingDesk } from '../../application/commands/setting-desk';
import { SubmitOrderHandler } from '../../application/commands/submit-order';
import { Admission } from '../../application/commands/submit/admission';
import { AdmissionGate } from '../../application/commands/submit/admission-gate';
import { BuyerGate } from '../../application/commands/submit/buyer-gate';
import { BuyerSlots } from '../../application/commands/submit/buyer-slots';
import { OpenOrders } from '../../application/commands/submit/open-orders';
import { StockLook } from '../../application/commands/submit/stock-look';
import { UnfreezeOrderHandler } from '../../application/commands/unfreeze-order';
import type { CommandHandling } from '../../application/handle-command';
import { UnpaidOrders } from '../../application/lines/unpaid-alike';
import type { OrderSecrets } from '../../application/order-secrets';
import type { Channels } from '../../application/ports/channel';
import type { EventCodec } from '../../application/ports/event-codec';
import type { EventStore } from '../../application/ports/event-store';
import type { Gateways } from '../../application/ports/gateway';
import type { Keyring } from '../../application/ports/keyring';
import type { ReadModels } from '../../application/ports/read-models';
import type { Runtime } from '../../application/ports/runtime';
import { GetOrderHandler } from '../../application/queries/get-order';
import { ListReviewsHandler } from '../../application/queries/list-reviews';
import { defaultReviewDeadlines } from '../../application/queries/review-deadlines';
import { revisionWaiter } from '../../application/queries/wait-for-revision';
import { NoticeDesk } from '../../application/receive-notice';
import { ChannelNoticeDesk } from '../../application/receive-channel-notice';
import type { Settings } from '../../application/settings';
import { defaultBuyerLimits, type BuyerLimits } from '../../domain/buyer/limits';
import { defaultAdmissionPolicy } from '../../domain/routing/admission';
import { operatorsDesk } from './operators-desk';
import { openUnpaidKey, type OrderRow } from '../../projections/orders';
import type { SkuStockRow } from '../../projections/sku-stock';

export interface ApiKit {
  readonly store: EventStore;
  readonly readModels: ReadModels;
  readonly codec: EventCodec;
  readonly commands: CommandHandling;
  readonly keyring: Keyring;
  readonly secrets: OrderSecrets;
  readonly settings: Settings;
  readonly runtime: Runtime;
  readonly gateways: Gateways;
  readonly channels: Channels;
}

/** Its buyers are as many as the day wants: what one of them may do at once has tests of its own. */
const unlimited: BuyerLimits = { ...defaultBuyerLimits, submitsPerMinute: 0, unpaidMax: { BUYER: 0, CONTACT: 0, ADDRESS: 0, DEVICE: 0 } };

/** The use cases that people and gateways of the simulation come with, made by hand as Nest would be given them. */
export function apiDesk(kit: ApiKit) {
  const { store, readModels, codec, commands, keyring, secrets, settings, runtime, gateways, channels } = kit;
  const catalog: Catalog = {
    sku: async (id) => settings.sku(id) ?? { id, active: false },
    gateway: async (id) => settings.gateway(id) ?? { id, active: false },
  };
  const orders = new OrderDesk(commands, keyring);
  const secondPerson = new SecondPerson(orders, new Approvals(commands, keyring, defaultApprovalPolicy));
  const setting = new SettingDesk(commands, keyring);
  const safe = new CardSafe(store, codec, commands, keyring, secrets, { keyMissing: () => undefined, damaged: () => undefined });
  const openOrders = new OpenOrders(commands, async (wish) => {
    const [row] = await readModels.find<OrderRow>('orders', { filter: { openUnpaid: { eq: openUnpaidKey(wish) } }, limit: 1 });
    return row?.key ?? null;
  });
  const stockHint = async (skuId: string): Promise<number | null> => (await readModels.get<SkuStockRow>('sku-stock', skuId))?.value.available ?? null;
  return {
    ...operatorsDesk(kit),
    submit: new SubmitOrderHandler({
      blocks: { find: () => null },
      commands,
      keyring,
      secrets,
      catalog,
      gateways: () => settings.allGateways(),
      openOrders,
      admission: new Admission(),
      gate: new AdmissionGate(() => defaultAdmissionPolicy),
      buyerGate: new BuyerGate(unlimited, new UnpaidOrders()),
      lines: { expect: () => false, forget: () => undefined },
      buyerSlots: new BuyerSlots(commands, runtime),
      // Nobody follows there what channels have: the plan finds out before any money moves.
      stock: new StockLook({ stockHint, offers: { told: async () => ({ kind: 'UNKNOWN' }), asks: async () => ({ kind: 'UNKNOWN' }) } }),
    }),
    cancel: new CancelOrderHandler(orders),
    changeMethod: new ChangePaymentMethodHandler(orders, catalog, secrets),
    reveal: new RevealCardsHandler(orders, safe, runtime),
    refund: new RefundOrderHandler(orders),
    confirmPayment: new ConfirmPaymentHandler(orders, secondPerson),
    resolveReview: new ResolveReviewHandler(orders, secondPerson),
    freeze: new FreezeOrderHandler(orders),
    unfreeze: new UnfreezeOrderHandler(orders),
    retry: new RetryOrderHandler(orders),
    importCards: new ImportCardsHandler({ commands, keyring, catalog, runtime }),
    configureSku: new ConfigureSkuHandler(setting, isChannel(commands)),
    configureGateway: new ConfigureGatewayHandler(setting),
    pauseGateway: new PauseGatewayHandler(setting),
    resumeGateway: new ResumeGatewayHandler(setting),
    notice: new ReceiveGatewayNoticeHandler(new NoticeDesk(gateways, commands, { received: () => undefined })),
    channelNotice: new ReceiveChannelNoticeHandler(
      new ChannelNoticeDesk(channels, commands, kit, (skuId) => settings.sku(skuId)?.settings?.reusable === true, { received: () => undefined }),
    ),
    order: new GetOrderHandler({ commands, keyring }, revisionWaiter(store, runtime)),
    reviews: new ListReviewsHandler(readModels, (text) => keyring.fingerprint(text, 'cursor'), commands.clock, defaultReviewDeadlines),
  };
}

export type ApiDesk = ReturnType<typeof apiDesk>;
