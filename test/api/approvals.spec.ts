import { aggregates } from '../../src/application/aggregates';
import { sha256Hex } from '../../src/domain/kernel/hash';
import { paymentReference } from '../../src/domain/kernel/ids';
import { ApiShop, key } from './support/api-shop';

const CONFIRM = `mutation($input: ConfirmPaymentInput!) { confirmPayment(input: $input) { replayed order { phase }
  userErrors { code message ... on ApprovalRequiredError { approvalId } } } }`;
const RESOLVE = `mutation($input: ResolveReviewInput!) { resolveReview(input: $input) { userErrors { code ... on ApprovalRequiredError { approvalId } } } }`;
const GRANT = 'mutation($input: GrantApprovalInput!) { grantApproval(input: $input) { id changed userErrors { code message } } }';
const DECLINE = 'mutation($input: DeclineApprovalInput!) { declineApproval(input: $input) { id changed userErrors { code } } }';
const LIST =
  'query { approvals(first: 10, open: true) { nodes { id action subject stage amount { amountMinor currency } requestedBy reason decidedBy } } }';

const REFUND = `mutation($input: BulkRefundInput!) { bulkRefund(input: $input) { preview { orders } confirmationToken job { id } replayed
  userErrors { code ... on ApprovalRequiredError { approvalId } } } }`;

interface BulkAnswer extends Refusals {
  readonly preview: { readonly orders: number } | null;
  readonly confirmationToken: string | null;
  readonly job: { readonly id: string } | null;
  readonly replayed: boolean;
}

interface Refusals {
  readonly userErrors: readonly { readonly code: string; readonly approvalId?: string }[];
}

