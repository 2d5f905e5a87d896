import { isIP } from 'node:net';
import { z } from 'zod';
import { parseReviewDeadlines, type ReviewDeadlines } from '../application/queries/review-deadlines';

export const ROLES = ['api', 'engine', 'projector', 'outbox'] as const;
export type ProcessRole = (typeof ROLES)[number];

export const text = z.string().min(1).max(2_048);
export const wholeMs = z.coerce.number().int().min(0).max(604_800_000);
export const count = z.coerce.number().int().min(0).max(10_000_000);
export const flag = z.enum(['true', 'false']).transform((word) => word === 'true');
export const list = z.string().transform((words) =>
  words
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);
export const stages = list
  .transform((words) => words.map(Number))
  .pipe(z.array(z.number().int().min(0).max(604_800_000)).min(1).max(20))
  .refine((all) => all.every((ms, i) => i === 0 || ms > (all[i - 1] ?? 0)), 'must rise');

export const reviewDeadlines = z.string().transform((words, context): ReviewDeadlines => {
  const deadlines = parseReviewDeadlines(words);
  if (deadlines !== null) return deadlines;
  context.addIssue('must be kind=minutes, comma-separated');
  return z.NEVER;
});

export function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
