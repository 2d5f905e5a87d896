import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { BadNews, WrongUse } from '../exit';
import { answer, say } from '../output';
import { progressOf } from '../progress';
import { localeOf } from '../locale';
import { ShopApi } from '../shop-api';
import { type ChangeOptions, sure } from './desk';

export type CardVerb = 'quarantine' | 'restock' | 'void';

export interface CardVerbOptions extends ChangeOptions {
  readonly card?: readonly string[];
  readonly batch?: string;
}

interface Payload {
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

interface CardChanged extends Payload {
  readonly card: { readonly id: string; readonly state: string } | null;
  readonly changed: boolean;
}

interface BatchChanged extends Payload {
  readonly changed: number;
  readonly refused: number;
  readonly done: boolean;
  readonly held: readonly { readonly id: string; readonly orderId: string | null }[];
  readonly heldCount: number;
}

const CARDS_MAX = 100;
/** Calls in a row that changed nothing while the read model still has to see cards of a fresh import. */
const IDLE_CALLS_MAX = 120;
const IDLE_PAUSE_MS = 500;

const document = (verb: CardVerb, what: 'Card' | 'Batch', fields: string): string =>
  `mutation ($input: ${verb.charAt(0).toUpperCase()}${verb.slice(1)}${what}Input!) { result: ${verb}${what}(input: $input) { ${fields} userErrors { code message } } }`;

/** Takes cards, or a whole delivery, out of sale, puts them back, or takes them out for good: in a running shop, at once. */
export async function changeCards(verb: CardVerb, options: CardVerbOptions): Promise<void> {
  const { card = [], batch, key = randomUUID() } = options;
  if (card.length > 0 === (batch !== undefined)) throw new WrongUse('CARDS_OR_BATCH');
  if (card.length > CARDS_MAX) throw new WrongUse('TOO_MANY_CARDS', { max: CARDS_MAX });
  const reason = sure(options, 'CHANGES_CARDS', { verb });
  const api = ShopApi.fromEnvironment(localeOf(options.locale));
  if (batch !== undefined) return changeBatch(api, verb, { batchId: batch, idempotencyKey: key, reason }, options);
  const cards: { readonly id: string; readonly state: string | null; readonly changed: boolean }[] = [];
  for (const cardId of card) {
    const input = { cardId, idempotencyKey: `${key}:${cardId}`, reason };
    const { card: seen, changed } = await api.change<CardChanged>(document(verb, 'Card', 'card { id state } changed'), input);
    cards.push({ id: cardId, state: seen?.state ?? null, changed });
  }
  await answer(options.json, { cards }, () => cards.map(({ id, state, changed }) => `${id}  ${state}${changed ? '' : ', as before'}`).join('\n'));
}

/** One call takes a part of it, so that each ends in seconds. Cards that orders hold stay with them and are named. */
async function changeBatch(api: ShopApi, verb: CardVerb, input: object, { json }: CardVerbOptions): Promise<void> {
  const fields = 'changed refused done held { id orderId } heldCount';
  const progress = progressOf('cards');
  let changed = 0;
  let last: BatchChanged;
  for (let idle = 0; ;) {
    last = await api.change<BatchChanged>(document(verb, 'Batch', fields), input);
    changed += last.changed;
    progress.at(changed, 0, '');
    idle = last.changed > 0 ? 0 : idle + 1;
    if (last.done || idle === IDLE_CALLS_MAX) break;
    if (last.changed === 0) await pause(IDLE_PAUSE_MS);
  }
  progress.end();
  const { refused, done, held, heldCount } = last;
  for (const { id, orderId } of held) say(`held by an order, left as it is: card ${id}, order ${orderId ?? 'unknown'}`);
  await answer(json, { changed, refused, done, held, heldCount }, () => `${changed} cards changed, ${refused} refused, ${heldCount} held by orders`);
  if (!done) throw new BadNews('not all cards of the delivery were seen yet: the same command goes on');
  if (refused > 0) throw new BadNews(`${refused} cards could not be changed`);
}
