import { z } from 'zod';
import { CAPTCHA_TOKEN_CHARACTERS_MAX } from '../../ports/captcha';
import { fields, id, idempotencyKey, locale, payment } from '../input';

/** An order as a shop submits it. Prices are the shop's to set and are not in it. */
export const submitOrderInput = z.strictObject({
  idempotencyKey,
  skuId: id,
  quantity: z.number(),
  buyer: z.strictObject({
    /** The shop's own id of the buyer. */
    ref: id,
    contact: z
      .strictObject({
        email: z.email().max(254).optional(),
        phone: z
          .string()
          .regex(/^[+0-9][0-9 ()-]{3,30}$/)
          .optional(),
      })
      .optional(),
    /** Believed only from STOREFRONT keys. */
    tier: z.enum(['VIP', 'STANDARD']).optional(),
  }),
  fields: fields.optional(),
  payment,
  checkoutId: id.optional(),
  allowAnother: z.boolean().optional(),
  locale: locale.optional(),
  /** Where it was ordered from. Address and device are kept only as keyed digests, the proof of a solved captcha not at all. */
  client: z
    .strictObject({
      address: z.string().min(1).max(200).optional(),
      device: z.string().min(1).max(500).optional(),
      captchaToken: z.string().min(1).max(CAPTCHA_TOKEN_CHARACTERS_MAX).optional(),
    })
    .optional(),
});

export type SubmitOrderInput = z.output<typeof submitOrderInput>;
