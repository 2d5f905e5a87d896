import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { orderNumberFor } from '../../src/domain/kernel/ids';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const SWITCHES =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  );
const PATIENCE_MS = 60_000;

const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.warn(`The buyer page is not tested: there is no Chromium at ${CHROMIUM}. Install one, or set CHROMIUM_PATH.`);

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** A page, everything it ever asked for, and everything its browser complained about. */
interface Visit {
  readonly page: Page;
  readonly urls: readonly string[];
  readonly complaints: readonly string[];
}

(hasChromium ? describe : describe.skip)('the buyer page in a real browser', () => {
  let shop: LiveShop;
  let shopper: Shopper;
  let browser: Browser;

  beforeAll(async () => {
    // One port for all its lives, so that an open page finds it again.
    shop = await LiveShop.start({ skus: { plenty: {} }, environment: { CARDRAIL_PORT: String(await freePort()) } });
    shopper = new Shopper(shop);
    await shop.stock('plenty', 20);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  });
  afterEach(() => Promise.all((browser?.contexts() ?? []).map((context) => context.close())));

  async function visit(path: string, options: BrowserContextOptions = {}, prepare: (page: Page) => Promise<void> = async () => {}): Promise<Visit> {
    const context = await browser.newContext({
      locale: 'en-US',
      viewport: { width: 390, height: 844 },
      permissions: ['clipboard-read', 'clipboard-write'],
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const urls: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (/content security policy|trusted ?types/i.test(message.text())) complaints.push(message.text());
    });
    await prepare(page);
    await page.goto(`${shop.url}${path}`);
    return { page, urls, complaints };
  }

  const pathOf = (number: string, token?: string): string => `/buy/${encodeURIComponent(number)}${token === undefined ? '' : `#t=${token}`}`;
  const redirected = () => shopper.order({ skuId: 'plenty', kind: 'REDIRECT' });
  const shows = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();
  const says = (page: Page, id: string, text: string): Promise<void> => page.locator(`#${id}`).filter({ hasText: text }).waitFor();

  async function revealedOn(page: Page): Promise<readonly string[]> {
    await page.getByRole('button', { name: 'Show codes' }).click();
    await page.locator('#code-list code').first().waitFor();
    return page.locator('#code-list code').allTextContents();
  }

  test('an order is paid, delivered before its eyes, revealed, copied, and the same after a refresh; its token is in no URL', async () => {
    const { id, token, order } = await redirected();
    const reference = await shopper.untilPayable(id);
    const { payUrl } = (await shopper.see(id)).payment ?? {};
    const { page, urls, complaints } = await visit(pathOf(order.number, token));

    const pay = page.getByRole('link', { name: 'Pay now' });
    await pay.waitFor();
    expect(await pay.getAttribute('href')).toBe(payUrl);
    expect(await pay.getAttribute('rel')).toBe('noopener noreferrer');
    expect(page.url()).toBe(`${shop.url}${pathOf(order.number)}`);
    await says(page, 'sku-name', 'Test plenty');
    await says(page, 'number', order.number);

    let loads = 0;
    page.on('load', () => loads++);
    expect(await shop.sandbox.pay(reference)).toBe(200);
    await says(page, 'status', 'Completed');
    expect(loads).toBe(0);
    expect(await pay.isVisible()).toBe(false);

    const codes = await revealedOn(page);
    expect(codes).toEqual((await shopper.reveal(id, token)).codes);
    await page.getByRole('button', { name: 'Copy: Code' }).click();
    await shows(page, 'Copied');
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(codes[0]);

    await page.reload();
    expect(await page.locator('#code-list code').count()).toBe(0);
    expect(await revealedOn(page)).toEqual(codes);

    expect(urls.filter((url) => url.includes(token))).toEqual([]);
    expect(new Set(urls.map((url) => new URL(url).origin))).toEqual(new Set([shop.url]));
    expect(complaints).toEqual([]);
  });

  test('it speaks Chinese to who prefers it, and remembers another choice', async () => {
    const { id, token, order } = await redirected();
    await shopper.untilPayable(id);
    const { page } = await visit(pathOf(order.number, token), { locale: 'zh-CN' });
    await says(page, 'status', '待支付');
    await says(page, 'sku-name', '测试 plenty');
    await page.getByRole('link', { name: '去支付' }).waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await says(page, 'status', 'Awaiting payment');
    await says(page, 'sku-name', 'Test plenty');
    await page.reload();
    await says(page, 'status', 'Awaiting payment');
    expect(await page.evaluate<string>('document.documentElement.lang')).toBe('en');
  });

  test('a wrong token shows the very same as an order that does not exist', async () => {
    const { token, order } = await redirected();
    const wrong = `${token.slice(0, -4)}AAAA`;
    const unknown = orderNumberFor(randomUUID());
    const seen: string[] = [];
    for (const number of [order.number, unknown]) {
      const { page } = await visit(pathOf(number, wrong));
      await says(page, 'gate-message', 'cannot find this order');
      seen.push((await page.locator('main').innerText()).replaceAll(number, 'NUMBER'));
    }
    expect(seen[0]).toBe(seen[1]);
  });

  test('without a token it asks for one, and takes the whole link as well', async () => {
    const { token, order } = await redirected();
    const { page, urls } = await visit(pathOf(order.number));
    await page.getByLabel('Access code or link').fill(`${shop.url}${pathOf(order.number, token)}`);
    await page.getByRole('button', { name: 'Open order' }).click();
    await says(page, 'status', 'Awaiting payment');
    expect(urls.filter((url) => url.includes(token))).toEqual([]);
  });

  test('an unpaid order is cancelled after asking once more', async () => {
    const { id, token, order } = await redirected();
    await shopper.untilPayable(id);
    const { page } = await visit(pathOf(order.number, token));
    await page.getByRole('button', { name: 'Cancel order' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    expect((await shopper.see(id)).nextStep).toBe('PAY');
    await page.getByRole('button', { name: 'Cancel order' }).click();
    await page.getByRole('button', { name: 'Yes, cancel it' }).click();
    await says(page, 'phase', 'Cancelled');
    expect((await shopper.see(id)).phase).toBe('CANCELLED');
    expect(await page.getByRole('button', { name: 'Cancel order' }).isVisible()).toBe(false);
  });

  test('where no stream gets through, it asks again by itself', async () => {
    const { id, token, order } = await redirected();
    const reference = await shopper.untilPayable(id);
    const { page } = await visit(pathOf(order.number, token), {}, async (fresh) => {
      await fresh.route('**/graphql/stream', (route) => route.abort());
    });
    await page.getByRole('link', { name: 'Pay now' }).waitFor();
    await shop.sandbox.pay(reference);
    await says(page, 'status', 'Completed');
  });

  test('it finds its way back after the server was killed and came again', async () => {
    const { id, token, order } = await redirected();
    const reference = await shopper.untilPayable(id);
    const { page } = await visit(pathOf(order.number, token));
    await page.getByText('updates by itself').waitFor();
    await shop.kill();
    await page.locator('#link', { hasText: 'No connection to the shop' }).waitFor();
    await shop.serve();
    expect(await shop.sandbox.pay(reference)).toBe(200);
    await says(page, 'status', 'Completed');
  });
});
