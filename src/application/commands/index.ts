import { SkipParked, SkipParkedHandler } from './skip-parked';
import { RetryParked, RetryParkedHandler } from './retry-parked';
import { RebuildProjection, RebuildProjectionHandler } from './rebuild-projection';
import { AddNote, AddNoteHandler } from './add-note';
import { CancelOrder, CancelOrderHandler } from './cancel-order';
import { ChangePaymentMethod, ChangePaymentMethodHandler } from './change-payment-method';
import { ConfigureGateway, ConfigureGatewayHandler } from './configure-gateway';
import { ConfigureSku, ConfigureSkuHandler } from './configure-sku';
import { ConfirmPayment, ConfirmPaymentHandler } from './confirm-payment';
import { FreezeOrder, FreezeOrderHandler } from './freeze-order';
import { ImportCards, ImportCardsHandler } from './import-cards';
import { IssueApiKey, IssueApiKeyHandler } from './issue-api-key';
import { PauseGateway, PauseGatewayHandler } from './pause-gateway';
import { PauseSku, PauseSkuHandler } from './pause-sku';
import { ReceiveGatewayNoticeHandler } from './receive-gateway-notice';
import { RefundOrder, RefundOrderHandler } from './refund-order';
import { ReportCard, ReportCardHandler } from './report-card';
import { ResendDelivery, ResendDeliveryHandler } from './resend-delivery';
import { ResolveReview, ResolveReviewHandler } from './resolve-review';
import { ResumeGateway, ResumeGatewayHandler } from './resume-gateway';
import { ResumeSku, ResumeSkuHandler } from './resume-sku';
import { RetryOrder, RetryOrderHandler } from './retry-order';
import { RevealCards, RevealCardsHandler } from './reveal-cards';
import { RevokeApiKey, RevokeApiKeyHandler } from './revoke-api-key';
import { RotateAccessToken, RotateAccessTokenHandler } from './rotate-access-token';
import { SubmitOrder, SubmitOrderHandler } from './submit-order';
import { UnfreezeOrder, UnfreezeOrderHandler } from './unfreeze-order';

export * from './add-note';
export * from './cancel-order';
export * from './change-payment-method';
export * from './configure-gateway';
export * from './configure-sku';
export * from './confirm-payment';
export * from './freeze-order';
export * from './import-cards';
export * from './issue-api-key';
export * from './pause-gateway';
export * from './pause-sku';
export * from './receive-gateway-notice';
export * from './refund-order';
export * from './report-card';
export * from './resend-delivery';
export * from './resolve-review';
export * from './resume-gateway';
export * from './resume-sku';
export * from './retry-order';
export * from './reveal-cards';
export * from './revoke-api-key';
export * from './rotate-access-token';
export * from './submit-order';
export * from './unfreeze-order';
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
  ConfigureGateway,
  ConfigureSku,
  ConfirmPayment,
  FreezeOrder,
  ImportCards,
  IssueApiKey,
  PauseGateway,
  PauseSku,
  RebuildProjection,
  RefundOrder,
  ReportCard,
  ResendDelivery,
  ResolveReview,
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
] as const;

/** Every handler, for the command bus. */
export const commandHandlers = [
  AddNoteHandler,
  CancelOrderHandler,
  ChangePaymentMethodHandler,
  ConfigureGatewayHandler,
  ConfigureSkuHandler,
  ConfirmPaymentHandler,
  FreezeOrderHandler,
  ImportCardsHandler,
  IssueApiKeyHandler,
  PauseGatewayHandler,
  PauseSkuHandler,
  RebuildProjectionHandler,
  ReceiveGatewayNoticeHandler,
  RefundOrderHandler,
  ReportCardHandler,
  ResendDeliveryHandler,
  ResolveReviewHandler,
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
] as const;
