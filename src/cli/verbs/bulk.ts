import { randomUUID } from 'node:crypto';
import { Refused, WrongUse } from '../exit';
import { answer, moneyText, table } from '../output';
import { localeOf } from '../locale';
import { ShopApi } from '../shop-api';
import { type ChangeOptions, sure } from './desk';

export const JOB =
  'id action state orderedAt orderedBy reason projection bulk { orders settled changed unchanged refused { code count } stopRequested filter } rotation { kid cards pass looked resealed pastRetention unreadable stopRequested } preWarm { skuId units bought inDoubt spent { amountMinor currency } budget { amountMinor currency } end }';
const PREVIEW =
  'orders more wouldChange alreadySo wouldRefuse { code count } amounts { amountMinor currency } sample { number status phase submittedAt }';

interface RefusedCount {
  readonly code: string;
  readonly count: number;
}

export interface Job {
  readonly id: string;
  readonly action: string;
  readonly state: string;
  readonly orderedAt: string;
  readonly orderedBy: string;
  readonly reason: string | null;
  readonly projection: string | null;
  readonly bulk: {
    readonly orders: number;
    readonly settled: number;
    readonly changed: number;
    readonly unchanged: number;
    readonly refused: readonly RefusedCount[];
  } | null;
  readonly rotation: {
    readonly kid: string;
    readonly cards: number;
    readonly pass: number;
    readonly looked: number;
    readonly resealed: number;
    readonly pastRetention: number;
    readonly unreadable: number;
  } | null;
  readonly preWarm: {
    readonly skuId: string;
    readonly units: number;
    readonly bought: number;
    readonly inDoubt: number;
    readonly spent: Amount;
    readonly budget: Amount;
    readonly end: string | null;
  } | null;
}

interface Amount {
  readonly amountMinor: string;
  readonly currency: string;
}

interface Preview {
  readonly orders: number;
  readonly more: boolean;
  readonly wouldChange: number;
  readonly alreadySo: number;
  readonly wouldRefuse: readonly RefusedCount[];
  readonly amounts: readonly { readonly amountMinor: string; readonly currency: string }[];
  readonly sample: readonly { readonly number: string; readonly status: string; readonly phase: string; readonly submittedAt: string }[];
}

