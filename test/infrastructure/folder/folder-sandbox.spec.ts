import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuingChannel, PurchaseRequest } from '../../../src/application/ports/channel';
import type { CallOptions } from '../../../src/application/ports/outside-call';
import { FolderChannel } from '../../../src/infrastructure/channels/folder/folder-channel';
import type { FolderSettings } from '../../../src/infrastructure/channels/folder/settings';
import { describeChannelContract } from '../../contracts/channel.contract';
import { factsOf } from '../../contracts/gateway.contract';
import { listenForNotices, TEST_WEBHOOK_SECRET } from '../../support/sandbox';
import { CARD_PRODUCT, purchaseRequest, startTestChannel, TOP_UP_PRODUCT, type TestChannel } from '../../support/sandbox-channel';

const settings = (changes: Partial<FolderSettings> = {}): FolderSettings => ({
  adapter: 'folder',
  id: 'wholesaler',
  currency: 'CNY',
  // The time-out of each call bounds it.
  waitSeconds: 60,
  webhookSecrets: [TEST_WEBHOOK_SECRET],
  flags: { replay: true, lookup: true, cancel: false, partialFill: false },
  notFoundFinalAfterSeconds: 60,
  ...changes,
});
const calling: CallOptions = { timeoutMs: 5_000 };

/** A folder for a test, with the places in it. */
function newFolder(): { readonly root: string; readonly folder: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'cardrail-drop-'));
  const folder = join(root, 'wholesaler');
  for (const place of ['requests', 'taken', 'answers']) mkdirSync(join(folder, place), { recursive: true });
  return { root, folder, remove: () => rmSync(root, { recursive: true, force: true }) };
}

describe.each([false, true])('with partialFill %s', (partialFill) => {
  describeChannelContract('the sandbox over files', async () => {
    const { root, folder, remove } = newFolder();
    const upstream = await startTestChannel({ folder, flags: partialFill ? ['partialFill'] : [] });
    const channel: IssuingChannel = new FolderChannel(settings({ flags: { ...settings().flags, partialFill } }), root);
    const listener = await listenForNotices();
    return {
      channel,
      newPurchase: (changes = {}) => purchaseRequest({ callbackUrl: listener.url, ...changes }),
      newTopUp: () =>
        purchaseRequest({ product: TOP_UP_PRODUCT.product, maxUnitCostMinor: 10_000, fields: { phone: '13800000000' }, callbackUrl: listener.url }),
      // The list of offers follows the book a moment later, as that of any such upstream does.
      setStock: async (to) => {
        await upstream.setStock(CARD_PRODUCT.product, to);
        await untilListed(folder, to);
      },
      sold: async (requestId) => (await upstream.purchases()).filter((row) => row.requestId === requestId && row.status === 'COMPLETED').length,
      async noticeAbout(requestId) {
        for (let wanted = 1; ; wanted++) {
          const notice = (await listener.count(wanted)).find(({ body }) => body.includes(`"${requestId}"`));
          if (notice) return notice;
        }
      },
      async close() {
        await upstream.close();
        await listener.close();
        remove();
      },
    };
  });
});

async function untilListed(folder: string, { available, unitCostMinor }: { available?: number; unitCostMinor?: number }): Promise<void> {
  const cost = unitCostMinor === undefined ? '' : `,${(unitCostMinor / 100).toFixed(2)}`;
  while (
    !readFileSync(join(folder, 'offers.csv'), 'utf8').includes(`${CARD_PRODUCT.product},${available ?? ''}${available === undefined ? '' : cost}`)
  )
    await new Promise((resolve) => setImmediate(resolve));
}

