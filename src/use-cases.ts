import { Approvals } from './application/commands/approvals';
import type { Command, CommandHandler } from './application/commands/command';
import { accountViews } from './application/account-views';
import { RouteDesk } from './application/queries/route-desk';
import { ExplainRouteHandler } from './application/queries/explain-route';
import { CanaryTrials } from './application/canary-trials';
import { AcknowledgeIncidentHandler } from './application/commands/acknowledge-incident';
import { isScopeOf } from './application/commands/scopes';
import { ApiKeyDesk } from './application/commands/api-key-desk';
import { ApprovalDesk } from './application/commands/approval-desk';
import { BatchDesk } from './application/commands/batch-desk';
import { BulkDesk } from './application/commands/bulk-desk';
import { BulkRefundHandler } from './application/commands/bulk-refund';
import { BulkRerouteHandler } from './application/commands/bulk-reroute';
import { BulkRetryHandler } from './application/commands/bulk-retry';
import { BookMoneyHandler } from './application/commands/book-money';
import { CancelOrderHandler } from './application/commands/cancel-order';
import { CardDesk } from './application/commands/card-desk';
import { CardSafe } from './application/commands/card-safe';
import { isChannel, type Catalog } from './application/commands/catalog';
import { ChangePaymentMethodHandler } from './application/commands/change-payment-method';
import { CloseDayHandler } from './application/commands/close-day';
import { ConfigureChannelHandler } from './application/commands/configure-channel';
import { ConfigureGatewayHandler } from './application/commands/configure-gateway';
import { ConfigureSkuHandler } from './application/commands/configure-sku';
import { ConfirmPaymentHandler } from './application/commands/confirm-payment';
import { ConfirmRefundHandler } from './application/commands/confirm-refund';
import { ConfirmSurplusHandler } from './application/commands/confirm-surplus';
import { DeclineApprovalHandler } from './application/commands/decline-approval';
import { DeliverManuallyHandler } from './application/commands/deliver-manually';
import { EraseBuyerHandler } from './application/commands/erase-buyer';
import { DestroyKeyHandler } from './application/commands/destroy-key';
import { DrainChannelHandler } from './application/commands/drain-channel';
import { ExplainDiscrepancyHandler } from './application/commands/explain-discrepancy';
import { CodeExport } from './application/commands/code-export';
import { ExportCodesHandler } from './application/commands/export-codes';
import { FreezeOrderHandler } from './application/commands/freeze-order';
import { GrantApprovalHandler } from './application/commands/grant-approval';
import { ImportCardsHandler } from './application/commands/import-cards';
import { IssueApiKeyHandler } from './application/commands/issue-api-key';
import { KeyDesk } from './application/commands/key-desk';
import { LedgerDesk } from './application/commands/ledger-desk';
import { MatchNoticeHandler } from './application/commands/match-notice';
import { OrderDesk } from './application/commands/order-desk';
import { OverrideChannelHealthHandler } from './application/commands/override-channel-health';
import { OverrideGatewayHealthHandler } from './application/commands/override-gateway-health';
import { PauseChannelHandler } from './application/commands/pause-channel';
import { PauseGatewayHandler } from './application/commands/pause-gateway';
import { PauseSkuHandler } from './application/commands/pause-sku';
import { PreviewImportHandler } from './application/commands/preview-import';
import { PromoteCanaryHandler } from './application/commands/promote-canary';
import { PublishRoutingPolicyHandler } from './application/commands/publish-routing-policy';
import { QuarantineBatchHandler } from './application/commands/quarantine-batch';
import { QuarantineCardHandler } from './application/commands/quarantine-card';
import { ReceiveChannelNoticeHandler } from './application/commands/receive-channel-notice';
import { RebuildProjectionHandler } from './application/commands/rebuild-projection';
import { ReceiveGatewayNoticeHandler } from './application/commands/receive-gateway-notice';
import { RecordChargebackHandler } from './application/commands/record-chargeback';
import { RefundOrderHandler } from './application/commands/refund-order';
import { ReissueCardHandler } from './application/commands/reissue-card';
import { RepairDesk } from './application/commands/repair-desk';
import { ResendMessagesHandler } from './application/commands/resend-messages';
import { ResolveReviewHandler } from './application/commands/resolve-review';
import { ResumeChannelHandler } from './application/commands/resume-channel';
import { RestockBatchHandler } from './application/commands/restock-batch';
import { RestockCardHandler } from './application/commands/restock-card';
import { ResumeGatewayHandler } from './application/commands/resume-gateway';
import { ResumeSkuHandler } from './application/commands/resume-sku';
import { RetryParkedHandler } from './application/commands/retry-parked';
import { SkipParkedHandler } from './application/commands/skip-parked';
import { RollBackCanaryHandler } from './application/commands/roll-back-canary';
import { RoutingDesk } from './application/commands/routing-desk';
import { StartCanaryHandler } from './application/commands/start-canary';
import { RetryOrderHandler } from './application/commands/retry-order';
import { RevealCardsHandler } from './application/commands/reveal-cards';
import { RevokeApiKeyHandler } from './application/commands/revoke-api-key';
import { RotateApiKeyHandler } from './application/commands/rotate-api-key';
import { RotateAccessTokenHandler } from './application/commands/rotate-access-token';
import { RotateKeysHandler } from './application/commands/rotate-keys';
import { SecondPerson } from './application/commands/second-person';
import { SettleDiscrepancyHandler } from './application/commands/settle-discrepancy';
import { SetLoadSheddingHandler } from './application/commands/set-load-shedding';
import { SettingDesk } from './application/commands/setting-desk';
import { Admission } from './application/commands/submit/admission';
import type { AdmissionGate } from './application/commands/submit/admission-gate';
import { BuyerGate } from './application/commands/submit/buyer-gate';
import { BuyerSlots } from './application/commands/submit/buyer-slots';
import { OpenOrders, type Wish } from './application/commands/submit/open-orders';
import { type StockHint, StockLook } from './application/commands/submit/stock-look';
import { StopJobHandler } from './application/commands/stop-job';
import { CaptchaGate } from './application/commands/submit/captcha-gate';
import { SubmitOrderHandler } from './application/commands/submit-order';
import { UnfreezeOrderHandler } from './application/commands/unfreeze-order';
import { VoidBatchHandler } from './application/commands/void-batch';
import { VoidCardHandler } from './application/commands/void-card';
import type { AccountWatch } from './application/processes/order/account-watch';
import { gatewayCallsAtMost } from './application/processes/order/call-room';
import type { LineBook } from './application/lines/line-book';
import { buyerKeyOf } from './application/lines/alike';
import type { PositionWaiter } from './application/projections/position-waiter';
import { AuditTrailHandler } from './application/queries/audit-trail';
import { AskChannelHandler } from './application/queries/ask-channel';
import { GetChannelHandler } from './application/queries/get-channel';
import { CompensationQueueHandler } from './application/queries/compensation-queue';
import { GetIncidentHandler } from './application/queries/get-incident';
import { GetJobHandler } from './application/queries/get-job';
import { GetOrderHandler } from './application/queries/get-order';
import { GetOrderActionsHandler } from './application/queries/get-order-actions';
import { GetOrderAsOfHandler } from './application/queries/get-order-as-of';
import { GetOrderByNumberHandler } from './application/queries/get-order-by-number';
import { GetOrderHistoryHandler } from './application/queries/get-order-history';
import { GetOutboxHandler } from './application/queries/get-outbox';
import { GetProjectionsHandler } from './application/queries/get-projections';
import { GetCanaryReportHandler } from './application/queries/get-canary-report';
import { GetRoutingPolicyHandler } from './application/queries/get-routing-policy';
import { GetSkuHandler } from './application/queries/get-sku';
import { GetSystemHandler } from './application/queries/get-system';
import { ListBatchesHandler } from './application/queries/list-batches';
import { ListChannelNoticesHandler } from './application/queries/list-channel-notices';
import { GetKnownSupplyHandler } from './application/queries/known-supply';
import { ListChannelsHandler } from './application/queries/list-channels';
import { DemandForecastHandler } from './application/queries/demand-forecast';
import { InDoubtExposureHandler } from './application/queries/in-doubt-exposure';
import { ListApiKeysHandler } from './application/queries/list-api-keys';
import { ListApprovalsHandler } from './application/queries/list-approvals';
import { ListGatewaysHandler } from './application/queries/list-gateways';
import { GetLedgerHandler } from './application/queries/get-ledger';
import { ListIncidentsHandler } from './application/queries/list-incidents';
import { GetReconciliationHandler } from './application/queries/get-reconciliation';
import { ListDiscrepanciesHandler } from './application/queries/list-discrepancies';
import { ListJobsHandler } from './application/queries/list-jobs';
import { ListLanesHandler } from './application/queries/list-lanes';
import { ListNoticesHandler } from './application/queries/list-notices';
import { ListOrdersHandler } from './application/queries/list-orders';
import { ListParkedEventsHandler } from './application/queries/list-parked-events';
import { GetBuyerErasureHandler } from './application/queries/get-buyer-erasure';
import { ListSealingKeysHandler } from './application/queries/list-sealing-keys';
import { ListSkusHandler } from './application/queries/list-skus';
import { SearchOrdersHandler } from './application/queries/search-orders';
import type { Query, QueryHandler } from './application/queries/query';
import { timeoutsFrom } from './application/queries/timeout-view';
import { revisionWaiter } from './application/queries/wait-for-revision';
import { ChannelNoticeDesk } from './application/receive-channel-notice';
import { NoticeDesk } from './application/receive-notice';
import { ReadModelsUnavailable } from './application/ports/read-models';
import { ProjectionDesk } from './application/projections/projection-desk';
import type { ProjectorHere } from './application/projections/shared-projector';
import type { OrderEngine } from './application/order-engine';
import { OfferHints } from './application/supply/offer-hints';
import { batchedLookup } from './infrastructure/runtime/batched-lookup';
import { lanesUnder } from './domain/routing/policy';
import type { Parts } from './parts';
import { projections } from './projections';
import { jobs } from './projections/jobs';
import { openUnpaidKey, type OrderRow } from './projections/orders';
import type { SkuStockRow } from './projections/sku-stock';
import { sharedOrderHandler, supportCommandHandlers, supportQueryHandlers } from './support-use-cases';
import { version } from './version';

