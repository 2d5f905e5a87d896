import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page, type Route } from 'playwright-core';
import { buyerShell, consoleShell, pageFiles, sharedShell, type Shell } from '../../src/api/pages/page-files';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const SWITCHES =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  );
/** Plain HTTP under a name: no secure context, so no clipboard and no randomUUID, as on many a small shop's first day. */
const ORIGIN = 'http://shop.test';

const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.warn(`The pages are not tested in a browser: there is no Chromium at ${CHROMIUM}. Install one, or set CHROMIUM_PATH.`);

const money = (amountMinor: number, currency = 'CNY') => ({ amountMinor: String(amountMinor), currency });
const orderOf = (changes: object = {}) => ({
  id: 'o1',
  number: '0123456789ABC*',
  revision: 4,
  status: 'AWAITING_PAYMENT',
  phase: 'AWAITING_BUYER',
  nextStep: 'PAY',
  inReview: false,
  frozen: false,
  quantity: 1,
  sku: { name: 'Steam 50' },
  amount: money(4_800),
  paid: money(0),
  refunded: money(0),
  payment: { payUrl: 'https://pay.test/1', qrText: null },
  refusal: null,
  submittedAt: '2026-01-01T00:00:00.000Z',
  paidAt: null,
  deliveredAt: null,
  deadlineAt: '2026-01-01T00:15:00.000Z',
  nextAttemptAt: null,
  waitingSince: '2026-01-01T00:00:01.000Z',
  ...changes,
});
const DELIVERED = {
  status: 'COMPLETED',
  phase: 'DELIVERED',
  nextStep: 'VIEW_CARDS',
  paid: money(4_800),
  paidAt: '2026-01-01T00:01:00.000Z',
  deliveredAt: '2026-01-01T00:01:01.000Z',
};

/** Plays the API, to show pages what a sound shop shows rarely or never. */
interface FakeApi {
  readonly order?: object;
  /** What the stream tells before it breaks; nothing: the stream is refused. */
  readonly streamed?: readonly object[];
  readonly answers?: Readonly<Record<string, object>>;
}

