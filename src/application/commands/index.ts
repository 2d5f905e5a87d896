import { SkipParked, SkipParkedHandler } from './skip-parked';
import { RetryParked, RetryParkedHandler } from './retry-parked';
import { RebuildProjection, RebuildProjectionHandler } from './rebuild-projection';
import { AddNote, AddNoteHandler } from './add-note';
import { CancelOrder, CancelOrderHandler } from './cancel-order';
import { ChangePaymentMethod, ChangePaymentMethodHandler } from './change-payment-method';
import { ConfigureChannel, ConfigureChannelHandler } from './configure-channel';
import { ConfigureGateway, ConfigureGatewayHandler } from './configure-gateway';
import { ConfigureSku, ConfigureSkuHandler } from './configure-sku';
import { ConfirmPayment, ConfirmPaymentHandler } from './confirm-payment';
import { ConfirmRefund, ConfirmRefundHandler } from './confirm-refund';
import { DeliverManually, DeliverManuallyHandler } from './deliver-manually';
import { DrainChannel, DrainChannelHandler } from './drain-channel';
import { FreezeOrder, FreezeOrderHandler } from './freeze-order';
import { ImportCards, ImportCardsHandler } from './import-cards';
import { IssueApiKey, IssueApiKeyHandler } from './issue-api-key';
import { MatchNotice, MatchNoticeHandler } from './match-notice';
import { PauseChannel, PauseChannelHandler } from './pause-channel';
import { PauseGateway, PauseGatewayHandler } from './pause-gateway';
import { PauseSku, PauseSkuHandler } from './pause-sku';
import { PreviewImport, PreviewImportHandler } from './preview-import';
import { QuarantineBatch, QuarantineBatchHandler } from './quarantine-batch';
import { QuarantineCard, QuarantineCardHandler } from './quarantine-card';
import { ReceiveChannelNoticeHandler } from './receive-channel-notice';
import { ReceiveGatewayNoticeHandler } from './receive-gateway-notice';
import { RefundOrder, RefundOrderHandler } from './refund-order';
import { ReissueCard, ReissueCardHandler } from './reissue-card';
import { ReportCard, ReportCardHandler } from './report-card';
import { ResendDelivery, ResendDeliveryHandler } from './resend-delivery';
import { ResolveReview, ResolveReviewHandler } from './resolve-review';
import { RestockBatch, RestockBatchHandler } from './restock-batch';
import { RestockCard, RestockCardHandler } from './restock-card';
import { ResumeChannel, ResumeChannelHandler } from './resume-channel';
import { ResumeGateway, ResumeGatewayHandler } from './resume-gateway';
import { ResumeSku, ResumeSkuHandler } from './resume-sku';
import { RetryOrder, RetryOrderHandler } from './retry-order';
import { RevealCards, RevealCardsHandler } from './reveal-cards';
import { RevokeApiKey, RevokeApiKeyHandler } from './revoke-api-key';
import { RotateAccessToken, RotateAccessTokenHandler } from './rotate-access-token';
import { SubmitOrder, SubmitOrderHandler } from './submit-order';
import { UnfreezeOrder, UnfreezeOrderHandler } from './unfreeze-order';
import { VoidBatch, VoidBatchHandler } from './void-batch';
import { VoidCard, VoidCardHandler } from './void-card';

export * from './add-note';
export * from './cancel-order';
export * from './change-payment-method';
export * from './configure-channel';
export * from './configure-gateway';
export * from './configure-sku';
export * from './confirm-payment';
export * from './confirm-refund';
export * from './deliver-manually';
export * from './drain-channel';
export * from './freeze-order';
export * from './import-cards';
export * from './issue-api-key';
export * from './match-notice';
export * from './pause-channel';
export * from './pause-gateway';
export * from './pause-sku';
export * from './preview-import';
export * from './quarantine-batch';
export * from './quarantine-card';
export * from './receive-channel-notice';
export * from './receive-gateway-notice';
export * from './refund-order';
export * from './reissue-card';
export * from './report-card';
export * from './resend-delivery';
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
export * from './submit-order';
export * from './unfreeze-order';
export * from './void-batch';
export * from './void-card';
export * from './rebuild-projection';
export * from './retry-parked';
export * from './skip-parked';
export type { RepairResult } from './repair-desk';
export * from './result';

/** Every mutation that a caller with a role may ask for. The rights matrix is made of these. */
export const operations = [
  AddNote,
  CancelOrder,
  ChangePaymentMethod,
  ConfigureChannel,
  ConfigureGateway,
  ConfigureSku,
  ConfirmPayment,
  ConfirmRefund,
  DeliverManually,
  DrainChannel,
  FreezeOrder,
  ImportCards,
  IssueApiKey,
  MatchNotice,
  PauseChannel,
  PauseGateway,
  PauseSku,
  PreviewImport,
  QuarantineBatch,
  QuarantineCard,
  RebuildProjection,
  RefundOrder,
  ReissueCard,
  ReportCard,
  ResendDelivery,
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
  SkipParked,
  SubmitOrder,
  UnfreezeOrder,
  VoidBatch,
  VoidCard,
] as const;

/** Every handler, for the command bus. */
export const commandHandlers = [
  AddNoteHandler,
  CancelOrderHandler,
  ChangePaymentMethodHandler,
  ConfigureChannelHandler,
  ConfigureGatewayHandler,
  ConfigureSkuHandler,
  ConfirmPaymentHandler,
  ConfirmRefundHandler,
  DeliverManuallyHandler,
  DrainChannelHandler,
  FreezeOrderHandler,
  ImportCardsHandler,
  IssueApiKeyHandler,
  MatchNoticeHandler,
  PauseChannelHandler,
  PauseGatewayHandler,
  PauseSkuHandler,
  PreviewImportHandler,
  QuarantineBatchHandler,
  QuarantineCardHandler,
  RebuildProjectionHandler,
  ReceiveChannelNoticeHandler,
  ReceiveGatewayNoticeHandler,
  RefundOrderHandler,
  ReissueCardHandler,
  ReportCardHandler,
  ResendDeliveryHandler,
  ResolveReviewHandler,
  RestockBatchHandler,
  RestockCardHandler,
  ResumeChannelHandler,
  ResumeGatewayHandler,
  ResumeSkuHandler,
  RetryOrderHandler,
  RetryParkedHandler,
  RevealCardsHandler,
  RevokeApiKeyHandler,
  RotateAccessTokenHandler,
  SkipParkedHandler,
  SubmitOrderHandler,
  UnfreezeOrderHandler,
  VoidBatchHandler,
  VoidCardHandler,
] as const;