/** What runs in this process besides the use cases, where it does. */
export interface Beside {
  readonly projector?: ProjectorHere;
  readonly engine?: Pick<OrderEngine, 'status' | 'laneCounts'>;
  readonly waiter: PositionWaiter;
  /** How gateways and channels do, as far as this process sees; an engine sees all. */
  readonly watch: AccountWatch;
  /** Who waits for what, as the log tells this process. */
  readonly lines: LineBook;
  /** The line before this process. */
  readonly gate: AdmissionGate;
}

const LOOKUPS_MAX = 256;

/** Repairs of read models, in this process or by the one that keeps them. */
const projectionDesk = ({ store, codec, readModels, runtime, log }: Parts, { projector }: Beside): ProjectionDesk =>
  new ProjectionDesk({
    store,
    codec,
    readModels,
    runtime,
    projections,
    alert: (alert) => log.info(alert, 'projection'),
    ...(projector === undefined ? {} : { projector }),
  });

/** What read models only hint at must not refuse an order: while they are away nobody knows. */
async function hinted<T>(looking: Promise<T>, unknown: T): Promise<T> {
  try {
    return await looking;
  } catch (error) {
    if (error instanceof ReadModelsUnavailable) return unknown;
    throw error;
  }
}

const captchaGate = ({ config, captcha, runtime, metrics }: Parts): CaptchaGate | undefined =>
  config.captcha === undefined || captcha === undefined
    ? undefined
    : new CaptchaGate(config.captcha.rule, captcha, runtime, (verdict) =>
        metrics.count('captcha_checks_total', { verdict: verdict.toLowerCase() as Lowercase<typeof verdict> }),
      );

