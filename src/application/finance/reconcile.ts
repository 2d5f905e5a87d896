import { dayAfter, dayAt, dayBefore, endOfDay, startOfDay, type Day } from '../../domain/closing/day';
import type { DiscrepancyEvent, Said } from '../../domain/discrepancy/events';
import { sha256Hex } from '../../domain/kernel/hash';
import { derivedId, orderIdOfReference, streams } from '../../domain/kernel/ids';
import { fromIso, type Instant } from '../../domain/kernel/time';
import { type Claim, type ClaimKind, claimsOf } from '../../domain/ledger/claim';
import type { StatementEvent } from '../../domain/statement/events';
import type { BookRow } from '../../projections/books';
import type { DiscrepancyRow } from '../../projections/discrepancies';
import type { StatementRow } from '../../projections/statements';
import { aggregates } from '../aggregates';
import type { CommandContext, CommandHandling } from '../handle-command';
import { FingerprintSet } from '../import-cards/fingerprint-set';
import { IN_VALUES_MAX } from '../ports/read-model-rules';
import type { ReadModels } from '../ports/read-models';
import { problemOf, saidBy } from './compare';
import { readLedgerDay } from './ledger-day';
import { scanBooks } from './scan-books';
import { type StatementLine, type StatementLines, StatementUnreadable } from './statement';
import { rowPages } from '../row-pages';

/** A statement of one gateway or channel, and what it covers. */
export interface Statement {
  readonly side: 'gateway' | 'channel';
  readonly party: string;
  readonly day: Day;
  /** It covers all that was before as well. */
  readonly cumulative: boolean;
  readonly source: string;
  /** SHA-256 of what it was read from, lower-case hex. */
  readonly contentHash: string;
  /** When it was taken: what we booked from then on cannot be on it. */
  readonly takenAt: Instant;
  readonly lines: StatementLines;
}

export interface ReconcilePorts {
  readonly commands: CommandHandling;
  readonly readModels: ReadModels;
  readonly timeZone: string;
  readonly context: Omit<CommandContext, 'commandId' | 'correlationId'>;
}

export type ReconciliationReport = StatementEvent['data'] & { readonly statementId: string };

/** References that differ, or stand on a statement several times, are kept in memory: above this it is another party's statement. */
const ODD_MAX = 200_000;
/** Booked before the beginning or after the end of its statement. Above this the day was told by another calendar. */
const CARRIED_MAX = 2_000;
/** Statements of the two neighbouring days; more were never made of one party. */
const STATEMENTS_BESIDE_MAX = 100;
const STORED_AT_ONCE = 64;
const ROWS_AT_ONCE = 500;

const keyOf = (kind: ClaimKind, reference: string): string => `${kind}\u001f${reference}`;
const fingerprintOf = (key: string): string => Buffer.from(sha256Hex(key), 'hex').toString('base64url');
const saidOf = ({ amountMinor, currency, units }: StatementLine): Said => ({
  amountMinor,
  ...(currency === undefined ? {} : { currency }),
  ...(units === undefined ? {} : { units }),
});
const sumOf = (a: Said, b: Said): Said => ({
  ...a,
  amountMinor: a.amountMinor + b.amountMinor,
  ...(a.units === undefined || b.units === undefined ? {} : { units: a.units + b.units }),
});

interface Odd {
  readonly kind: ClaimKind;
  readonly reference: string;
  readonly claim: Claim | undefined;
  readonly theirs: Said;
}

type Finding = Extract<DiscrepancyEvent, { type: 'DiscrepancyFound' }>['data'];

export const discrepancyId = (party: string, kind: ClaimKind, reference: string): string => derivedId('discrepancy', party, kind, reference);

/**
 * Holds a statement against the books, both ways: each of its lines must be booked with the same amount, and what we booked within its
 * time must be on it. The books must have been caught up with. Every difference is a stream of its own, so running it again, or going on
 * after a crash, finds the same ones and stores them once. Memory: some ten bytes a line, and the lines that differ.
 */
export class Reconciliation {
  private readonly seen = new FingerprintSet();
  private readonly odd = new Map<string, Odd>();
  private readonly carried: string[] = [];
  private lines = 0;
  private readonly from: Instant;
  private readonly to: Instant;
  private readonly statementId: string;

