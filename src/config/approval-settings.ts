import { z } from 'zod';
import { type ApprovalPolicy, defaultApprovalPolicy } from '../application/commands/approval-policy';
import { AMOUNT_MINOR_MAX } from '../domain/kernel/money';
import { setting } from './setting';

const MINUTE_MS = 60_000;

/** Minor units, or off. */
const above = z.union([z.literal('off').transform(() => null), z.coerce.number().int().min(0).max(AMOUNT_MINOR_MAX)]);

/** From where on one person is not enough; see `ApprovalPolicy`. */
export const approvalSettings = {
  CARDRAIL_APPROVAL_CONFIRM_PAYMENT_ABOVE_MINOR: setting(
    above,
    `${defaultApprovalPolicy.confirmPaymentAboveMinor}`,
    'a person who vouches for more money than this, in minor units of its currency, needs a second one; off: never',
  ),
  CARDRAIL_APPROVAL_BULK_REFUND_ABOVE_MINOR: setting(
    above,
    `${defaultApprovalPolicy.bulkRefundAboveMinor}`,
    'a bulk refund of more money than this, in minor units of its currency, needs a second person; off: never',
  ),
  CARDRAIL_APPROVAL_VALID_MINUTES: setting(
    z.coerce.number().int().min(1).max(10_080),
    `${defaultApprovalPolicy.validForMs / MINUTE_MS}`,
    'how long a request for approval may be approved and carried out',
  ),
} as const;

type Values = { readonly [Name in keyof typeof approvalSettings]: z.output<(typeof approvalSettings)[Name]['schema']> };

export const approvalPolicyOf = (values: Values): ApprovalPolicy => ({
  confirmPaymentAboveMinor: values.CARDRAIL_APPROVAL_CONFIRM_PAYMENT_ABOVE_MINOR,
  bulkRefundAboveMinor: values.CARDRAIL_APPROVAL_BULK_REFUND_ABOVE_MINOR,
  validForMs: values.CARDRAIL_APPROVAL_VALID_MINUTES * MINUTE_MS,
});
