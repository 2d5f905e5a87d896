import { setImmediate as breathe } from 'node:timers/promises';
import * as fc from 'fast-check';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, type SelectionSetNode, validate } from 'graphql';
import { documentLimits } from '../../src/api/graphql/document-limits';
import { GraphqlRequests } from '../../src/api/graphql/graphql-requests';
import { ApiError } from '../../src/api/errors/api-error';
import { presentErrors } from '../../src/api/errors/present-errors';
import type { IncomingNotice } from '../../src/application/ports/outside-call';
import { buildChannel } from '../../src/infrastructure/channels/registry';
import { buildGateway } from '../../src/infrastructure/gateways/registry';
import { epayMd5, epayRsa } from '../support/epay';
import { TEST_WEBHOOK_SECRET } from '../support/sandbox';
import { STRIPE_WEBHOOK_SECRET, stripeSettings } from '../support/stripe';
import { ApiShop } from './support/api-shop';
import { hostileDocumentArb, hostileVariablesArb } from './support/hostile-documents';
import { type HostileNotice, partnersNoticeArb, strangersNoticeArb } from './support/hostile-notices';

/** Documents and callback bodies together; a nightly run makes a million. */
const HOSTILE = Number(process.env['CARDRAIL_TEST_HOSTILE'] ?? 20_000);
/** Another one each day, so that nights do not repeat each other; printed, and set to repeat one. */
const SEED = Number(process.env['CARDRAIL_TEST_SEED'] ?? Math.floor(Date.now() / 86_400_000));
/** After so many the rest of the process gets its turn: a server that is held up for minutes drops its idle connections as they are used again. */
const BREATHE_EVERY = 1_000;
/** Of those that are judged in this process so many also travel over HTTP, spread evenly. */
const SENT_MAX = 400;

