import type { z } from 'zod';
import { eventCatalog, type EventCategory, type EventTypeOf } from '../../domain/event-catalog';
import { approvalSchemas } from './schemas/approval-schemas';
import { blockSchemas } from './schemas/block-schemas';
import { endpointSchemas } from './schemas/endpoint-schemas';
import { sheddingSchemas } from './schemas/shedding-schemas';
import { incidentSchemas } from './schemas/incident-schemas';
import { chargebackSchemas, closingSchemas, discrepancySchemas, statementSchemas, voucherSchemas } from './schemas/finance-schemas';
import { auditSchemas } from './schemas/audit-schemas';
import { keySchemas } from './schemas/key-schemas';
import { jobSchemas } from './schemas/job-schemas';
import { channelNoticeSchemas, noticeSchemas } from './schemas/notice-schemas';
import { buyerSchemas, orderSchemas } from './schemas/order-schemas';
import { refusalSchemas } from './schemas/refusal-schemas';
import { routingSchemas } from './schemas/routing-schemas';
import { apiKeySchemas, channelSchemas, gatewaySchemas, skuSchemas } from './schemas/settings-schemas';
import { batchSchemas, cardSchemas } from './schemas/stock-schemas';
import { subjectSchemas } from './schemas/subject-schemas';
import { supplySchemas } from './schemas/supply-schemas';

/** Lifts the data of one version to the next one. It is given what was stored and must not fail on it. */
export type Upcaster = (data: object) => object;

export interface EventDefinition {
  readonly version: number;
  /** The shape of today's version. */
  readonly schema: z.ZodType;
  /** `upcasters[n]` lifts version n to n + 1; there is one for every version before today's. */
  readonly upcasters?: Readonly<Record<number, Upcaster>>;
}

export type CodecCatalog = Readonly<Record<string, EventDefinition>>;

/** The shapes of all events, in the order of the domain's list: the compiler says when one is missing or too many. */
export const eventSchemas = {
  order: orderSchemas,
  card: cardSchemas,
  batch: batchSchemas,
  sku: skuSchemas,
  gateway: gatewaySchemas,
  channel: channelSchemas,
  apikey: apiKeySchemas,
  buyer: buyerSchemas,
  block: blockSchemas,
  notice: noticeSchemas,
  channelnotice: channelNoticeSchemas,
  routing: routingSchemas,
  loadshedding: sheddingSchemas,
  endpoint: endpointSchemas,
  incident: incidentSchemas,
  job: jobSchemas,
  key: keySchemas,
  subject: subjectSchemas,
  approval: approvalSchemas,
  ledger: closingSchemas,
  voucher: voucherSchemas,
  chargeback: chargebackSchemas,
  discrepancy: discrepancySchemas,
  statement: statementSchemas,
  supply: supplySchemas,
  audit: auditSchemas,
  refusal: refusalSchemas,
} satisfies { readonly [Category in EventCategory]: { readonly [Type in EventTypeOf<Category>]: z.ZodType } };

/** One-step lifts by event name, such as `OrderSubmitted: { 1: (data) => … }`. Nothing has changed its shape so far. */
const upcasters: Readonly<Record<string, Readonly<Record<number, Upcaster>>>> = {};

/** What the program runs with. */
export const codecCatalog: CodecCatalog = Object.fromEntries(
  Object.entries(eventCatalog).flatMap(([category, versions]) =>
    Object.entries(versions).map(([type, version]): [string, EventDefinition] => {
      const schemas: Readonly<Record<string, z.ZodType>> = eventSchemas[category as EventCategory];
      return [type, { version, schema: schemaOf(schemas, type), ...(upcasters[type] === undefined ? {} : { upcasters: upcasters[type] }) }];
    }),
  ),
);

function schemaOf(schemas: Readonly<Record<string, z.ZodType>>, type: string): z.ZodType {
  const schema = schemas[type];
  if (schema === undefined) throw new Error(`Event ${type} has no schema.`);
  return schema;
}
