import { defaultApprovalPolicy } from '../../application/commands/approval-policy';
import { Approvals } from '../../application/commands/approvals';
import { BatchDesk } from '../../application/commands/batch-desk';
import { BulkDesk } from '../../application/commands/bulk-desk';
import { BulkRefundHandler } from '../../application/commands/bulk-refund';
import { BulkRerouteHandler } from '../../application/commands/bulk-reroute';
import { BulkRetryHandler } from '../../application/commands/bulk-retry';
import { CardDesk } from '../../application/commands/card-desk';
import { ConfigureChannelHandler } from '../../application/commands/configure-channel';
import { ConfirmRefundHandler } from '../../application/commands/confirm-refund';
import { DeliverManuallyHandler } from '../../application/commands/deliver-manually';
import { DrainChannelHandler } from '../../application/commands/drain-channel';
import { MatchNoticeHandler } from '../../application/commands/match-notice';
import { OrderDesk } from '../../application/commands/order-desk';
import { OverrideChannelHealthHandler } from '../../application/commands/override-channel-health';
import { PauseChannelHandler } from '../../application/commands/pause-channel';
import { PauseSkuHandler } from '../../application/commands/pause-sku';
import { PromoteCanaryHandler } from '../../application/commands/promote-canary';
import { PublishRoutingPolicyHandler } from '../../application/commands/publish-routing-policy';
import { QuarantineBatchHandler } from '../../application/commands/quarantine-batch';
import { QuarantineCardHandler } from '../../application/commands/quarantine-card';
import { ReissueCardHandler } from '../../application/commands/reissue-card';
import { ReportCardHandler } from '../../application/commands/report-card';
import { RestockBatchHandler } from '../../application/commands/restock-batch';
import { RestockCardHandler } from '../../application/commands/restock-card';
import { ResumeChannelHandler } from '../../application/commands/resume-channel';
import { ResumeSkuHandler } from '../../application/commands/resume-sku';
import { RollBackCanaryHandler } from '../../application/commands/roll-back-canary';
import { RoutingDesk } from '../../application/commands/routing-desk';
import { SettingDesk } from '../../application/commands/setting-desk';
import { StartCanaryHandler } from '../../application/commands/start-canary';
import { StopJobHandler } from '../../application/commands/stop-job';
import { CanaryTrials } from '../../application/canary-trials';
import type { CommandHandling } from '../../application/handle-command';
import type { OrderSecrets } from '../../application/order-secrets';
import type { Keyring } from '../../application/ports/keyring';
import type { ReadModels } from '../../application/ports/read-models';
import { ListNoticesHandler } from '../../application/queries/list-notices';
import type { Settings } from '../../application/settings';
import { canaryRule } from './beside';

export interface OperatorsKit {
  readonly commands: CommandHandling;
  readonly keyring: Keyring;
  readonly secrets: OrderSecrets;
  readonly readModels: ReadModels;
  readonly settings: Settings;
}

/** What people behind the counter do besides answering reviews: cards, channels, products, routing policies, notices, goods by hand, many orders at once. */
export function operatorsDesk({ commands, keyring, secrets, readModels, settings }: OperatorsKit) {
  const orders = new OrderDesk(commands, keyring);
  const setting = new SettingDesk(commands, keyring);
  const cards = new CardDesk(commands, keyring);
  const batches = new BatchDesk(commands, cards, readModels);
  const routing = new RoutingDesk(commands, setting, new CanaryTrials(readModels), canaryRule);
  const bulk = new BulkDesk(commands, keyring, readModels, new Approvals(commands, keyring, defaultApprovalPolicy));
  return {
    bulkRetry: new BulkRetryHandler(bulk),
    bulkReroute: new BulkRerouteHandler(bulk),
    bulkRefund: new BulkRefundHandler(bulk),
    stopJob: new StopJobHandler(bulk),
    configureChannel: new ConfigureChannelHandler(setting),
    pauseChannel: new PauseChannelHandler(setting),
    resumeChannel: new ResumeChannelHandler(setting),
    drainChannel: new DrainChannelHandler(setting),
    overrideChannelHealth: new OverrideChannelHealthHandler(setting),
    pauseSku: new PauseSkuHandler(setting),
    resumeSku: new ResumeSkuHandler(setting),
    publishPolicy: new PublishRoutingPolicyHandler(routing),
    startCanary: new StartCanaryHandler(routing),
    promoteCanary: new PromoteCanaryHandler(routing),
    rollBackCanary: new RollBackCanaryHandler(routing),
    report: new ReportCardHandler(orders),
    reissue: new ReissueCardHandler(orders),
    deliverManually: new DeliverManuallyHandler(orders, commands, keyring, secrets, { sku: async (id) => settings.sku(id) ?? { id, active: false } }),
    confirmRefund: new ConfirmRefundHandler(orders),
    matchNotice: new MatchNoticeHandler(orders, commands),
    notices: new ListNoticesHandler(readModels, (text) => keyring.fingerprint(text, 'cursor')),
    quarantineCard: new QuarantineCardHandler(cards),
    restockCard: new RestockCardHandler(cards),
    quarantineBatch: new QuarantineBatchHandler(batches),
    restockBatch: new RestockBatchHandler(batches),
  };
}