describe('what needs a second person', () => {
  let shop: ApiShop;
  let second: Record<string, string>;
  beforeAll(async () => {
    shop = await ApiShop.start({ CARDRAIL_APPROVAL_CONFIRM_PAYMENT_ABOVE_MINOR: '5000', CARDRAIL_APPROVAL_BULK_REFUND_ABOVE_MINOR: '15000' });
    // Nobody ever pays there by themselves, so each payment waits for somebody to vouch for it.
    await shop.sku('dear', { price: { amountMinor: 9_900, currency: 'CNY' } });
    await shop.sku('owed', { price: { amountMinor: 9_900, currency: 'CNY' }, oversell: true });
    await shop.until(() => shop.parts.settings.sku('owed') !== undefined, 'the settings are read');
    await shop.stock('game', 2);
    await shop.stock('dear', 5);
    const other = key();
    await shop.set('apiKey', 'finance-2', { clientId: 'client-finance', role: 'FINANCE', keyHash: sha256Hex(other) });
    await shop.until(() => shop.parts.settings.apiKeyByHash(sha256Hex(other)) !== undefined, 'the second key is known');
    second = { authorization: `Bearer ${other}` };
  });
  afterAll(() => shop.close());

  const unpaid = async (skuId: string): Promise<{ orderId: string; reference: string }> => {
    const { id } = await shop.order({ skuId, payment: { gatewayId: 'main', kind: 'REDIRECT' } });
    const reference = paymentReference(id, 1);
    await shop.until(
      async () => (await shop.parts.commands.load(aggregates.order, id, true)).state.payments.some((payment) => payment.payUrl !== undefined),
      'the pay page is open',
    );
    return { orderId: id, reference };
  };
  const confirm = async (input: object, headers = shop.as('FINANCE')): Promise<Refusals & { replayed: boolean }> => {
    const { data, errors } = await shop.ask<{ confirmPayment: Refusals & { replayed: boolean } }>(CONFIRM, { input }, headers);
    expect(errors).toBeUndefined();
    return data.confirmPayment;
  };
  const decide = async (
    name: 'grantApproval' | 'declineApproval',
    approvalId: string,
    headers: Record<string, string>,
  ): Promise<readonly string[]> => {
    const input = { idempotencyKey: key(), reason: 'seen by me too', approvalId };
    const { data } = await shop.ask<Record<string, Refusals>>(name === 'grantApproval' ? GRANT : DECLINE, { input }, headers);
    return data[name]?.userErrors.map(({ code }) => code) ?? ['NO_ANSWER'];
  };
  const confirmedOf = async (orderId: string): Promise<number> =>
    (await shop.parts.store.read(`order-${orderId}`)).filter(({ type }) => type === 'PaymentConfirmed').length;

  it('a payment below the limit needs nobody else', async () => {
    const { orderId, reference } = await unpaid('game');
    expect(await confirm({ idempotencyKey: key(), orderId, reference, evidence: 'statement' })).toMatchObject({ userErrors: [] });
    expect(await confirmedOf(orderId)).toBe(1);
  });

  it('a payment above it waits for another person, then goes through by the very same request, once', async () => {
    const { orderId, reference } = await unpaid('dear');
    const input = { idempotencyKey: key(), orderId, reference, evidence: 'statement of 21 November' };
    const [refusal] = (await confirm(input)).userErrors;
    expect(refusal).toMatchObject({ code: 'APPROVAL_REQUIRED' });
    const approvalId = refusal?.approvalId ?? '';
    expect(await confirmedOf(orderId)).toBe(0);

    const listed = async () => (await shop.ask<{ approvals: { nodes: { id: string }[] } }>(LIST, {}, shop.as('FINANCE'))).data.approvals.nodes;
    await shop.until(async () => (await listed()).some(({ id }) => id === approvalId), 'the request is listed');
    expect((await listed()).find(({ id }) => id === approvalId)).toMatchObject({
      action: 'CONFIRM_PAYMENT',
      subject: orderId,
      stage: 'WAITING',
      amount: { amountMinor: '9900', currency: 'CNY' },
      requestedBy: 'FINANCE finance',
      reason: 'statement of 21 November',
    });

    expect(await decide('grantApproval', approvalId, shop.as('FINANCE'))).toEqual(['APPROVER_IS_REQUESTER']);
    expect(await confirm(input)).toMatchObject({ userErrors: [{ code: 'APPROVAL_REQUIRED', approvalId }] });
    expect(await decide('grantApproval', approvalId, second)).toEqual([]);

    // Asked with more money under the approved key: what was approved is what is done.
    expect((await confirm({ ...input, capturedMinor: 9_000 })).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    const [one, two] = await Promise.all([confirm(input), confirm(input)]);
    expect([one.userErrors, two.userErrors]).toEqual([[], []]);
    expect(await confirm(input)).toMatchObject({ userErrors: [] });
    expect(await confirmedOf(orderId)).toBe(1);
    const events = await shop.parts.store.read(`approval-${approvalId}`);
    expect(events.map(({ type, metadata }) => [type, metadata.actor.id])).toEqual([
      ['ApprovalRequested', 'finance'],
      ['ApprovalGranted', 'finance-2'],
      ['ApprovalUsed', 'finance'],
    ]);
  });

  it('that somebody declined is over', async () => {
    const { orderId, reference } = await unpaid('dear');
    const input = { idempotencyKey: key(), orderId, reference, evidence: 'statement' };
    const approvalId = (await confirm(input)).userErrors[0]?.approvalId ?? '';
    expect(await decide('declineApproval', approvalId, second)).toEqual([]);
    expect(await decide('grantApproval', approvalId, second)).toEqual(['APPROVAL_ENDED']);
    expect(await confirm(input)).toMatchObject({ userErrors: [{ code: 'APPROVAL_DECLINED' }] });
    expect(await confirmedOf(orderId)).toBe(0);
  });

  it('is not let in by another door: the answer to a review needs the second person as well', async () => {
    const { orderId, reference } = await unpaid('dear');
    const input = {
      idempotencyKey: key(),
      reason: 'seen',
      orderId,
      subject: `payment:${reference}`,
      choice: 'CONFIRM_PAYMENT',
      evidence: 'statement',
    };
    const { data } = await shop.ask<{ resolveReview: Refusals }>(RESOLVE, { input }, shop.as('SUPPORT'));
    expect(data.resolveReview.userErrors).toMatchObject([{ code: 'APPROVAL_REQUIRED' }]);
    expect(await confirmedOf(orderId)).toBe(0);
  });

  it('is approved of by no role that may not', async () => {
    const { data, errors } = await shop.ask(GRANT, { input: { idempotencyKey: key(), reason: 'x', approvalId: 'any' } }, shop.as('SUPPORT'));
    expect({ data, code: errors?.[0]?.extensions['code'] }).toEqual({ data: null, code: 'FORBIDDEN' });
  });

  it('a refund of many orders waits for another person above its limit, and is for that money only', async () => {
    const refund = async (input: object): Promise<BulkAnswer> => {
      const filter = { skuIds: ['owed'], phase: ['PAID_WAITING_CARD'] };
      const whole = { idempotencyKey: key(), reason: 'the supplier is gone', filter, ...input };
      return (await shop.ask<{ bulkRefund: BulkAnswer }>(REFUND, { input: whole }, shop.as('FINANCE'))).data.bulkRefund;
    };
    const dryRun = async (orders: number): Promise<string> => {
      let seen = await refund({});
      await shop.until(async () => (seen = await refund({})).preview?.orders === orders, `${orders} orders in the list`);
      return seen.confirmationToken ?? '';
    };
    await shop.order({ skuId: 'owed' });
    expect(await refund({ confirmationToken: await dryRun(1) })).toMatchObject({ userErrors: [], job: { id: expect.any(String) as string } });

    for (let more = 0; more < 2; more++) await shop.order({ skuId: 'owed' });
    const idempotencyKey = key();
    const input = { idempotencyKey, confirmationToken: await dryRun(3) };
    const [refusal] = (await refund(input)).userErrors;
    expect(refusal).toMatchObject({ code: 'APPROVAL_REQUIRED' });
    expect(await decide('grantApproval', refusal?.approvalId ?? '', shop.as('FINANCE'))).toEqual(['APPROVER_IS_REQUESTER']);
    expect(await decide('grantApproval', refusal?.approvalId ?? '', second)).toEqual([]);

    // Another order has come: another sum, so another request.
    await shop.order({ skuId: 'owed' });
    const outgrown = await refund({ idempotencyKey, confirmationToken: await dryRun(4) });
    expect(outgrown).toMatchObject({ job: null, userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] });
    const again = { idempotencyKey: key(), confirmationToken: await dryRun(4) };
    const asked = (await refund(again)).userErrors[0]?.approvalId ?? '';
    expect(await decide('grantApproval', asked, second)).toEqual([]);
    const ordered = await refund(again);
    expect(ordered).toMatchObject({ userErrors: [], replayed: false });
    expect(await refund(again)).toMatchObject({ job: ordered.job, replayed: true, userErrors: [] });
  });
});