const offerHints = ({ readModels, channels, runtime, commands }: Parts): OfferHints =>
  new OfferHints({ readModels, channels, runtime, clock: commands.clock });

/** Every command handler with what it needs. */
export function commandHandlers(parts: Parts, beside: Beside): readonly CommandHandler<Command<unknown>>[] {
  const { commands, keyring, secrets, runtime, store, codec, gateways, channels, readModels, settings, config, log, metrics } = parts;
  // From memory, a moment behind the log: three look-ups in the store for every submit would cost more than taking the order.
  const catalog: Catalog = {
    sku: async (id) => settings.sku(id) ?? { id, active: false },
    gateway: async (id) => settings.gateway(id) ?? { id, active: false },
  };
  const orders = new OrderDesk(commands, keyring);
  const approvals = new Approvals(commands, keyring, config.approvals);
  const secondPerson = new SecondPerson(orders, approvals);
  const approvalDesk = new ApprovalDesk(commands, keyring);
  const setting = new SettingDesk(commands, keyring);
  const apiKeyDesk = new ApiKeyDesk(setting, keyring);
  const routing = new RoutingDesk(commands, setting, new CanaryTrials(readModels), config.canary);
  const cards = new CardDesk(commands, keyring);
  const batches = new BatchDesk(commands, cards, readModels);
  const repairs = new RepairDesk(projectionDesk(parts, beside), commands, keyring);
  const keys = new KeyDesk(commands, keyring, readModels, approvals);
  const bulk = new BulkDesk(commands, keyring, readModels, approvals);
  const safe = new CardSafe(store, codec, commands, keyring, secrets, {
    keyMissing: (orderId) => log.error({ orderId }, 'a key is missing: delivered cards cannot be opened'),
    damaged: (orderId, cardId) => log.error({ orderId, cardId }, 'a delivered card cannot be opened: it was changed'),
  });
  const notices = new NoticeDesk(gateways, commands, {
    received: (gateway, outcome) => metrics.count('callbacks_total', { gateway, outcome: CALLBACK_OUTCOMES[outcome] }),
  });
  const channelNotices = new ChannelNoticeDesk(channels, commands, parts, (skuId) => settings.sku(skuId)?.settings?.reusable === true, {
    received: (channel, outcome) => metrics.count('channel_callbacks_total', { channel, outcome: CALLBACK_OUTCOMES[outcome] }),
  });
  // Submits that come together ask together.
  const unpaid = batchedLookup(async (keys) => {
    const rows = await hinted(readModels.find<OrderRow>('orders', { filter: { openUnpaid: { in: keys } }, limit: LOOKUPS_MAX }), []);
    return new Map(rows.map(({ key, value }) => [value.openUnpaid ?? '', key]));
  }, LOOKUPS_MAX);
  // Whoever has followed the log knows of most buyers that they have nothing open, and need not ask.
  const { lines } = beside;
  const hasUnpaid = ({ clientId, buyerRef }: Wish): boolean => !lines.isKnown || lines.unpaid.countOf('BUYER', buyerKeyOf(clientId, buyerRef)) > 0;
  const openOrders = new OpenOrders(commands, async (wish) => (hasUnpaid(wish) ? unpaid(openUnpaidKey(wish)) : null));
  const admission = new Admission(config.values.CARDRAIL_SUBMITS_IN_FLIGHT_MAX);
  parts.shedding.measure(() => admission.inFlight / admission.max);
  metrics.beforeEachPage(() => {
    metrics.set('submits_in_flight', admission.inFlight);
    metrics.set('cache_entries', commands.cached, { cache: 'folds' });
  });
  // A SKU whose stock was never projected may have cards all the same: nobody knows, so the plan decides before any money moves.
  const stockHint: StockHint = async (skuId) => (await hinted(readModels.get<SkuStockRow>('sku-stock', skuId), null))?.value.available ?? null;
  const submit = new SubmitOrderHandler({
    commands,
    keyring,
    secrets,
    catalog,
    gateways: () => settings.allGateways(),
    openOrders,
    admission,
    gate: beside.gate,
    buyerGate: new BuyerGate(config.buyerLimits, lines.unpaid),
    lines,
    blocks: settings.blocks,
    shedsNewOrders: () => {
      const sheds = parts.shedding.sheds('NEW_ORDERS');
      if (sheds) metrics.count('shed_total', { what: 'new_orders' });
      return sheds;
    },
    onRefused: (code) => metrics.count('orders_refused_total', { code: code.toLowerCase() }),
    minMargin: config.minMargin,
    stock: new StockLook({ stockHint, minMargin: config.minMargin, offers: offerHints(parts) }),
    buyerSlots: new BuyerSlots(commands, runtime),
    captcha: captchaGate(parts),
  });
  return [
    submit,
    ...[CancelOrderHandler, FreezeOrderHandler, UnfreezeOrderHandler, RefundOrderHandler, RetryOrderHandler].map((Handler) => new Handler(orders)),
    ...[ReissueCardHandler, ConfirmRefundHandler].map((Handler) => new Handler(orders)),
    ...supportCommandHandlers(parts, orders, setting),
    sharedOrderHandler(parts, beside.waiter),
    ...[ConfirmPaymentHandler, ConfirmSurplusHandler, ResolveReviewHandler].map((Handler) => new Handler(orders, secondPerson)),
    ...[GrantApprovalHandler, DeclineApprovalHandler].map((Handler) => new Handler(approvalDesk)),
    new MatchNoticeHandler(orders, commands),
    new ResendMessagesHandler(setting, commands, parts.notifiers),
    new ChangePaymentMethodHandler(orders, catalog, secrets),
    new RevealCardsHandler(orders, safe, runtime),
    new DeliverManuallyHandler(orders, commands, keyring, secrets, catalog),
    new RotateAccessTokenHandler(orders, keyring),
    new RotateKeysHandler(keys),
    new DestroyKeyHandler(keys),
    new EraseBuyerHandler({ store, commands, keyring, readModels, waiter: beside.waiter, subjectKeys: parts.subjectKeys, approvals }),
    new ExportCodesHandler(new CodeExport({ store, codec, commands, keyring, readModels, approvals })),
    new ConfigureSkuHandler(setting, isChannel(commands)),
    ...[ImportCardsHandler, PreviewImportHandler].map((Handler) => new Handler({ commands, keyring, catalog, runtime })),
    ...[QuarantineCardHandler, RestockCardHandler, VoidCardHandler].map((Handler) => new Handler(cards)),
    ...[QuarantineBatchHandler, RestockBatchHandler, VoidBatchHandler].map((Handler) => new Handler(batches)),
    ...[
      ConfigureGatewayHandler,
      ConfigureChannelHandler,
      PauseChannelHandler,
      ResumeChannelHandler,
      DrainChannelHandler,
      OverrideChannelHealthHandler,
      OverrideGatewayHealthHandler,
      PauseSkuHandler,
      ResumeSkuHandler,
      PauseGatewayHandler,
      ResumeGatewayHandler,
      RevokeApiKeyHandler,
      SetLoadSheddingHandler,
    ].map((Handler) => new Handler(setting)),
    ...[PublishRoutingPolicyHandler, StartCanaryHandler, PromoteCanaryHandler, RollBackCanaryHandler].map((Handler) => new Handler(routing)),
    new AcknowledgeIncidentHandler(commands, keyring),
    new IssueApiKeyHandler(apiKeyDesk, isScopeOf),
    new RotateApiKeyHandler(apiKeyDesk, commands.clock),
    new CloseDayHandler(new LedgerDesk({ commands, setting, store, readModels, waiter: beside.waiter, timeZone: config.values.CARDRAIL_TIME_ZONE })),
    new BookMoneyHandler(setting, settings),
    new RecordChargebackHandler(setting, commands),
    new ExplainDiscrepancyHandler(setting),
    new SettleDiscrepancyHandler(setting),
    new ReceiveGatewayNoticeHandler(notices),
    new ReceiveChannelNoticeHandler(channelNotices),
    ...[BulkRetryHandler, BulkRerouteHandler, BulkRefundHandler, StopJobHandler].map((Handler) => new Handler(bulk)),
    ...[RebuildProjectionHandler, RetryParkedHandler, SkipParkedHandler].map((Handler) => new Handler(repairs)),
  ];
}

