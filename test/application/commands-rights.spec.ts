import { Forbidden, rightsMatrix, roles } from '../../src/application/authorise';
import type { Role } from '../../src/application/caller';
import { CancelOrder, CancelOrderHandler } from '../../src/application/commands/cancel-order';
import { operations } from '../../src/application/commands';
import { PauseSku, PauseSkuHandler } from '../../src/application/commands/pause-sku';
import { RefundOrder, RefundOrderHandler } from '../../src/application/commands/refund-order';
import { callerAs, freshKey, nobody, openShop, submitted, type TestShop } from './commands-shop';

/** S = STOREFRONT, B = BUYER, U = SUPPORT, F = FINANCE, O = OPS, A = ADMIN; a dot is a no. */
const EXPECTED: Readonly<Record<string, string>> = {
  acknowledgeIncident: '..UFOA',
  addNote: '..UFOA',
  assignOrder: '..UFOA',
  blockBuyer: '..U.OA',
  bulkRefund: '...F.A',
  bulkReroute: '....OA',
  bulkRetry: '....OA',
  bookMoney: '...F.A',
  cancelOrder: 'SBU..A',
  changePaymentMethod: 'SBU..A',
  closeDay: '...F.A',
  configureChannel: '.....A',
  configureGateway: '.....A',
  configureSku: '....OA',
  confirmPayment: '..UF.A',
  confirmRefund: '..UF.A',
  confirmSurplus: '..UF.A',
  declineApproval: '..UFOA',
  deliverManually: '..U.OA',
  destroyKey: '.....A',
  eraseBuyer: '.....A',
  drainChannel: '....OA',
  openComplaint: 'SBU..A',
  overrideChannelHealth: '....OA',
  overrideGatewayHealth: '....OA',
  explainDiscrepancy: '...F.A',
  exportCodes: '.....A',
  freezeOrder: '..UFOA',
  grantApproval: '...F.A',
  importCards: '....OA',
  issueApiKey: '.....A',
  matchNotice: '..UF.A',
  pauseChannel: '....OA',
  pauseGateway: '....OA',
  pauseSku: '....OA',
  previewImport: '....OA',
  promoteCanary: '....OA',
  publishRoutingPolicy: '....OA',
  rollBackCanary: '....OA',
  startCanary: '....OA',
  quarantineBatch: '....OA',
  quarantineCard: '..U.OA',
  rebuildProjection: '....OA',
  recordChargeback: '...F.A',
  refundOrder: '..UF.A',
  reissueCard: '..U..A',
  reportCard: 'SBU..A',
  resendDelivery: 'S.U..A',
  resendMessages: '....OA',
  resolveComplaint: '..UFOA',
  resolveReview: '..UFOA',
  restockBatch: '....OA',
  restockCard: '....OA',
  resumeChannel: '....OA',
  resumeGateway: '....OA',
  resumeSku: '....OA',
  retryOrder: '..U.OA',
  retryParked: '....OA',
  revealCards: 'SB....',
  revokeApiKey: '.....A',
  rotateApiKey: '.....A',
  rotateAccessToken: 'S.U..A',
  rotateKeys: '.....A',
  setLoadShedding: '....OA',
  skipParked: '....OA',
  stopJob: '...FOA',
  settleDiscrepancy: '...F.A',
  submitOrder: 'S....A',
  revealFields: '..U.OA',
  shareOrder: '..UF.A',
  revokeOrderShare: '..UFOA',
  openSharedOrder: 'SBUFOA',
  tagOrder: '..UFOA',
  unassignOrder: '..UFOA',
  untagOrder: '..UFOA',
  unblockBuyer: '..U.OA',
  unfreezeOrder: '..UFOA',
  voidBatch: '....OA',
  voidCard: '....OA',
};

