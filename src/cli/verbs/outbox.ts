import { randomUUID } from 'node:crypto';
import { answer, table } from '../output';
import { localeOf } from '../locale';
import { ShopApi } from '../shop-api';
import { type ChangeOptions, orderIdOf, sure } from './desk';

const ENDPOINT = 'id undelivered waitingSince nextTryAt';
const MESSAGE = 'endpointId subjectId revision kind why tries waitingSince nextTryAt';

interface Endpoint {
  readonly id: string;
  readonly undelivered: number;
  readonly waitingSince: string | null;
  readonly nextTryAt: string | null;
}

interface Undelivered {
  readonly endpointId: string;
  readonly subjectId: string;
  readonly revision: number;
  readonly kind: string;
  readonly why: string;
  readonly tries: number;
  readonly waitingSince: string;
  readonly nextTryAt: string | null;
}

interface ShowOptions {
  readonly endpoint?: string;
  readonly limit: number;
  readonly locale?: string;
  readonly json?: true;
}

export async function showOutbox({ endpoint, limit, locale, json }: ShowOptions): Promise<void> {
  const api = ShopApi.fromEnvironment(localeOf(locale));
  const { outbox } = await api.ask<{ readonly outbox: { readonly endpoints: readonly Endpoint[]; readonly undelivered: readonly Undelivered[] } }>(
    `query ($first: Int!, $endpointId: ID) {
      outbox(first: $first, endpointId: $endpointId) { position endpoints { ${ENDPOINT} } undelivered { ${MESSAGE} } }
    }`,
    { first: limit, endpointId: endpoint ?? null },
  );
  await answer(json, outbox, () => [endpointsText(outbox.endpoints), ...messagesText(outbox.undelivered)].join('\n\n'));
}

export async function resend(endpointId: string, { order, ...options }: ChangeOptions & { readonly order?: string }): Promise<void> {
  const reason = sure(options, 'MESSAGE_TOLD_AGAIN', { id: endpointId });
  const api = ShopApi.fromEnvironment(localeOf(options.locale));
  const wanted = order === undefined ? {} : { orderId: await orderIdOf(api, order) };
  const input = { idempotencyKey: options.key ?? randomUUID(), reason, endpointId, ...wanted };
  const { endpoint, replayed } = await api.change<{
    readonly endpoint: Endpoint | null;
    readonly replayed: boolean;
    readonly userErrors: readonly { readonly code: string; readonly message: string }[];
  }>(
    `mutation ($input: ResendMessagesInput!) { result: resendMessages(input: $input) { endpoint { ${ENDPOINT} } replayed userErrors { code message } } }`,
    input,
  );
  await answer(options.json, { endpoint, replayed }, () => (replayed ? 'asked for before' : 'on its way; cardrail outbox show tells what is left'));
}

const endpointsText = (endpoints: readonly Endpoint[]): string =>
  table(
    ['ENDPOINT', 'UNDELIVERED', 'SINCE', 'NEXT TRY'],
    endpoints.map(({ id, undelivered, waitingSince, nextTryAt }) => [id, String(undelivered), waitingSince ?? '', nextTryAt ?? '']),
  );

const messagesText = (messages: readonly Undelivered[]): readonly string[] =>
  messages.length === 0
    ? []
    : [
        table(
          ['ENDPOINT', 'ABOUT', 'REVISION', 'KIND', 'TRIES', 'WHY', 'NEXT TRY'],
          messages.map(({ endpointId, subjectId, revision, kind, tries, why, nextTryAt }) => [
            ...[endpointId, subjectId, String(revision), kind, String(tries), why, nextTryAt ?? ''],
          ]),
        ),
      ];
