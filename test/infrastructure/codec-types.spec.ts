import type { z } from 'zod';
import type { ApprovalEvent } from '../../src/domain/approval/events';
import type { AuditEvent } from '../../src/domain/audit/checkpoints';
import type { BatchEvent } from '../../src/domain/batch/events';
import type { BlockEvent } from '../../src/domain/block/events';
import type { BuyerEvent } from '../../src/domain/buyer/events';
import type { CardEvent } from '../../src/domain/card/events';
import type { ChannelEvent } from '../../src/domain/catalog/channel';
import type { ApiKeyEvent, GatewayEvent, SkuEvent } from '../../src/domain/catalog/events';
import type { ClosingEvent } from '../../src/domain/closing/events';
import type { EventCategory } from '../../src/domain/event-catalog';
import type { DomainEvent, EventMetadata, StoredEvent } from '../../src/domain/kernel/event';
import type { EndpointEvent } from '../../src/domain/endpoint/events';
import type { SheddingEvent } from '../../src/domain/shedding/events';
import type { IncidentEvent } from '../../src/domain/incident/events';
import type { KeyEvent } from '../../src/domain/key/events';
import type { JobEvent } from '../../src/domain/job/events';
import type { ChannelNoticeEvent } from '../../src/domain/notice/channel-notice';
import type { NoticeEvent } from '../../src/domain/notice/events';
import type { OrderEvent } from '../../src/domain/order/events';
import type { DiscrepancyEvent } from '../../src/domain/discrepancy/events';
import type { RefusalEvent } from '../../src/domain/refusal/events';
import type { StatementEvent } from '../../src/domain/statement/events';
import type { ChargebackEvent } from '../../src/domain/chargeback/events';
import type { SubjectEvent } from '../../src/domain/subject/events';
import type { SupplyEvent } from '../../src/domain/supply/events';
import type { VoucherEvent } from '../../src/domain/voucher/events';
import type { RoutingPolicyEvent } from '../../src/domain/routing/policy-events';
import type { eventSchemas } from '../../src/infrastructure/codec/catalog';
import type { envelopeSchema, metadataSchema } from '../../src/infrastructure/codec/envelope-schema';

/** The same members with the same optionality, whatever way the type was written (intersections, readonly). */
type Plain<T> = T extends readonly (infer Item)[] ? Plain<Item>[] : T extends object ? { -readonly [Key in keyof T]: Plain<T[Key]> } : T;
type Identical<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Same<A, B> = Identical<Plain<A>, Plain<B>>;

/** The names of those events whose type and schema are not equal in both directions: never, when all is well. */
type Differing<Event extends DomainEvent, Schemas extends Record<string, z.ZodType>> =
  | { [Type in Event['type']]: Same<Extract<Event, { type: Type }>['data'], z.output<Schemas[Type]>> extends true ? never : Type }[Event['type']]
  | Exclude<keyof Schemas, Event['type']>;

interface EventsOf {
  order: OrderEvent;
  card: CardEvent;
  batch: BatchEvent;
  sku: SkuEvent;
  gateway: GatewayEvent;
  channel: ChannelEvent;
  apikey: ApiKeyEvent;
  buyer: BuyerEvent;
  block: BlockEvent;
  routing: RoutingPolicyEvent;
  loadshedding: SheddingEvent;
  endpoint: EndpointEvent;
  incident: IncidentEvent;
  job: JobEvent;
  key: KeyEvent;
  subject: SubjectEvent;
  approval: ApprovalEvent;
  supply: SupplyEvent;
  audit: AuditEvent;
  notice: NoticeEvent;
  channelnotice: ChannelNoticeEvent;
  ledger: ClosingEvent;
  voucher: VoucherEvent;
  chargeback: ChargebackEvent;
  discrepancy: DiscrepancyEvent;
  statement: StatementEvent;
  refusal: RefusalEvent;
}

type DifferingEvents = { [Category in EventCategory]: Differing<EventsOf[Category], (typeof eventSchemas)[Category]> }[EventCategory];
/** The compiler's error here names the events that differ. */
type NothingOf<None extends never> = None;
export type NothingDiffers = NothingOf<DifferingEvents>;

const envelopeIsTheDomains: Same<z.output<typeof envelopeSchema>, Omit<StoredEvent, 'data'>> = true;
const metadataIsTheDomains: Same<z.output<typeof metadataSchema>, EventMetadata> = true;

/** The comparison itself must not be blind. */
const seesAMissingOptional: Same<{ a: string }, { a: string; b?: string }> = false;
const seesAnOptional: Same<{ a: string }, { a?: string }> = false;
const seesAnUndefined: Same<{ a?: string }, { a?: string | undefined }> = false;
const seesAWiderType: Same<{ a: 'x' }, { a: string }> = false;
const seesDeepDown: Same<{ a: { b: readonly { c: 1 }[] } }, { a: { b: { c: 2 }[] } }> = false;
const ignoresReadonly: Same<{ readonly a: readonly string[] }, { a: string[] }> = true;
const ignoresIntersections: Same<{ a: 1 } & { b: 2 }, { a: 1; b: 2 }> = true;

describe('event types and schemas', () => {
  // The assertions above are the compiler's (npm run typecheck); this keeps their outcome in the test report.
  it('are equal in both directions', () => {
    expect([envelopeIsTheDomains, metadataIsTheDomains, ignoresReadonly, ignoresIntersections]).not.toContain(false);
    expect([seesAMissingOptional, seesAnOptional, seesAnUndefined, seesAWiderType, seesDeepDown]).not.toContain(true);
  });
});
