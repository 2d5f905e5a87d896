import { byId, element, onPress, write } from './dom.js';
import { ask, newKey } from './graphql-client.js';
import { chosenLocale, formatMoney, formatTime, rememberLocale, wordsIn } from './locale.js';
import { dropToken, isSendable, keepToken, takeTokenFromAddress, tokenOf } from './order-token.js';
import { OPEN_SHARED_ORDER } from './shared-documents.js';
import { sharedWords } from './shared-words.js';

const MOODS = { AWAITING_PAYMENT: 'waiting', PROCESSING: 'working', COMPLETED: 'good', FAILED: 'bad', EXPIRED: 'bad' };
/** Refusals that tell a guest no more than "no such order". */
const SAME_AS_UNKNOWN = new Set(['NOT_FOUND', 'BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN']);

const orderNumber = document.body.dataset.orderNumber;
/** In the same tab the order may be open to its buyer, too: the two tokens are kept apart. */
const place = `shared.${orderNumber}`;

let locale = chosenLocale();
let words = sharedWords[locale];
let shared = null;
/** What is said while there is no order: the name of a word, or a sentence that the shop has said. */
let message = { word: 'loading' };

function showScreen(name) {
  for (const screen of ['message', 'order']) byId(screen).hidden = screen !== name;
}

function say(said) {
  shared = null;
  message = said;
  write(byId('message-text'), said.sentence ?? words[said.word]);
  byId('again').hidden = said.word !== 'away';
  showScreen('message');
}

const line = (label, status, money, reference) =>
  element('li', {}, element('span', {}, `${label} · ${formatMoney(money, locale)} · ${status}`), element('span', { class: 'mono' }, reference));

const step = ({ occurredAt, words: said }) =>
  element('li', {}, element('span', {}, said), element('time', { datetime: occurredAt }, formatTime(occurredAt, locale)));

function show() {
  byId('order').dataset.mood = MOODS[shared.status] ?? 'working';
  write(byId('sku-name'), shared.skuName);
  write(byId('status'), wordsIn(locale).status[shared.status] ?? shared.status);
  write(byId('number'), shared.number);
  write(byId('quantity'), String(shared.quantity));
  for (const name of ['amount', 'paid', 'refunded']) write(byId(name), formatMoney(shared[name], locale));
  byId('steps').replaceChildren(...shared.steps.map(step));
  byId('money').replaceChildren(
    ...shared.payments.map(({ reference, status, amount }) => line(words.payment, words.payments[status] ?? status, amount, reference)),
    ...shared.refunds.map(({ refundReference, status, amount }) => line(words.refund, words.refunds[status] ?? status, amount, refundReference)),
  );
  write(byId('until'), words.until.replace('{time}', formatTime(shared.expiresAt, locale)));
  showScreen('order');
}

async function open() {
  const shareToken = tokenOf(place);
  if (shareToken === null || shareToken === '') return say({ word: 'incomplete' });
  if (!isSendable(shareToken)) return refuse({ word: 'unknown' });
  if (shared === null) say({ word: 'loading' });
  const variables = { input: { idempotencyKey: newKey(), number: orderNumber, shareToken } };
  const answer = await ask({ query: OPEN_SHARED_ORDER, variables }, { 'accept-language': locale }).catch(() => undefined);
  const payload = answer?.body?.data?.openSharedOrder;
  if (payload?.shared) {
    shared = payload.shared;
    return show();
  }
  const [refusal] = payload?.userErrors ?? [];
  const code = refusal?.code ?? answer?.body?.errors?.[0]?.extensions?.code;
  if (SAME_AS_UNKNOWN.has(code)) return refuse({ word: 'unknown' });
  return refusal === undefined ? say({ word: 'away' }) : refuse({ sentence: refusal.message });
}

/** What opens nothing is not kept. */
function refuse(said) {
  dropToken(place);
  say(said);
}

function speak() {
  words = sharedWords[locale];
  document.documentElement.lang = locale;
  document.title = `${words.title} ${orderNumber}`;
  for (const node of document.querySelectorAll('[data-word]')) write(node, words[node.dataset.word]);
  for (const button of document.querySelectorAll('[data-locale]')) button.setAttribute('aria-pressed', String(button.dataset.locale === locale));
  if (shared === null) say(message);
  else show();
}

function switchLocale(chosen) {
  locale = chosen;
  rememberLocale(chosen);
  speak();
  // The steps come in the language in which they are asked for.
  if (shared !== null) void open();
}

function takeToken() {
  const token = takeTokenFromAddress();
  if (token !== null && token !== '') keepToken(place, token);
  return token !== null;
}

for (const button of document.querySelectorAll('[data-locale]')) button.addEventListener('click', () => switchLocale(button.dataset.locale));
onPress(byId('again'), open);
window.addEventListener('hashchange', () => {
  if (takeToken()) void open();
});

takeToken();
speak();
void open();