const CALLBACK_OUTCOMES = {
  recorded: 'taken',
  'already-so': 'repeated',
  quarantined: 'quarantined',
  unreadable: 'unreadable',
  forged: 'forged',
  'unknown-sender': 'forged',
  'store-away': 'unavailable',
} as const;

/** Every query handler with what it needs. */
export function queryHandlers(parts: Parts, beside: Beside): readonly QueryHandler<Query<unknown>>[] {
  const { commands, keyring, runtime, store, codec, readModels, settings, channels, config } = parts;
  const { projector, engine, waiter, watch } = beside;
  const roomy = { isGatewayBusy: () => false, isChannelBusy: () => false, isRampFull: () => false, gatewayLimits: () => ({ maxInFlight: Infinity }) };
  const views = accountViews(
    { ...{ settings, channels, watch, commands }, gateways: parts.gateways, publicUrl: () => '', healthPolicy: config.health },
    roomy,
  );
  const routeDesk = new RouteDesk({
    offers: offerHints(parts),
    ...{ settings, channels, readModels, clock: commands.clock, timing: config.timing, healthPolicy: config.health, minMargin: config.minMargin },
    channelView: views.channelView,
  });
  const timeoutOf = timeoutsFrom((account) => watch.record(account), config.timing);
  const mac = (text: string): string => keyring.fingerprint(text, 'cursor');
  const reader = { commands, keyring };
  const byNumber = { ...reader, readModels, store, waitForPosition: waiter.waitFor.bind(waiter) };
  const projectionPorts = { projections, readModels, store, ...(projector === undefined ? {} : { projector }) };
  return [
    new GetOrderHandler(reader, revisionWaiter(store, runtime)),
    new GetOrderByNumberHandler(byNumber),
    new GetOrderHistoryHandler(store, codec, reader, mac),
    new GetOrderAsOfHandler(store, codec, reader),
    new GetOrderActionsHandler(reader, commands.clock, settings),
    new ListOrdersHandler(readModels, mac),
    new SearchOrdersHandler({ ...byNumber, readModels }, mac),
    new ListBatchesHandler(readModels, mac),
    ...supportQueryHandlers(parts, mac),
    new CompensationQueueHandler(readModels, mac, commands.clock),
    new AuditTrailHandler(readModels, mac),
    new ListApiKeysHandler(readModels, mac, commands.clock),
    new ListApprovalsHandler(readModels, mac, commands.clock),
    new InDoubtExposureHandler(readModels, commands.clock),
    new DemandForecastHandler(settings, readModels, commands.clock),
    new ListLanesHandler({
      lines: beside.lines,
      policy: () => lanesUnder(settings.routingPolicy().active, config.lanes),
      now: () => commands.clock.now(),
      engine,
    }),
    new ListNoticesHandler(readModels, mac),
    new ListSealingKeysHandler(keyring, settings, commands),
    new GetBuyerErasureHandler(commands),
    new ListSkusHandler(settings, readModels, config.incidents.waitingOrders),
    new GetSkuHandler(settings, readModels, config.incidents.waitingOrders),
    new ListGatewaysHandler(settings, timeoutOf, (maxInFlight) => gatewayCallsAtMost(config.callRoom, maxInFlight)),
    new ListChannelNoticesHandler(readModels, mac),
    new ListChannelsHandler(settings, timeoutOf, config.incidents.waitingOrders),
    new GetChannelHandler(settings, timeoutOf, config.incidents.waitingOrders),
    new GetKnownSupplyHandler(settings, readModels),
    new AskChannelHandler(settings, channels, runtime),
    new ExplainRouteHandler(routeDesk, reader, settings, runtime),
    new GetRoutingPolicyHandler(store, codec),
    new GetCanaryReportHandler(settings, new CanaryTrials(readModels), config.canary),
    new GetOutboxHandler(parts.outboxCursor, parts.notifiers),
    new GetProjectionsHandler(projectionPorts),
    new ListParkedEventsHandler(projectionDesk(parts, beside)),
    new GetIncidentHandler(store, codec),
    new ListIncidentsHandler(readModels, mac),
    new GetJobHandler(store, codec, jobs, projectionPorts, projectionDesk(parts, beside)),
    new GetLedgerHandler(readModels, config.values.CARDRAIL_TIME_ZONE),
    new GetReconciliationHandler(readModels),
    new ListDiscrepanciesHandler(readModels, mac),
    new ListJobsHandler(projectionPorts, mac, projectionDesk(parts, beside)),
    new GetSystemHandler({
      ...projectionPorts,
      runtime,
      shedding: parts.shedding,
      version,
      roles: [...config.roles],
      ...(engine === undefined ? {} : { engine }),
    }),
  ];
}