interface Answered {
  readonly preview: Preview | null;
  readonly confirmationToken: string | null;
  readonly confirmBefore: string | null;
  readonly job: Job | null;
  readonly replayed: boolean;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

export interface BulkOptions extends ChangeOptions {
  readonly status?: readonly string[];
  readonly phase?: readonly string[];
  readonly sku?: readonly string[];
  readonly channel?: readonly string[];
  readonly gateway?: readonly string[];
  readonly waitingFor?: string;
  readonly paidFrom?: string;
  readonly paidTo?: string;
  readonly inReview?: true;
  readonly inDoubt?: true;
  readonly limit?: number;
  readonly confirm?: string;
}

const MUTATIONS = { 'bulk-retry': 'bulkRetry', 'bulk-reroute': 'bulkReroute', 'bulk-refund': 'bulkRefund' } as const;

function filterOf(options: BulkOptions): object {
  const { status, phase, sku, channel, gateway, waitingFor, paidFrom, paidTo, inReview, inDoubt } = options;
  const paidAt = paidFrom === undefined && paidTo === undefined ? undefined : { from: paidFrom, to: paidTo };
  const wish = { status, phase, skuIds: sku, channelIds: channel, gatewayIds: gateway, waitingFor, paidAt, inReview, inDoubt };
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
}

/** A dry run, or with --confirm the job itself. */
export async function bulk(name: keyof typeof MUTATIONS, options: BulkOptions): Promise<void> {
  const { confirm, limit, key, reason, json } = options;
  const filter = filterOf(options);
  if (Object.keys(filter).length === 0) throw new WrongUse('ORDERS_UNNAMED');
  const why = confirm === undefined ? (reason ?? 'dry run') : sure(options, 'CHANGES_ORDERS', { change: name });
  const input = {
    idempotencyKey: key ?? randomUUID(),
    reason: why,
    filter,
    ...(limit === undefined ? {} : { limit }),
    ...(confirm === undefined ? {} : { confirmationToken: confirm }),
  };
  const api = ShopApi.fromEnvironment(localeOf(options.locale));
  const mutation = MUTATIONS[name];
  const document = `mutation ($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) { result: ${mutation}(input: $input) { preview { ${PREVIEW} } confirmationToken confirmBefore job { ${JOB} } replayed userErrors { code message } } }`;
  const { userErrors: _none, ...result } = await api.change<Answered>(document, input);
  await answer(json, result, () => (result.job === null ? previewText(result) : jobText(result.job)));
}

const refusedText = (refused: readonly RefusedCount[]): string =>
  refused.length === 0 ? 'none' : refused.map(({ code, count }) => `${count} ${code}`).join(', ');

function previewText({ preview, confirmationToken, confirmBefore }: Omit<Answered, 'userErrors'>): string {
  if (preview === null) return 'nothing';
  const amounts = preview.amounts.map(({ amountMinor, currency }) => moneyText({ amountMinor: Number(amountMinor), currency })).join(', ');
  return [
    `${preview.orders} orders${preview.more ? ' (more fit; the limit lets in no more)' : ''}`,
    `would change ${preview.wouldChange} (${amounts === '' ? 'no money' : amounts}); already so ${preview.alreadySo}; would be refused: ${refusedText(preview.wouldRefuse)}`,
    table(
      ['NUMBER', 'STATUS', 'PHASE', 'SUBMITTED'],
      preview.sample.map(({ number, status, phase, submittedAt }) => [number, status, phase, submittedAt]),
    ),
    `nothing was changed; to do it, before ${confirmBefore ?? ''}, repeat the command with --yes --reason … --confirm ${confirmationToken ?? ''}`,
  ].join('\n');
}

const rotationText = ({ kid, cards, pass, looked, resealed, pastRetention, unreadable }: NonNullable<Job['rotation']>): string =>
  `${looked} of ${cards} cards looked at, pass ${pass}: ${resealed} sealed with ${kid}; left as they are: ${pastRetention} past retention, ${unreadable} that cannot be opened`;

const preWarmText = ({ skuId, units, bought, inDoubt, spent, budget, end }: NonNullable<Job['preWarm']>): string =>
  `${bought} of ${units} cards of ${skuId}, ${inDoubt} in doubt; ${spent.amountMinor} of ${budget.amountMinor} ${budget.currency} (minor units) spent or bound${end === null ? '' : `; over: ${end}`}`;

export function jobText({ id, action, state, orderedAt, orderedBy, reason, projection, bulk: progress, rotation, preWarm }: Job): string {
  const about = projection === null ? '' : ` of ${projection}`;
  const first = `${id}  ${action}${about}  ${state}\nordered by ${orderedBy} at ${orderedAt}: ${reason ?? ''}`;
  if (rotation !== null) return `${first}\n${rotationText(rotation)}`;
  if (preWarm !== null) return `${first}\n${preWarmText(preWarm)}`;
  if (progress === null) return first;
  const { orders, settled, changed, unchanged, refused } = progress;
  return `${first}\n${settled} of ${orders} orders: ${changed} changed, ${unchanged} already so, refused: ${refusedText(refused)}`;
}

interface ViewOptions {
  readonly locale?: string;
  readonly json?: true;
}

export async function listJobs({ limit, locale, json }: ViewOptions & { readonly limit: number }): Promise<void> {
  const api = ShopApi.fromEnvironment(localeOf(locale));
  const { jobs } = await api.ask<{ readonly jobs: { readonly nodes: readonly Job[] } }>(
    `query ($first: Int!) { jobs(first: $first) { nodes { ${JOB} } } }`,
    { first: limit },
  );
  await answer(json, jobs.nodes, () =>
    table(
      ['JOB', 'WHAT', 'STATE', 'SETTLED', 'ORDERED', 'BY'],
      jobs.nodes.map(({ id, action, state, bulk: progress, rotation, preWarm, orderedAt, orderedBy }) => [
        id,
        action,
        state,
        preWarm === null ? settledText(progress, rotation) : `${preWarm.bought}/${preWarm.units}`,
        orderedAt,
        orderedBy,
      ]),
    ),
  );
}

function settledText(bulk: Job['bulk'], rotation: Job['rotation']): string {
  if (rotation !== null) return `${rotation.looked}/${rotation.cards}`;
  return bulk === null ? '' : `${bulk.settled}/${bulk.orders}`;
}

export async function showJob(id: string, { locale, json }: ViewOptions): Promise<void> {
  const api = ShopApi.fromEnvironment(localeOf(locale));
  const { job } = await api.ask<{ readonly job: Job | null }>(`query ($id: ID!) { job(id: $id) { ${JOB} } }`, { id });
  if (job === null) throw new Refused('JOB_NOT_FOUND');
  await answer(json, job, () => jobText(job));
}

export async function stopJob(id: string, options: ChangeOptions): Promise<void> {
  const reason = sure(options, 'JOB_STOPS');
  const api = ShopApi.fromEnvironment(localeOf(options.locale));
  const input = { idempotencyKey: options.key ?? randomUUID(), reason, jobId: id };
  const { job } = await api.change<Pick<Answered, 'job' | 'userErrors'>>(
    `mutation ($input: StopJobInput!) { result: stopJob(input: $input) { job { ${JOB} } userErrors { code message } } }`,
    input,
  );
  await answer(options.json, job, () => (job === null ? 'done' : jobText(job)));
}