  constructor(
    private readonly ports: ReconcilePorts,
    private readonly statement: Statement,
  ) {
    const { day, cumulative, party, contentHash, takenAt } = statement;
    this.from = cumulative ? -Infinity : startOfDay(day, ports.timeZone);
    this.to = cumulative ? takenAt : Math.min(takenAt, endOfDay(day, ports.timeZone));
    this.statementId = derivedId('statement', party, day, contentHash);
  }

  /** Throws StatementUnreadable, and then nothing was stored; rejects with ReadModelsUnavailable. */
  async run(): Promise<ReconciliationReport> {
    for await (const chunk of this.statement.lines)
      for (let at = 0; at < chunk.length; at += IN_VALUES_MAX) await this.compare(chunk.slice(at, at + IN_VALUES_MAX));
    const findings = new Map<string, Finding>();
    for (const [key, { kind, reference, claim, theirs }] of this.odd) {
      const problem = problemOf(claim, theirs);
      if (problem !== null) findings.set(key, this.finding(kind, reference, problem, claim, theirs));
    }
    const theirDiffering = findings.size;
    await this.findUnlisted(findings);
    await inChunks([...findings.values()], (found) => this.store(found));
    const settled = await this.settle(findings);
    return this.record({ matched: this.distinct - theirDiffering, differing: findings.size, settled });
  }

  private distinct = 0;

  private async compare(lines: readonly StatementLine[]): Promise<void> {
    const books = await this.booksOf(lines);
    for (const line of lines) {
      const { kind, reference } = line;
      const key = keyOf(kind, reference);
      const claim = this.claimIn(books, kind, reference);
      const isFirst = this.seen.add(fingerprintOf(key));
      if (this.seen.isFull) throw new StatementUnreadable('it has too many lines for one statement: split it');
      this.lines++;
      if (isFirst) {
        this.distinct++;
        if (claim !== undefined && !this.isWithin(claim)) this.carry(reference);
        if (problemOf(claim, saidOf(line)) === null) continue;
      }
      // A further line of the same reference adds to what was said before, which had fitted when nothing odd is known of it.
      const before = this.odd.get(key)?.theirs ?? (isFirst || claim === undefined ? undefined : { ...saidOf(line), ...saidBy(claim) });
      this.odd.set(key, { kind, reference, claim, theirs: before === undefined ? saidOf(line) : sumOf(before, saidOf(line)) });
      if (this.odd.size > ODD_MAX)
        throw new StatementUnreadable(`more than ${ODD_MAX} lines differ: it is not a statement of ${this.statement.party}`);
    }
  }

  private isWithin({ at }: Claim): boolean {
    const booked = fromIso(at);
    return booked >= this.from && booked < this.to;
  }

  private carry(reference: string): void {
    if (this.statement.cumulative) return;
    this.carried.push(reference);
    if (this.carried.length > CARRIED_MAX)
      throw new StatementUnreadable(
        `more than ${CARRIED_MAX} of its lines were not booked on ${this.statement.day}: it tells its days by another calendar`,
      );
  }

  private async booksOf(lines: readonly { readonly reference: string }[]): Promise<ReadonlyMap<string, BookRow>> {
    const orderIds = new Set(lines.map(({ reference }) => orderIdOfReference(reference)).filter((id) => id !== null));
    const rows = await this.ports.readModels.getMany<BookRow>(
      'books',
      [...orderIds].flatMap((id) => [streams.order(id), streams.job(id)]),
    );
    return new Map(rows.map(({ key, value }) => [key, value]));
  }

  private claimIn(books: ReadonlyMap<string, BookRow>, kind: ClaimKind, reference: string): Claim | undefined {
    // What was bought ahead stands in the book of its job.
    const id = orderIdOfReference(reference) ?? '';
    const book = books.get(streams.order(id)) ?? books.get(streams.job(id));
    if (book === undefined) return undefined;
    return claimsOf(book).find((claim) => claim.kind === kind && claim.reference === reference && claim.party === this.statement.party);
  }