describe('the rights matrix', () => {
  it('has a line for every operation, and no operation is named twice', () => {
    const names = operations.map(({ operation }) => operation);
    expect([...names].sort()).toEqual(Object.keys(EXPECTED).sort());
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(rightsMatrix(operations))('$role $operation: $allowed', ({ operation, role, allowed }) => {
    expect(allowed).toBe(EXPECTED[operation]?.[roles.indexOf(role)] !== '.');
  });
});

describe('an order at the door', () => {
  let shop: TestShop;
  let order: { readonly orderId: string; readonly accessToken: string };
  let other: { readonly orderId: string; readonly accessToken: string };
  beforeEach(async () => {
    shop = await openShop();
    order = submitted(await shop.submit());
    other = submitted(await shop.submit());
  });
  afterEach(() => shop.close());

  const cancel = (caller = nobody, changes: object = {}) =>
    new CancelOrderHandler(shop.desk).execute(new CancelOrder(caller, { idempotencyKey: freshKey(), orderId: order.orderId, ...changes }));

  it('opens to its own token, whoever holds it, and the buyer is the actor', async () => {
    expect(await cancel(nobody, { accessToken: order.accessToken })).toMatchObject({ ok: true });
    const [, event] = await shop.store.read(`order-${order.orderId}`);
    expect(event?.metadata.actor).toEqual({ kind: 'BUYER', id: order.orderId });
  });

  it('opens to a foreign shop only with its token', async () => {
    const foreign = callerAs('STOREFRONT', 'other-shop');
    expect(await cancel(foreign)).toMatchObject({ ok: false, refusal: { code: 'NOT_FOUND' } });
    expect(await cancel(foreign, { accessToken: order.accessToken })).toMatchObject({ ok: true });
  });

  it('gives foreign and missing orders the very same answer', async () => {
    const missing = await cancel(nobody, { orderId: 'no-such-order', accessToken: order.accessToken });
    expect(missing).toEqual(await cancel(nobody, { accessToken: other.accessToken }));
    expect(missing).toEqual(await cancel(nobody));
    expect(missing).toEqual(await cancel(callerAs('STOREFRONT', 'other-shop'), { orderId: 'no-such-order' }));
    expect(missing).toEqual({ ok: false, refusal: { code: 'NOT_FOUND', retryable: false, field: ['orderId'] } });
  });

  it.each(['FINANCE', 'OPS'] satisfies Role[])('does not open to %s for what that role may not do, whether it exists or not', async (role) => {
    await expect(cancel(callerAs(role))).rejects.toThrow(Forbidden);
    await expect(cancel(callerAs(role), { orderId: 'no-such-order' })).rejects.toThrow(Forbidden);
  });

  it('does not open to a buyer for what only staff may do, token or not', async () => {
    const input = { idempotencyKey: freshKey(), orderId: order.orderId, reason: 'please', accessToken: order.accessToken };
    await expect(new RefundOrderHandler(shop.desk).execute(new RefundOrder(nobody, input))).rejects.toThrow(Forbidden);
  });

  it('asks people for a reason, and keeps it', async () => {
    expect(await cancel(callerAs('SUPPORT'))).toMatchObject({ ok: false, refusal: { code: 'REASON_REQUIRED', field: ['reason'] } });
    expect(await cancel(callerAs('SUPPORT'), { reason: 'the buyer rang' })).toMatchObject({ ok: true });
    const [, event] = await shop.store.read(`order-${order.orderId}`);
    expect(event?.metadata).toMatchObject({ reason: 'the buyer rang', actor: { kind: 'SUPPORT' } });
  });

  it('refuses settings to whoever is no operator', async () => {
    const input = { idempotencyKey: freshKey(), reason: 'no', skuId: 'steam-50' };
    await expect(new PauseSkuHandler(shop.settings).execute(new PauseSku(callerAs('SUPPORT'), input))).rejects.toThrow(
      new Forbidden('pauseSku', 'SUPPORT', 'needs OPS or ADMIN'),
    );
  });
});
