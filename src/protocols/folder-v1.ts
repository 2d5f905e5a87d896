import type { z } from 'zod';
import { purchaseRequestSchema } from './channel-v1';

/** A request of channel v1 as a file: what stands in `requests/<requestId>.json`. Answers are CSV. */
export const requestFileSchema = purchaseRequestSchema;
export type RequestFile = z.infer<typeof requestFileSchema>;

/** Where things stand in the folder of one upstream. */
export const places = {
  request: (requestId: string) => `requests/${requestId}.json`,
  taken: (requestId: string) => `taken/${requestId}.json`,
  answer: (requestId: string) => `answers/${requestId}.csv`,
  offers: 'offers.csv',
  balance: 'balance.csv',
} as const;
