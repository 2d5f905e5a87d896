import { HOUR_MS, MINUTE_MS } from '../../domain/kernel/time';
import { REVIEW_KINDS, type ReviewKind } from '../../domain/order/reviews';

/** How long a person may take to answer a review, by its kind. Milliseconds. */
export type ReviewDeadlines = Readonly<Record<ReviewKind, number>>;

/** Money that may have moved without goods is looked at first; a complaint can wait for the morning. */
export const defaultReviewDeadlines: ReviewDeadlines = {
  payment: 30 * MINUTE_MS,
  purchase: 30 * MINUTE_MS,
  delivery: 30 * MINUTE_MS,
  deadline: 30 * MINUTE_MS,
  frozen: HOUR_MS,
  refund: 4 * HOUR_MS,
  card: 8 * HOUR_MS,
  complaint: 8 * HOUR_MS,
  events: 24 * HOUR_MS,
  progress: HOUR_MS,
  other: HOUR_MS,
};

/** `payment=30,card=480`: minutes by kind, over the defaults. Null when it is none. */
export function parseReviewDeadlines(text: string): ReviewDeadlines | null {
  const deadlines: Record<ReviewKind, number> = { ...defaultReviewDeadlines };
  for (const part of text.split(',').filter((word) => word.trim() !== '')) {
    const [, word, minutes] = /^\s*([a-z]+)\s*=\s*(\d{1,6})\s*$/.exec(part) ?? [];
    const kind = REVIEW_KINDS.find((one) => one === word);
    if (kind === undefined || minutes === undefined) return null;
    deadlines[kind] = Number(minutes) * MINUTE_MS;
  }
  return deadlines;
}

export const reviewDeadlinesText = (deadlines: ReviewDeadlines): string =>
  REVIEW_KINDS.map((kind) => `${kind}=${deadlines[kind] / MINUTE_MS}`).join(',');