  /** What we booked within its time and it does not have. */
  private async findUnlisted(findings: Map<string, Finding>): Promise<void> {
    const { readModels } = this.ports;
    const { party, day, cumulative } = this.statement;
    const listedBeside = cumulative ? new Set<string>() : await this.carriedInto(day);
    const scanFrom = cumulative ? null : (await readLedgerDay(readModels, day)).scanFrom;
    for await (const page of scanBooks(readModels, scanFrom))
      for (const claim of page.flatMap(({ value }) => claimsOf(value))) {
        if (claim.party !== party || !this.isWithin(claim) || listedBeside.has(claim.reference)) continue;
        const key = keyOf(claim.kind, claim.reference);
        if (!this.seen.has(fingerprintOf(key))) findings.set(key, this.finding(claim.kind, claim.reference, 'NOT_ON_STATEMENT', claim, undefined));
      }
  }

  /** What the statements of the day before and after have of it. */
  private async carriedInto(day: Day): Promise<ReadonlySet<string>> {
    const filter = { party: { eq: this.statement.party }, day: { in: [dayBefore(day), dayAfter(day)] } };
    const rows = await this.ports.readModels.find<StatementRow>('statements', { filter, limit: STATEMENTS_BESIDE_MAX });
    return new Set(rows.flatMap(({ value }) => value.carried));
  }

  private finding(kind: ClaimKind, reference: string, problem: Finding['problem'], claim: Claim | undefined, theirs: Said | undefined): Finding {
    const { party, day, cumulative } = this.statement;
    return {
      party,
      kind,
      reference,
      problem,
      ...(claim === undefined ? {} : { ours: saidBy(claim) }),
      ...(theirs === undefined ? {} : { theirs }),
      day: cumulative && claim !== undefined ? dayAt(fromIso(claim.at), this.ports.timeZone) : day,
      statementId: this.statementId,
    };
  }

  private async store(found: Finding): Promise<void> {
    const id = discrepancyId(found.party, found.kind, found.reference);
    await this.ports.commands.handle(aggregates.discrepancy, id, { type: 'Find', ...found }, this.contextOf(id, 'find'));
    this.ports.commands.forget(aggregates.discrepancy, id);
  }

  /** Differences of this party that are none any more: the line has come, or the books say by now what a statement said. */
  private async settle(findings: ReadonlyMap<string, Finding>): Promise<number> {
    let settled = 0;
    for await (const rows of this.unsettled()) {
      const books = await this.booksOf(rows.map(({ value }) => value));
      const matched = rows.filter(({ value: { kind, reference, problem, theirs } }) => {
        const key = keyOf(kind, reference);
        if (findings.has(key)) return false;
        if (this.seen.has(fingerprintOf(key))) return true;
        return problem !== 'NOT_ON_STATEMENT' && theirs !== null && problemOf(this.claimIn(books, kind, reference), theirs) === null;
      });
      await inChunks(matched, async ({ key: id }) => {
        const command = { type: 'Settle', cause: 'MATCHED', statementId: this.statementId } as const;
        await this.ports.commands.handle(aggregates.discrepancy, id, command, this.contextOf(id, 'settle'));
      });
      settled += matched.length;
    }
    return settled;
  }

  private async *unsettled() {
    for await (const rows of rowPages<DiscrepancyRow>(this.ports.readModels, 'discrepancies', {
      filter: { party: { eq: this.statement.party } },
      sort: { field: 'foundAt', direction: 'asc' },
      pageRows: ROWS_AT_ONCE / 2,
    }))
      yield rows.filter(({ value }) => value.unsettled === 1);
  }

  private async record(counts: Pick<StatementEvent['data'], 'matched' | 'differing' | 'settled'>): Promise<ReconciliationReport> {
    const { side, party, day, cumulative, source, contentHash } = this.statement;
    const data = { side, party, day, cumulative, source, contentHash, lines: this.lines, ...counts, carried: this.carried };
    const { statementId } = this;
    await this.ports.commands.handle(
      aggregates.statement,
      statementId,
      { type: 'RecordReconciliation', ...data },
      this.contextOf(statementId, 'record'),
    );
    return { ...data, statementId };
  }

  /** Each run is a command of its own: what it finds may differ from what the last one found on the same statement. */
  private contextOf(id: string, step: string): CommandContext {
    const { context } = this.ports;
    return { ...context, commandId: derivedId('reconcile', context.causationId, step, id), correlationId: this.statementId };
  }
}

async function inChunks<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += STORED_AT_ONCE) await Promise.all(items.slice(at, at + STORED_AT_ONCE).map(work));
}
