import { canonicalJson } from '../../domain/kernel/hash';
import { derivedId } from '../../domain/kernel/ids';
import type { CardCounts } from '../../projections/card-counts';
import { aggregates, streamOf } from '../aggregates';
import { type Operation, requireRole } from '../authorise';
import type { Caller } from '../caller';
import type { CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import type { ReadModels } from '../ports/read-models';
import { refusalOf } from '../refusals';
import { rowPages } from '../row-pages';
import type { Refused } from './result';

export interface KeyInput {
  readonly idempotencyKey: string;
  readonly reason: string;
}

export type KeyJobResult = { readonly ok: true; readonly jobId: string; readonly replayed: boolean } | Refused;

const PAGE_SKUS = 1_000;

/** Where the keys that seal secrets are cared for. */
export class KeyDesk {
  constructor(
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
    private readonly readModels: Pick<ReadModels, 'find'>,
  ) {}

  /** Orders that all cards are sealed with the key that is in use now. Throws Forbidden, and ReadModelsUnavailable. */
  async rotate(operation: Operation, caller: Caller, input: KeyInput): Promise<KeyJobResult> {
    requireRole(operation, caller);
    const jobId = derivedId('job', caller.clientId, input.idempotencyKey, operation.operation);
    const handled = await this.commands.handle(
      aggregates.job,
      jobId,
      { type: 'OrderCardRotation', kid: this.keyring.kidInUse, cards: await this.cardsThereAre() },
      {
        commandId: derivedId('command', caller.clientId, input.idempotencyKey, operation.operation),
        correlationId: streamOf(aggregates.job, jobId),
        causationId: caller.requestId,
        actor: caller.actor,
        reason: input.reason,
        fingerprint: this.keyring.fingerprint(canonicalJson({ operation: operation.operation, ...input }), 'command'),
        ...(caller.traceparent === undefined ? {} : { traceparent: caller.traceparent }),
      },
    );
    if (handled.outcome === 'rejected') return { ok: false, refusal: refusalOf(handled.rejection) };
    return { ok: true, jobId, replayed: handled.replayed };
  }

  private async cardsThereAre(): Promise<number> {
    let cards = 0;
    for await (const page of rowPages<CardCounts>(this.readModels, 'sku-stock', { pageRows: PAGE_SKUS }))
      for (const { available, claimed, quarantined, voided, expired } of page.map(({ value }) => value))
        cards += available + claimed + quarantined + voided + expired;
    return cards;
  }
}
