import { supportOperations } from './support';
import { SkipParked } from './skip-parked';
import { RetryParked } from './retry-parked';
import { RebuildProjection } from './rebuild-projection';
import { DeclineApproval } from './decline-approval';
import { GrantApproval } from './grant-approval';
import { AcknowledgeIncident } from './acknowledge-incident';
import { AddNote } from './add-note';
import { BulkRefund } from './bulk-refund';
import { BulkReroute } from './bulk-reroute';
import { BulkRetry } from './bulk-retry';
import { BookMoney } from './book-money';
import { CancelOrder } from './cancel-order';
import { ChangePaymentMethod } from './change-payment-method';
import { CloseDay } from './close-day';
import { ConfigureChannel } from './configure-channel';
import { ConfigureGateway } from './configure-gateway';
import { ConfigureSku } from './configure-sku';
import { ConfirmPayment } from './confirm-payment';
import { ConfirmRefund } from './confirm-refund';
import { ConfirmSurplus } from './confirm-surplus';
import { DeliverManually } from './deliver-manually';
import { DestroyKey } from './destroy-key';
import { EraseBuyer } from './erase-buyer';
import { DrainChannel } from './drain-channel';
import { ExplainDiscrepancy } from './explain-discrepancy';
import { ExportCodes } from './export-codes';
import { FreezeOrder } from './freeze-order';
import { ImportCards } from './import-cards';
import { IssueApiKey } from './issue-api-key';
import { MatchNotice } from './match-notice';
import { OverrideChannelHealth } from './override-channel-health';
import { OverrideGatewayHealth } from './override-gateway-health';
import { PauseChannel } from './pause-channel';
import { PauseGateway } from './pause-gateway';
import { PauseSku } from './pause-sku';
import { PreviewImport } from './preview-import';
import { PromoteCanary } from './promote-canary';
import { PublishRoutingPolicy } from './publish-routing-policy';
import { RollBackCanary } from './roll-back-canary';
import { StartCanary } from './start-canary';
import { QuarantineBatch } from './quarantine-batch';
import { QuarantineCard } from './quarantine-card';
import { RecordChargeback } from './record-chargeback';
import { RefundOrder } from './refund-order';
import { ReissueCard } from './reissue-card';
import { ReportCard } from './report-card';
import { ResendDelivery } from './resend-delivery';
import { ResendMessages } from './resend-messages';
import { ResolveReview } from './resolve-review';
import { RestockBatch } from './restock-batch';
import { RestockCard } from './restock-card';
import { ResumeChannel } from './resume-channel';
import { ResumeGateway } from './resume-gateway';
import { ResumeSku } from './resume-sku';
import { RetryOrder } from './retry-order';
import { RevealCards } from './reveal-cards';
import { RevokeApiKey } from './revoke-api-key';
import { RotateApiKey } from './rotate-api-key';
import { RotateAccessToken } from './rotate-access-token';
import { RotateKeys } from './rotate-keys';
import { SetLoadShedding } from './set-load-shedding';
import { StopJob } from './stop-job';
import { SettleDiscrepancy } from './settle-discrepancy';
import { SubmitOrder } from './submit-order';
import { UnfreezeOrder } from './unfreeze-order';
import { VoidBatch } from './void-batch';
import { VoidCard } from './void-card';

export * from './add-note';
export * from './decline-approval';
export * from './grant-approval';
export * from './book-money';
export * from './cancel-order';
export * from './change-payment-method';
export * from './close-day';
export * from './configure-channel';
export * from './configure-gateway';
export * from './configure-sku';
export * from './confirm-payment';
export * from './confirm-refund';
export * from './confirm-surplus';
export * from './deliver-manually';
export * from './destroy-key';
export * from './drain-channel';
export * from './erase-buyer';
export * from './explain-discrepancy';
export * from './export-codes';
export * from './freeze-order';
export * from './import-cards';
export * from './issue-api-key';
export * from './match-notice';
export * from './override-channel-health';
export * from './override-gateway-health';
export * from './pause-channel';
export * from './pause-gateway';
export * from './pause-sku';
export * from './preview-import';
export * from './promote-canary';
export * from './publish-routing-policy';
export * from './roll-back-canary';
export * from './start-canary';
export * from './quarantine-batch';
export * from './quarantine-card';
export * from './receive-channel-notice';
export * from './receive-gateway-notice';
export * from './record-chargeback';
export * from './refund-order';
export * from './reissue-card';
export * from './report-card';
export * from './resend-delivery';
export * from './resend-messages';
export * from './resolve-review';
export * from './restock-batch';
export * from './restock-card';
export * from './resume-channel';
export * from './resume-gateway';
export * from './resume-sku';
export * from './retry-order';
export * from './reveal-cards';
export * from './revoke-api-key';
export * from './rotate-access-token';
export * from './rotate-api-key';
export * from './rotate-keys';
export * from './settle-discrepancy';
export * from './submit-order';
export * from './support';
export * from './unfreeze-order';
export * from './void-batch';
export * from './void-card';
export * from './rebuild-projection';
export * from './retry-parked';
export * from './skip-parked';
export * from './acknowledge-incident';
export * from './bulk-refund';
export * from './bulk-reroute';
export * from './bulk-retry';
export * from './set-load-shedding';
export * from './stop-job';
export type { ApiKeyResult } from './api-key-desk';
export type { BulkResult } from './bulk-desk';
export type { KeyJobResult, KeyResult } from './key-desk';
export type { RepairResult } from './repair-desk';
export * from './result';

/** Every mutation that a caller with a role may ask for. The rights matrix is made of these. */
export const operations = [
  AcknowledgeIncident,
  AddNote,
  BulkRefund,
  BulkReroute,
  BulkRetry,
  BookMoney,
  CancelOrder,
  ChangePaymentMethod,
  CloseDay,
  ConfigureChannel,
  ConfigureGateway,
  ConfigureSku,
  ConfirmPayment,
  ConfirmRefund,
  ConfirmSurplus,
  DeclineApproval,
  DeliverManually,
  DestroyKey,
  EraseBuyer,
  DrainChannel,
  ExplainDiscrepancy,
  ExportCodes,
  FreezeOrder,
  GrantApproval,
  ImportCards,
  IssueApiKey,
  MatchNotice,
  OverrideChannelHealth,
  OverrideGatewayHealth,
  PauseChannel,
  PauseGateway,
  PauseSku,
  PreviewImport,
  PromoteCanary,
  PublishRoutingPolicy,
  RollBackCanary,
  StartCanary,
  QuarantineBatch,
  QuarantineCard,
  RebuildProjection,
  RecordChargeback,
  RefundOrder,
  ReissueCard,
  ReportCard,
  ResendDelivery,
  ResendMessages,
  ResolveReview,
  RestockBatch,
  RestockCard,
  ResumeChannel,
  ResumeGateway,
  ResumeSku,
  RetryOrder,
  RetryParked,
  RevealCards,
  RevokeApiKey,
  RotateAccessToken,
  RotateApiKey,
  RotateKeys,
  SetLoadShedding,
  SkipParked,
  StopJob,
  SettleDiscrepancy,
  SubmitOrder,
  UnfreezeOrder,
  VoidBatch,
  VoidCard,
  ...supportOperations,
] as const;
