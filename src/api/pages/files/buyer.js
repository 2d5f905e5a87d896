import { CodesView } from './codes-view.js';
import { byId, onPress, write } from './dom.js';
import { ask, newKey } from './graphql-client.js';
import { LiveOrder } from './live-order.js';
import { chosenLocale, rememberLocale, wordsIn } from './locale.js';
import { CANCEL_ORDER, REVEAL_CARDS } from './order-documents.js';
import { dropToken, isSendable, keepToken, takeTokenFromAddress, tokenFromText, tokenOf } from './order-token.js';
import { mayReveal, showOrder, showTimes } from './order-view.js';

const TIMES_EVERY_MS = 10_000;

const orderNumber = document.body.dataset.orderNumber;
const codes = new CodesView();

let locale = chosenLocale();
let words = wordsIn(locale);
/** The order as last seen, what keeps it so, and how that goes. */
let order = null;
let live = null;
let link = 'asking';

function showScreen(name) {
  for (const screen of ['loading', 'gate', 'order']) byId(screen).hidden = screen !== name;
}

function showLink() {
  byId('link').dataset.link = link;
  write(byId('link'), { live: words.linkLive, asking: words.linkAsking, away: words.linkAway }[link]);
}

function show(latest) {
  order = latest;
  if (!mayReveal(order)) codes.clear();
  showOrder(order, words, locale);
  showReveal();
  showScreen('order');
}

function showReveal() {
  write(byId('reveal'), codes.shown ? words.hide : words.reveal);
  byId('reveal').setAttribute('aria-expanded', String(codes.shown));
  byId('reveal-hint').hidden = codes.shown;
}

/** Without a token, or with one that opens nothing: which of the two was wrong is nobody's business. */
function askForToken(reason) {
  live?.stop();
  live = null;
  order = null;
  codes.clear();
  write(byId('gate-message'), reason === 'unknown' ? words.gateUnknown : words.gateAsk);
  byId('gate').dataset.reason = reason;
  showScreen('gate');
  byId('token').focus();
}

function refuseToken() {
  dropToken(orderNumber);
  askForToken('unknown');
}

function open() {
  const token = tokenOf(orderNumber);
  if (token === null) return askForToken('absent');
  if (!isSendable(token)) return refuseToken();
  live?.stop();
  const watch = {
    order: show,
    link: (state) => {
      link = state;
      showLink();
      write(byId('loading-text'), state === 'away' ? words.linkAway : words.loading);
    },
    unknown: refuseToken,
  };
  if (order === null) showScreen('loading');
  const opened = new LiveOrder({ number: orderNumber, token, locale, watch });
  live = opened;
  return opened.run();
}

/** Sends a mutation about this order; its payload, or null after saying why there is none. */
async function mutate(query, name) {
  write(byId('notice'), '');
  const input = { idempotencyKey: newKey(), orderId: order.id };
  const headers = { 'x-order-token': tokenOf(orderNumber) ?? '', 'accept-language': locale };
  try {
    const { body } = await ask({ query, variables: { input } }, headers);
    const payload = body.data?.[name];
    const [problem] = payload?.userErrors ?? body.errors ?? [];
    if (problem !== undefined) write(byId('notice'), problem.message);
    return problem === undefined && payload != null ? payload : null;
  } catch {
    write(byId('notice'), words.failedNow);
    return null;
  }
}

async function reveal() {
  if (codes.shown) codes.clear();
  else {
    const payload = await mutate(REVEAL_CARDS, 'revealCards');
    if (payload !== null && order !== null && mayReveal(order)) codes.show(payload.cards);
  }
  showReveal();
}

async function cancel() {
  byId('cancel-dialog').close();
  const payload = await mutate(CANCEL_ORDER, 'cancelOrder');
  if (payload?.order) live?.take(payload.order);
}

function speak() {
  words = wordsIn(locale);
  document.documentElement.lang = locale;
  document.title = `${words.title} ${orderNumber}`;
  for (const node of document.querySelectorAll('[data-word]')) write(node, words[node.dataset.word]);
  for (const button of document.querySelectorAll('[data-locale]')) button.setAttribute('aria-pressed', String(button.dataset.locale === locale));
  write(byId('gate-message'), byId('gate').dataset.reason === 'unknown' ? words.gateUnknown : words.gateAsk);
  codes.speak(words);
  showLink();
  if (order !== null) show(order);
}

function switchLocale(chosen) {
  locale = chosen;
  rememberLocale(chosen);
  speak();
  // The shop's own words, such as the name of the goods, come with the order.
  if (live !== null) void open();
}

for (const button of document.querySelectorAll('[data-locale]')) button.addEventListener('click', () => switchLocale(button.dataset.locale));
byId('gate-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const token = tokenFromText(byId('token').value);
  if (token === '') return;
  byId('token').value = '';
  keepToken(orderNumber, token);
  void open();
});
onPress(byId('reveal'), reveal);
onPress(byId('copy-pay-text'), () => codes.copy(byId('pay-text').textContent, byId('copy-pay-text')));
byId('cancel').addEventListener('click', () => byId('cancel-dialog').showModal());
byId('cancel-no').addEventListener('click', () => byId('cancel-dialog').close());
onPress(byId('cancel-yes'), cancel);

function takeToken() {
  const token = takeTokenFromAddress();
  if (token === null || token === '') return false;
  keepToken(orderNumber, token);
  return true;
}

window.addEventListener('hashchange', () => {
  if (takeToken()) void open();
});
window.addEventListener('online', () => live?.refresh());
window.addEventListener('pageshow', (event) => {
  if (event.persisted) live?.refresh();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && link !== 'live') live?.refresh();
});
setInterval(() => {
  if (order !== null) showTimes(order, words, locale);
}, TIMES_EVERY_MS);

takeToken();
speak();
void open();
