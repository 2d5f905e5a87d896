import type { PaymentRecord } from './payment-book';

const WORDS = {
  'zh-CN': {
    title: '沙箱收银台',
    note: '这是测试用的支付页面，不会发生真实扣款。',
    amount: '应付金额',
    pay: '确认支付',
    decline: '拒绝支付',
    unknown: '没有这笔支付。',
    status: { OPEN: '等待支付', PAID: '支付成功', DECLINED: '支付被拒绝', CLOSED: '支付已关闭' },
  },
  en: {
    title: 'Sandbox checkout',
    note: 'This is a test payment page. No real money moves.',
    amount: 'Amount due',
    pay: 'Pay',
    decline: 'Decline',
    unknown: 'There is no such payment.',
    status: { OPEN: 'Waiting for payment', PAID: 'Paid', DECLINED: 'Declined', CLOSED: 'Closed' },
  },
} as const;

type Language = keyof typeof WORDS;

/** Chinese for those who ask for it before English, English for everybody else. */
function languageFor(acceptLanguage: string): Language {
  const [first] = acceptLanguage.toLowerCase().match(/\b(?:zh|en)\b/g) ?? [];
  return first === 'zh' ? 'zh-CN' : 'en';
}

/** A page for a person: works without scripts, holds nothing but our own text, references (no markup possible) and numbers. */
export function payPage(payment: PaymentRecord | undefined, acceptLanguage: string): string {
  const language = languageFor(acceptLanguage);
  const words = WORDS[language];
  const body = payment === undefined ? `<p role="status">${words.unknown}</p>` : paymentPart(payment, language);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.title}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; color: #1b1f24; }
h1 { font-size: 1.25rem; } .amount { font-size: 2rem; font-weight: 600; margin: 0; } .quiet { color: #57606a; font-size: .875rem; overflow-wrap: anywhere; }
form { display: flex; gap: .75rem; } button { flex: 1; font: inherit; padding: .75rem; border-radius: .5rem; border: 1px solid #8c959f; background: #fff; }
button[value=pay] { background: #1a7f37; border-color: #1a7f37; color: #fff; }
</style>
</head>
<body>
<h1>${words.title}</h1>
${body}
<p class="quiet">${words.note}</p>
</body>
</html>
`;
}

function paymentPart(payment: PaymentRecord, language: Language): string {
  const words = WORDS[language];
  const buttons = `<form method="post"><button name="action" value="pay">${words.pay}</button><button name="action" value="decline">${words.decline}</button></form>`;
  return `<p class="quiet">${words.amount}</p>
<p class="amount">${amountText(payment, language)}</p>
<p role="status">${words.status[payment.status]}</p>
${payment.status === 'OPEN' ? buttons : ''}
<p class="quiet">${payment.reference}</p>`;
}

function amountText({ amountMinor, currency }: PaymentRecord, language: Language): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency });
  return format.format(amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
