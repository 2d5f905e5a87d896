import { z } from 'zod';

/** What gateway v1 and channel v1 have in common: limits, the words that their messages are made of, and the body of an error. */

/** More than this in one answer is no answer. */
export const ANSWER_BYTES_MAX = 1_048_576;
/** More than this in one request or notice is refused. */
export const MESSAGE_BYTES_MAX = 65_536;

/** References and request ids. `.` and `..` are left out because they would change the meaning of a path. */
const REFERENCE = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;
export const isReference = (text: string): boolean => REFERENCE.test(text);

/** What a placeholder holds where nobody ever named a currency: the ISO-4217 code for "no currency". */
export const NO_CURRENCY = 'XXX';

export const reference = z.string().regex(REFERENCE);
export const amount = z.int().min(0);
export const currency = z.string().regex(/^[A-Z]{3}$/);
export const utc = z.iso.datetime();
/** Text for people: no control characters, no half characters. */
export const words = z
  .string()
  .max(512)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u);
export const webUrl = z
  .string()
  .max(2048)
  .regex(/^https?:\/\/[!-~]+$/)
  .refine((text) => URL.canParse(text));

/** The body of every answer that is not 2xx. A query for an id never seen answers 404 with the status UNKNOWN. */
export const errorSchema = z.object({
  status: z.string().max(64),
  code: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/)
    .exactOptional(),
  message: z.string().exactOptional(),
});
