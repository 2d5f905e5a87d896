import { byId, write, writeOrHide } from './dom.js';
import { formatMoney, formatTime } from './locale.js';

/** How an order feels: it decides the colour, never the words. */
const MOODS = { AWAITING_PAYMENT: 'waiting', PROCESSING: 'working', COMPLETED: 'good', FAILED: 'bad', EXPIRED: 'bad' };
const REFUND_PHASES = new Set(['REFUNDING', 'REFUND_IN_DOUBT', 'REFUNDED']);

/** Only such links are offered: a payment link comes from a gateway, and a `javascript:` one must not become a button. */
function isWebLink(url) {
  try {
    return ['http:', 'https:'].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}

const isZero = ({ amountMinor }) => /^0+$/.test(String(amountMinor));
const moneyOrNull = (money, locale) => (isZero(money) ? null : formatMoney(money, locale));
const timeOrNull = (iso, locale) => (iso == null ? null : formatTime(iso, locale));

/** What the buyer may do now. */
export const mayCancel = ({ status, nextStep, frozen }) => status === 'AWAITING_PAYMENT' && nextStep !== 'CANCELLING' && !frozen;
export const mayReveal = ({ nextStep }) => nextStep === 'VIEW_CARDS';

const nextWords = ({ nextStep, phase }, words) => (nextStep === 'NONE' ? words.end[phase] : undefined) ?? words.next[nextStep] ?? '';

/** Fills the page from an order. Looks at nothing else, so it may be called as often as one likes. */
export function showOrder(order, words, locale) {
  byId('order').dataset.mood = MOODS[order.status] ?? 'working';
  write(byId('sku-name'), order.sku?.name ?? '');
  write(byId('status'), words.status[order.status] ?? order.status);
  write(byId('phase'), words.phase[order.phase] ?? order.phase);
  write(byId('next-step'), nextWords(order, words));
  write(byId('number'), order.number);
  write(byId('quantity'), String(order.quantity));
  showMoney(order, locale);
  showTimes(order, words, locale);
  showSteps(order, locale);
  showPayment(order);
  writeOrHide(byId('refusal'), order.refusal?.message);
  writeOrHide(byId('attention'), order.frozen ? words.frozen : order.inReview ? words.review : null);
  writeOrHide(byId('refund'), REFUND_PHASES.has(order.phase) ? words.refund : null);
  byId('codes').hidden = !mayReveal(order);
  byId('cancel').hidden = !mayCancel(order);
}

function showMoney({ amount, paid, refunded }, locale) {
  write(byId('amount'), formatMoney(amount, locale));
  writeOrHide(byId('paid'), moneyOrNull(paid, locale), byId('paid-row'));
  writeOrHide(byId('refunded'), moneyOrNull(refunded, locale), byId('refunded-row'));
}

/** Also called as time goes by, since "in 12 minutes" grows old. */
export function showTimes({ deadlineAt, nextAttemptAt, waitingSince, paidAt, nextStep }, words, locale) {
  write(byId('deadline-label'), paidAt == null ? words.deadlinePay : words.deadlineDeliver);
  writeOrHide(byId('deadline'), timeOrNull(deadlineAt, locale), byId('deadline-row'));
  writeOrHide(byId('next-attempt'), timeOrNull(nextAttemptAt, locale), byId('next-attempt-row'));
  // While it is the buyer's turn, nobody waits but us.
  writeOrHide(byId('waiting-since'), nextStep === 'PAY' ? null : timeOrNull(waitingSince, locale), byId('waiting-since-row'));
}

function showSteps({ submittedAt, paidAt, deliveredAt }, locale) {
  const format = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const reached = { 'step-ordered': submittedAt, 'step-paid': paidAt, 'step-delivered': deliveredAt };
  for (const [id, at] of Object.entries(reached)) {
    byId(id).classList.toggle('reached', at != null);
    write(byId(`${id}-at`), at == null ? '' : format.format(new Date(at)));
  }
}

function showPayment({ nextStep, frozen, payment }) {
  const { payUrl, qrText } = payment ?? {};
  const payable = nextStep === 'PAY' && !frozen;
  const link = byId('pay');
  link.hidden = !(payable && isWebLink(payUrl));
  if (link.hidden) link.removeAttribute('href');
  else link.setAttribute('href', payUrl);
  byId('payment').hidden = !(payable && (isWebLink(payUrl) || qrText != null));
  writeOrHide(byId('pay-text'), payable ? qrText : null, byId('pay-text-row'));
}