describe(`bad input that nobody thought of (${HOSTILE} pieces, CARDRAIL_TEST_SEED=${SEED})`, () => {
  let shop: ApiShop;
  let canaries: readonly string[];
  const uncaught: unknown[] = [];
  const catchIt = (error: unknown): void => void uncaught.push(error);
  beforeAll(async () => {
    process.on('unhandledRejection', catchIt);
    shop = await ApiShop.start();
    // Whatever is secret in this shop is a canary: no answer may ever hold it.
    canaries = [...(await shop.stock('game', 3)), shop.sandbox.settings.apiKey, TEST_WEBHOOK_SECRET, ...Object.values(shop.keys)];
  });
  afterAll(async () => {
    await shop.close();
    process.off('unhandledRejection', catchIt);
  });
  afterEach(() => {
    expect(shop.defects.splice(0)).toEqual([]);
    expect(uncaught).toEqual([]);
  });

  const patienceMs = 120_000 + HOSTILE * 3;
  const every = Math.max(1, Math.floor(HOSTILE / 2 / SENT_MAX));
  const withoutSecrets = (answer: string): void => {
    for (const canary of canaries) if (answer.includes(canary)) throw new Error(`a secret is in the answer ${answer.slice(0, 500)}`);
    if (/node_modules|\.ts:\d| {4}at /.test(answer)) throw new Error(`a stack is in the answer ${answer.slice(0, 500)}`);
  };

  it(
    'documents and variables are refused in words, or are within the limits',
    async () => {
      const requests = shop.part(GraphqlRequests);
      const { schema } = shop.part(GraphQLSchemaHost);
      const sent: { readonly query: string; readonly variables: object }[] = [];
      const counted = { refused: 0, invalid: 0, valid: 0 };
      let seen = 0;
      await fc.assert(
        fc.asyncProperty(hostileDocumentArb, hostileVariablesArb, async (query, variables) => {
          if (seen % BREATHE_EVERY === 0) await breathe();
          if (seen++ % every === 0) sent.push({ query, variables });
          // Apart, so that a bad variable does not hide what the document would have led to.
          admitted(requests, '{ __typename }', variables);
          const verdict = admitted(requests, query, {});
          if (verdict === null) return void counted.refused++;
          isWithinLimits(verdict);
          const problems = problemsOf(schema, verdict);
          counted[problems.length === 0 ? 'valid' : 'invalid']++;
          areTyped(problems);
        }),
        { numRuns: Math.ceil(HOSTILE / 2), seed: SEED },
      );
      console.info(`documents: ${JSON.stringify(counted)}`);
      // A corpus that is only ever refused at the first step would prove nothing about the others.
      expect(Math.min(counted.refused, counted.invalid)).toBeGreaterThan(HOSTILE / 100);
      for (const request of sent) {
        const response = await fetch(`${shop.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...shop.as('STOREFRONT') },
          body: JSON.stringify(request),
        });
        const text = await response.text();
        withoutSecrets(text);
        const { errors = [] } = JSON.parse(text) as { errors?: readonly { extensions: Readonly<Record<string, unknown>> }[] };
        expect([200, 400, 403, 404, 413]).toContain(response.status);
        expect(errors.every(({ extensions }) => extensions['requestId'] !== undefined && extensions['code'] !== 'INTERNAL')).toBe(true);
      }
      expect(sent.length).toBeGreaterThan(0);
    },
    patienceMs,
  );

  it(
    'callback bodies are refused, or are a hint that pays for nothing',
    async () => {
      const now = (): number => Date.now();
      const adapters = [
        buildGateway({ ...shop.sandbox.settings, webhookSecrets: [TEST_WEBHOOK_SECRET] }, now),
        buildGateway(epayMd5('http://127.0.0.1:9'), now),
        buildGateway(epayRsa('http://127.0.0.1:9'), now),
        buildGateway(stripeSettings('http://127.0.0.1:9', { webhookSecrets: [STRIPE_WEBHOOK_SECRET] }), now),
        buildChannel(
          {
            id: 'c',
            adapter: 'http-v1',
            baseUrl: 'http://127.0.0.1:9',
            apiKey: 'k'.repeat(43),
            webhookSecrets: [TEST_WEBHOOK_SECRET],
            flags: { replay: true, lookup: true, cancel: true, partialFill: false },
            notFoundFinalAfterSeconds: 60,
          },
          { wallMs: now, dropRoot: undefined },
        ),
      ];
      const judge = (notice: HostileNotice): readonly string[] => {
        const incoming: IncomingNotice = { ...notice, receivedAtMs: now() };
        return adapters.flatMap((adapter) => [adapter.verifyNotice(incoming).outcome, adapter.verifyNotice({ ...incoming, inQuery: true }).outcome]);
      };
      const sent: HostileNotice[] = [];
      let seen = 0;
      const strangers = async (notice: HostileNotice): Promise<void> => {
        if (seen % BREATHE_EVERY === 0) await breathe();
        if (seen++ % every === 0) sent.push(notice);
        const outcomes = judge(notice);
        if (outcomes.includes('genuine')) throw new Error(`a stranger is believed: ${outcomes.join()}`);
      };
      const counted = { genuine: 0, other: 0 };
      const partners = async (notice: HostileNotice): Promise<void> => {
        if (seen % BREATHE_EVERY === 0) await breathe();
        if (seen++ % (every * 4) === 0) sent.push(notice);
        counted[judge(notice).includes('genuine') ? 'genuine' : 'other']++;
      };
      const numRuns = Math.ceil(HOSTILE / 4);
      await fc.assert(fc.asyncProperty(strangersNoticeArb, strangers), { numRuns, seed: SEED });
      await fc.assert(fc.asyncProperty(partnersNoticeArb(TEST_WEBHOOK_SECRET, now), partners), { numRuns, seed: SEED });
      console.info(`callbacks with a good signature: ${JSON.stringify(counted)}`);
      for (const { body, headers } of sent) {
        const answer = await fetch(`${shop.url}/callbacks/gateways/main`, { method: 'POST', headers: { ...headers }, body: new Uint8Array(body) });
        withoutSecrets(await answer.text());
        expect([200, 400, 401, 413, 415, 422]).toContain(answer.status);
        if (answer.status === 200) expect(Object.keys(headers)).toContain('webhook-signature');
      }
      await Promise.all(adapters.map((adapter) => adapter.release()));
      // Not one of them was believed about money: nothing in the shop is paid.
      const { data } = await shop.ask<{ orders: { totalCount: number } }>('{ orders(first: 1) { totalCount } }', {}, shop.as('OPS'));
      expect(data.orders.totalCount).toBe(0);
    },
    patienceMs,
  );

  it('a refusal costs about as much as a trivial query, however large the document', async () => {
    const nested = `{ order(id: "x") ${'{ asOf(revision: 0) '.repeat(50)}{ id }${' }'.repeat(50)} }`;
    const corpus = {
      'nested fifty deep': nested,
      '1,000 aliases': `{ ${Array.from({ length: 1_000 }, (_, at) => `a${at}: skus { id }`).join(' ')} }`,
      '30,000 fields': `{ order(id: "x") { ${'id '.repeat(30_000)} } }`,
      '40,000 braces': `{ ${'{'.repeat(40_000)}`,
      'fragments that double': `{ order(id: "x") { ...f0 } } ${Array.from({ length: 20 }, (_, at) => `fragment f${at} on Order { id ...f${at + 1} ...f${at + 1} }`).join(' ')} fragment f20 on Order { id }`,
      'one name against itself': `{ ${'sku(id: "a") { id } '.repeat(100)} }`,
      'a text of 90 KB': JSON.stringify('x'.repeat(90_000)),
    };
    const trivial = await cpuOf('{ __typename }');
    for (const [what, query] of Object.entries(corpus)) {
      const ratio = (await cpuOf(query)) / trivial;
      console.info(`${what}: ${ratio.toFixed(1)} times the CPU of { __typename }`);
      // Far from what is measured, and far below what a document that is run to its end would cost.
      expect(ratio).toBeLessThan(60);
    }
  });

  /** CPU of one request, client and server together: the least of several rounds, so that a neighbour on the machine does not count. */
  async function cpuOf(query: string): Promise<number> {
    const rounds: number[] = [];
    for (let round = 0; round < 3; round++) {
      const before = process.cpuUsage();
      for (let i = 0; i < 5; i++) await shop.ask(query);
      const { user, system } = process.cpuUsage(before);
      rounds.push(user + system);
    }
    return Math.min(...rounds);
  }
});

/** Null when it is refused in words. Whatever else is thrown is a defect. */
function admitted(requests: GraphqlRequests, query: string, variables: object): DocumentNode | null {
  try {
    return requests.check(query, variables).document;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'BAD_USER_INPUT' || error.message.length > 1_000) throw error;
    return null;
  }
}

/** The rule for subscriptions runs `@skip` and throws when its argument is none: an answer like any other, to whoever subscribes. */
function problemsOf(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  try {
    return validate(schema, document);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

/** By writing every fragment out where it is spread, which is what the gate, being linear, does not do. */
function isWithinLimits({ definitions }: DocumentNode): void {
  const fragments = new Map(
    definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one.selectionSet] as const] : [])),
  );
  let aliases = 0;
  const depthOf = (set: SelectionSetNode | undefined): number =>
    Math.max(
      0,
      ...(set?.selections ?? []).map((selection) => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) return depthOf(fragments.get(selection.name.value));
        if (selection.kind === Kind.INLINE_FRAGMENT) return depthOf(selection.selectionSet);
        if (selection.alias !== undefined) aliases++;
        return 1 + depthOf(selection.selectionSet);
      }),
    );
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    aliases = 0;
    const depth = depthOf(definition.selectionSet);
    if (depth > documentLimits.depthMax || aliases > documentLimits.aliasesMax) throw new Error(`${depth} deep with ${aliases} aliases was let in`);
  }
}

function areTyped(problems: readonly GraphQLError[]): void {
  if (problems.length === 0) return;
  const defects: unknown[] = [];
  const { errors, status } = presentErrors(problems, 'request', (defect) => defects.push(defect));
  if (defects.length > 0 || status !== 400 || errors.some(({ extensions }) => extensions?.['code'] !== 'BAD_USER_INPUT'))
    throw new Error(`not typed: ${JSON.stringify(errors).slice(0, 500)}`);
}
