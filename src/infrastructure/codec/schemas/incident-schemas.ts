import { z } from 'zod';
import { INCIDENT_KINDS } from '../../../domain/incident/events';
import { count, id, money, nothing, ordinal, time } from '../shapes';

const CURRENCIES_MAX = 20;
const WORDS_MAX = 50;

const measured = { value: count, threshold: count };
const counted = z.array(z.strictObject({ what: id, count })).max(WORDS_MAX);
const amounts = z.array(money).max(CURRENCIES_MAX);
const figures = z.strictObject({
  orders: count,
  amounts,
  causes: counted,
  diverted: count,
  retries: count,
  refundsOrdered: count,
  refunded: count,
  delivered: count,
  people: counted,
  leftWaiting: count,
  leftInDoubt: count,
  leftInReview: count,
  leftOwed: amounts,
  truncated: z.boolean(),
});

export const incidentSchemas = {
  IncidentOpened: z.strictObject({ kind: z.enum(INCIDENT_KINDS), subject: id, ...measured, ordinal, cause: id, since: time }),
  IncidentEnriched: z.strictObject({ ...measured, figures }),
  IncidentReminded: z.strictObject({ ...measured, reminder: ordinal }),
  IncidentAcknowledged: nothing,
  IncidentReopened: z.strictObject({ ...measured, cause: id }),
  IncidentClosed: z.strictObject({ calmSince: time, peak: count, figures }),
};