describe('files of an upstream that nobody can trust', () => {
  let place: ReturnType<typeof newFolder>;
  let channel: FolderChannel;
  beforeEach(() => {
    place = newFolder();
    channel = new FolderChannel(settings(), place.root);
  });
  afterEach(() => place.remove());

  const brief: CallOptions = { timeoutMs: 50 };
  const asked = async (changes: Partial<PurchaseRequest> = {}): Promise<PurchaseRequest> => {
    const request = purchaseRequest(changes);
    expect(factsOf(await channel.purchase(request, brief)).status).toBe('PENDING');
    return request;
  };
  const answer = ({ requestId }: PurchaseRequest, text: string | Buffer): void => {
    writeFileSync(join(place.folder, 'draft'), text);
    renameSync(join(place.folder, 'draft'), join(place.folder, 'answers', `${requestId}.csv`));
  };
  const query = ({ requestId }: PurchaseRequest) => channel.query(requestId);

  it('a request is a whole file under its id, the same bytes whenever it is sent, and no draft is left', async () => {
    const request = await asked({ quantity: 2 });
    const file = join(place.folder, 'requests', `${request.requestId}.json`);
    const text = readFileSync(file, 'utf8');
    expect(JSON.parse(text)).toMatchObject({ requestId: request.requestId, product: request.product, quantity: 2 });
    await channel.purchase(request, brief);
    expect([readFileSync(file, 'utf8'), readdirSync(join(place.folder, 'requests'))]).toEqual([text, [`${request.requestId}.json`]]);
  });

  it('a request that was taken is pending, and is not put there again', async () => {
    const request = await asked();
    renameSync(join(place.folder, 'requests', `${request.requestId}.json`), join(place.folder, 'taken', `${request.requestId}.json`));
    expect(factsOf(await channel.purchase(request, brief)).status).toBe('PENDING');
    expect(readdirSync(join(place.folder, 'requests'))).toEqual([]);
    expect(factsOf(await query(request)).status).toBe('PENDING');
  });

  it('what a crash leaves at each step: a draft is no request, a request is one whoever put it there', async () => {
    writeFileSync(join(place.folder, 'requests', '.draft-of-a-process-that-died'), '{');
    const request = purchaseRequest();
    expect(await query(request)).toEqual({ outcome: 'notFound' });
    await channel.purchase(request, brief);
    const next = new FolderChannel(settings(), place.root);
    expect(factsOf(await next.query(request.requestId)).status).toBe('PENDING');
    answer(request, 'code,cost\nABC-1,45.00\n');
    expect(factsOf(await next.purchase(request, brief))).toMatchObject({ status: 'COMPLETED', cards: [{ code: 'ABC-1' }] });
  });

  it.each<readonly [string, string | Buffer, object]>([
    [
      'cards, with what belongs to them',
      'code,cost,expiresAt,pin\n"A,1",45.00,2030-01-01T00:00:00Z,99\n',
      { status: 'COMPLETED', unitCostMinor: 4_500, cards: [{ code: 'A,1', expiresAt: '2030-01-01T00:00:00Z', fields: { pin: '99' } }] },
    ],
    ['a byte order mark, CRLF, quotes and blank lines', '\uFEFFcode,cost\r\n"A""1",45\r\n\r\n', { status: 'COMPLETED', cards: [{ code: 'A"1' }] }],
    ['a row without a code', 'code,cost\n,45.00\n', { status: 'COMPLETED', cards: [], malformedCards: 1 }],
    ['a row without a plain cost', 'code,cost\nA1,4e1\n', { status: 'COMPLETED', cards: [], malformedCards: 1 }],
    ['a row that is short', 'code,cost\nA1\n', { status: 'COMPLETED', cards: [], malformedCards: 1 }],
    ['costs that differ: the mean, rounded up', 'code,cost\nA1,45.00\nA2,45.01\n', { unitCostMinor: 4_501 }],
    ['a refusal', 'refused\nOUT_OF_STOCK\n', { status: 'REFUSED', reason: 'OUT_OF_STOCK', cards: [] }],
    ['a receipt', 'receipt,cost\nR-1,98.50\n', { status: 'COMPLETED', receipt: 'R-1', cards: [], unitCostMinor: 9_850 }],
  ])('%s', async (_what, text, expected) => {
    const request = await asked();
    answer(request, text);
    expect(factsOf(await query(request))).toMatchObject(expected);
  });

  it('fewer cards than asked for are a part', async () => {
    const request = await asked({ quantity: 3 });
    answer(request, 'code,cost\nA1,45.00\nA2,45.00\n');
    expect(factsOf(await query(request))).toMatchObject({ status: 'PARTIAL', cards: [{ code: 'A1' }, { code: 'A2' }] });
  });

  it.each<readonly [string, string | Buffer, string]>([
    ['an empty file', '', 'UNREADABLE_ANSWER'],
    ['a header alone', 'code,cost\n', 'UNREADABLE_ANSWER'],
    ['an open quote', 'code,cost\n"A1,45.00\n', 'UNREADABLE_ANSWER'],
    ['goods and a refusal at once', 'code,refused\nA1,NO\n', 'UNREADABLE_ANSWER'],
    ['a refusal without a word', 'refused\n" "\n', 'UNREADABLE_ANSWER'],
    ['two columns of one name', 'code,code,cost\nA,B,1\n', 'UNREADABLE_ANSWER'],
    ['bytes that are no UTF-8', Buffer.from([0x63, 0xff, 0xfe]), 'UNFIT_ANSWER'],
    ['more than a megabyte', Buffer.alloc(1_048_577, 'A'), 'UNFIT_ANSWER'],
  ])('%s is no answer, and ends with a person', async (_what, text, cause) => {
    const request = await asked();
    answer(request, text);
    expect(await query(request)).toEqual({ outcome: 'unknown', cause });
  });

  it('a link, a pipe or a folder in place of an answer is not followed and keeps nobody waiting', async () => {
    const [linked, piped, nested] = [await asked(), await asked(), await asked()];
    const outside = join(place.root, 'outside.csv');
    writeFileSync(outside, 'code,cost\nSTOLEN,1.00\n');
    const pathOf = ({ requestId }: PurchaseRequest): string => join(place.folder, 'answers', `${requestId}.csv`);
    symlinkSync(outside, pathOf(linked));
    execFileSync('mkfifo', [pathOf(piped)]);
    mkdirSync(pathOf(nested));
    for (const request of [linked, piped, nested]) expect(await query(request)).toEqual({ outcome: 'unknown', cause: 'UNFIT_ANSWER' });
  });

  it.each(['../escape', '..', 'a/b', 'a\0b', ''])('an id that is no id (%j) names no file', async (requestId) => {
    expect(await channel.purchase(purchaseRequest({ requestId }), brief)).toEqual({ outcome: 'refused', code: 'INVALID_REQUEST_ID' });
    expect(await channel.query(requestId)).toEqual({ outcome: 'refused', code: 'INVALID_REQUEST_ID' });
    expect(readdirSync(place.root)).toEqual(['wholesaler']);
  });

  it.each(['requests', 'answers', 'taken'])('where %s leads elsewhere, nothing is sent and nothing is called unheard of', async (name) => {
    const elsewhere = join(place.root, 'elsewhere');
    mkdirSync(elsewhere);
    rmSync(join(place.folder, name), { recursive: true });
    symlinkSync(elsewhere, join(place.folder, name));
    const request = purchaseRequest();
    expect(await channel.purchase(request, brief)).toEqual({ outcome: 'notDone', code: 'FOLDER_NOT_WHOLE' });
    expect(await query(request)).toEqual({ outcome: 'unknown', cause: 'FOLDER_NOT_WHOLE' });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('a folder that is not mounted: nothing is sent, and nothing is called unheard of', async () => {
    place.remove();
    expect((await channel.purchase(purchaseRequest(), brief)).outcome).toBe('notDone');
    expect((await query(purchaseRequest())).outcome).toBe('unknown');
  });

  it('a request that the upstream rewrote is not taken for ours', async () => {
    const request = await asked();
    writeFileSync(join(place.folder, 'requests', `${request.requestId}.json`), '{}');
    expect(await channel.purchase(request, brief)).toEqual({ outcome: 'refused', code: 'REQUEST_ID_REUSED' });
    expect(await query(request)).toEqual({ outcome: 'unknown', cause: 'REQUEST_CHANGED' });
  });

  it('without a list of offers nothing is known of stock; an offer that says no number says nothing', async () => {
    expect(await channel.stock('STEAM50')).toEqual({ outcome: 'unknown', cause: 'NO_OFFERS' });
    writeFileSync(join(place.folder, 'offers.csv'), 'product,available,cost\nSTEAM50,many,45.00\nPSN,3,45.00\n');
    expect(await channel.stock('STEAM50')).toEqual({ outcome: 'unknown', cause: 'UNREADABLE_OFFER' });
    expect(factsOf(await channel.stock('PSN'))).toEqual({ available: 3, unitCostMinor: 4_500, currency: 'CNY' });
    expect(await channel.balance()).toEqual({ outcome: 'unknown', cause: 'NO_BALANCE' });
  });
});

describe('an upstream that is slow or careless', () => {
  let place: ReturnType<typeof newFolder>;
  let upstream: TestChannel;
  let channel: FolderChannel;
  beforeEach(async () => {
    place = newFolder();
    upstream = await startTestChannel({ folder: place.folder });
    channel = new FolderChannel(settings(), place.root);
  });
  afterEach(async () => {
    await upstream.close();
    place.remove();
  });

  it('never answers: the request stays pending, and is not sold twice when it is sent again', async () => {
    await upstream.faults([{ fault: 'hang' }]);
    const request = purchaseRequest();
    expect(factsOf(await channel.purchase(request, { timeoutMs: 100 })).status).toBe('PENDING');
    while (!readdirSync(join(place.folder, 'taken')).includes(`${request.requestId}.json`)) await new Promise((resolve) => setImmediate(resolve));
    await upstream.faults([]);
    expect(factsOf(await channel.purchase(request, { timeoutMs: 100 })).status).toBe('PENDING');
    expect(await upstream.purchases()).toEqual([]);
  });

  it('leaves a code out: that card is disputed, the others are goods', async () => {
    await upstream.faults([{ fault: 'malformed' }]);
    const facts = factsOf(await channel.purchase(purchaseRequest({ quantity: 3 }), calling));
    expect([facts.status, facts.cards.length, facts.malformedCards]).toEqual(['COMPLETED', 2, 1]);
  });
});

it('without a folder for such channels there is none', () => {
  expect(() => new FolderChannel(settings(), undefined)).toThrow(/CARDRAIL_DROP_DIR/);
});