/** The least contrast between a text and what is behind it, over everything that can be seen. */
const LEAST_CONTRAST = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (node) => {
    const color = channels(getComputedStyle(node).backgroundColor);
    return color[3] === 0 ? (node.parentElement ? behind(node.parentElement) : [255, 255, 255]) : color;
  };
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const seen = [...document.querySelectorAll('body *')].filter((node) => node.checkVisibility() && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()));
  return seen.map((node) => ({ text: node.textContent, ratio: ratio(light(channels(getComputedStyle(node).color)), light(behind(node))) })).sort((a, b) => a.ratio - b.ratio)[0];
})()`;

function shellAt(pathname: string): Shell {
  if (pathname === '/graphql') return consoleShell();
  const [, page, typed = ''] = pathname.split('/');
  return (page === 'shared' ? sharedShell : buyerShell)(decodeURIComponent(typed));
}

(hasChromium ? describe : describe.skip)('the pages in a real browser, before a played API', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
  });
  afterAll(() => browser?.close());
  afterEach(() => Promise.all((browser?.contexts() ?? []).map((context) => context.close())));

  async function answer(route: Route, { order = orderOf(), streamed, answers = {} }: FakeApi): Promise<void> {
    const request = route.request();
    const { pathname } = new URL(request.url());
    const file = pageFiles.get(pathname);
    if (file !== undefined) return route.fulfill({ contentType: file.contentType, headers: file.headers, body: file.body });
    if (request.method() === 'GET') {
      const { headers, body } = shellAt(pathname);
      return route.fulfill({ headers, body });
    }
    if (pathname === '/graphql/stream') {
      if (streamed === undefined) return route.fulfill({ status: 404 });
      const events = streamed.map((one) => `event: next\ndata: ${JSON.stringify({ data: { orderUpdated: { order: one } } })}\n\n`);
      return route.fulfill({ contentType: 'text/event-stream', body: `:\n\n${events.join('')}` });
    }
    const { query } = request.postDataJSON() as { query: string };
    const name = Object.keys(answers).find((one) => query.includes(one));
    return route.fulfill({ json: name === undefined ? { data: { orderByNumber: order } } : answers[name] });
  }

  async function open(api: FakeApi, path = '/buy/0123456789ABC*#t=v1.token', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 390, height: 844 }, ...options });
    await context.route('**/*', (route) => answer(route, api));
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(ORIGIN + path);
    return page;
  }

  const visible = (page: Page, id: string): Promise<boolean> => page.locator(`#${id}`).isVisible();
  const says = (page: Page, id: string, text: string): Promise<void> => page.locator(`#${id}`).filter({ hasText: text }).waitFor();

  test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'not a link'])('a payment link %s is not offered', async (payUrl) => {
    const page = await open({ order: orderOf({ payment: { payUrl, qrText: null } }) });
    await says(page, 'status', 'Awaiting payment');
    expect(await visible(page, 'pay')).toBe(false);
    expect(await page.locator('#pay').getAttribute('href')).toBeNull();
  });

  test('markup from outside is shown as text', async () => {
    const name = '<img src=x onerror="document.title=1"><b>bold</b>';
    const page = await open({ order: orderOf({ sku: { name } }) });
    await says(page, 'sku-name', name);
    expect(await page.locator('#sku-name *').count()).toBe(0);
  });

  test('a frozen order is explained, and offers neither payment nor cancel nor codes', async () => {
    const page = await open({ order: orderOf({ frozen: true, inReview: true, nextStep: 'WAIT_FOR_REVIEW' }) });
    await says(page, 'attention', 'on hold until a person has checked it');
    for (const id of ['payment', 'cancel', 'codes']) expect(await visible(page, id)).toBe(false);
  });

  test('a refund is explained with its amount, in the digits of its currency', async () => {
    const page = await open({ order: orderOf({ ...DELIVERED, status: 'FAILED', phase: 'REFUNDED', nextStep: 'NONE', refunded: money(480, 'JPY') }) });
    await says(page, 'refunded', '¥480');
    await says(page, 'refund', 'goes back the way it came');
    expect(await visible(page, 'codes')).toBe(false);
  });

  test('words that it does not know yet are shown as they are, and break nothing', async () => {
    const page = await open({ order: orderOf({ phase: 'BEAMING', nextStep: 'WAIT_FOR_BEAM', status: 'TELEPORTING' }) });
    await says(page, 'phase', 'BEAMING');
    await says(page, 'status', 'TELEPORTING');
  });

  test('an older state never replaces a newer one', async () => {
    const page = await open({ order: orderOf(), streamed: [orderOf({ ...DELIVERED, revision: 9 }), orderOf({ revision: 5 })] });
    await says(page, 'status', 'Completed');
    await page.waitForResponse('**/graphql');
    await says(page, 'status', 'Completed');
  });

  test('codes are revealed and copied also where the browser offers no clipboard, and a refusal says why', async () => {
    const cards = [
      { id: 'a', code: 'AAAA-1', fields: [{ name: 'PIN', value: '0042' }] },
      { id: 'b', code: 'BBBB-2', fields: [] },
    ];
    const page = await open({ order: orderOf(DELIVERED), answers: { revealCards: { data: { revealCards: { cards, userErrors: [] } } } } });
    await page.locator('#reveal').click();
    await page.getByRole('button', { name: 'Copy: Code 1 of 2' }).click();
    await page.getByText('Copied').first().waitFor();
    expect(await page.locator('#code-list code').allTextContents()).toEqual(['AAAA-1', '0042', 'BBBB-2']);
    await page.locator('#reveal').click();
    expect(await page.locator('#code-list code').count()).toBe(0);

    const refusal = { code: 'ILLEGAL_STATE', message: 'Not now, because.' };
    const refused = await open({
      order: orderOf(DELIVERED),
      answers: { revealCards: { data: { revealCards: { cards: [], userErrors: [refusal] } } } },
    });
    await refused.locator('#reveal').click();
    await says(refused, 'notice', 'Not now, because.');
  });

  test.each(['卡密', 'x'.repeat(4_000), 'two words'])('a pasted text that can be no token is answered like a wrong token', async (typed) => {
    const page = await open({}, '/buy/0123456789ABC*');
    await page.getByLabel('Access code or link').fill(typed);
    await page.getByRole('button', { name: 'Open order' }).click();
    await says(page, 'gate-message', 'cannot find this order');
  });

  test('an API that is away is never shown as an unknown order', async () => {
    const page = await open({ answers: { BuyerOrderByNumber: { errors: [{ message: 'away', extensions: { code: 'SERVICE_UNAVAILABLE' } }] } } });
    await says(page, 'loading-text', 'No connection to the shop');
    expect(await visible(page, 'gate')).toBe(false);
  });

  test.each(['light', 'dark'] as const)('every text stands out from its ground in %s colours (WCAG AA, 4.5)', async (colorScheme) => {
    const states = [
      orderOf(),
      orderOf({ ...DELIVERED }),
      orderOf({ status: 'FAILED', phase: 'DECLINED', nextStep: 'NONE', refusal: { message: 'No.' } }),
      orderOf({ status: 'PROCESSING', inReview: true }),
    ];
    for (const order of states) {
      const page = await open({ order }, undefined, { colorScheme });
      await page.locator('#order').waitFor();
      expect((await page.evaluate<{ ratio: number }>(LEAST_CONTRAST)).ratio).toBeGreaterThanOrEqual(4.5);
    }
  });

  const SHARED = {
    ...{ number: '0123456789ABC*', status: 'COMPLETED', skuName: 'Steam <b>50</b>', quantity: 2, expiresAt: '2026-01-08T00:00:00.000Z' },
    ...{ amount: money(9_600), paid: money(9_600), refunded: money(480) },
    payments: [{ reference: 'order-1.1', status: 'PAID', amount: money(9_600) }],
    refunds: [{ refundReference: 'order-1.r1', status: 'DONE', amount: money(480), orderedAt: '2026-01-01T00:02:00.000Z' }],
    steps: [{ occurredAt: '2026-01-01T00:00:00.000Z', words: 'Ordered, for 96.00 CNY' }],
  };
  const LINK = '/shared/0123456789ABC*#t=link.proof';
  const opens = (payload: object): FakeApi => ({ answers: { GuestOpens: { data: { openSharedOrder: { userErrors: [], ...payload } } } } });

  test.each(['light', 'dark'] as const)('a shared order is read in %s colours, and its token leaves the address bar', async (colorScheme) => {
    const page = await open(opens({ shared: SHARED }), LINK, { colorScheme });
    await says(page, 'status', 'Completed');
    await says(page, 'sku-name', 'Steam <b>50</b>');
    await says(page, 'steps', 'Ordered, for 96.00 CNY');
    await says(page, 'money', 'Payment · CN¥96.00 · paid');
    await says(page, 'money', 'Refund · CN¥4.80 · returned');
    expect(new URL(page.url()).hash).toBe('');
    expect((await page.evaluate<{ ratio: number }>(LEAST_CONTRAST)).ratio).toBeGreaterThanOrEqual(4.5);
    await page.getByRole('button', { name: '中文' }).click();
    await says(page, 'money', '已付款');
  });

  test('a link that is over says what the shop says, one that is cut off says so, and a shop that is away is no wrong link', async () => {
    const refusal = { code: 'SHARE_OVER', message: 'This link has run out.' };
    await says(await open(opens({ shared: null, userErrors: [refusal] }), LINK), 'message-text', 'This link has run out.');
    const unknown = { code: 'NOT_FOUND', message: 'x' };
    await says(await open(opens({ shared: null, userErrors: [unknown] }), LINK), 'message-text', 'cannot find this order by this link');
    await says(await open({}, '/shared/0123456789ABC*'), 'message-text', 'the part behind the # is missing');
    const away = { answers: { GuestOpens: { errors: [{ message: 'away', extensions: { code: 'SERVICE_UNAVAILABLE' } }] } } };
    const page = await open(away, LINK);
    await says(page, 'message-text', 'cannot be reached right now');
    expect(await visible(page, 'again')).toBe(true);
  });

  test('the console runs a document by Ctrl-Enter with the given headers, and remembers documents only', async () => {
    const sent: Record<string, string>[] = [];
    const page = await open(
      { answers: { Mine: { data: { orderByNumber: null } }, __schema: { errors: [{ message: 'introspection is off here' }] } } },
      '/graphql',
    );
    await page.getByText('introspection is off here').waitFor();
    page.on('request', (request) => sent.push(request.headers()));
    await page.locator('#headers').fill('{"Authorization": "Bearer a-key-of-mine"}');
    await page.locator('#variables').fill('{"code": "a-code-of-mine"}');
    await page.locator('#query').fill('query Mine { a }');
    await page.locator('#query').press('Control+Enter');
    await says(page, 'result', '"orderByNumber": null');
    await says(page, 'run-status', 'HTTP 200');
    expect(sent.map(({ authorization }) => authorization)).toEqual(['Bearer a-key-of-mine']);
    const kept = await page.evaluate<string>('JSON.stringify(localStorage)');
    expect(kept).toContain('query Mine');
    expect(kept).not.toMatch(/of-mine/);
  });
});
