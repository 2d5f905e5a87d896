import { RevealFields, RevealFieldsHandler } from '../../src/application/commands/support';
import { OrderSecrets } from '../../src/application/order-secrets';
import { KeyMissing, type Keyring, SealBroken } from '../../src/application/ports/keyring';
import { canonicalJson } from '../../src/domain/kernel/hash';
import { callerAs, freshKey, openShop, submitted, type TestShop } from './commands-shop';

let shop: TestShop;
const unreadable: string[] = [];
beforeEach(async () => {
  shop = await openShop();
  await shop.configureSku({ delivery: 'manual', fields: ['account', 'password'] }, 'boost');
  unreadable.length = 0;
});
afterEach(() => shop.close());

const support = callerAs('SUPPORT');
const FILLED_IN = { account: 'player-7', password: 'hunter2-不外传' };

async function asked(): Promise<string> {
  const fields = Object.entries(FILLED_IN).map(([name, value]) => ({ name, value }));
  return submitted(await shop.submit({ skuId: 'boost', fields })).orderId;
}
const look = (orderId: string, caller = support, secrets = shop.secrets, idempotencyKey = freshKey()) =>
  new RevealFieldsHandler(shop.desk, secrets, (id) => unreadable.push(id), shop.runtime).execute(
    new RevealFields(caller, { idempotencyKey, orderId, reason: 'to be served' }),
  );
const stored = (orderId: string) => shop.store.read(`order-${orderId}`);

describe('what the buyer filled in', () => {
  it('is shown to a person, whose look is stored with its reason before', async () => {
    const orderId = await asked();
    expect(await look(orderId)).toMatchObject({ ok: true, fields: FILLED_IN });
    const last = (await stored(orderId)).at(-1);
    expect(last).toMatchObject({
      type: 'FieldsRevealed',
      data: { reader: support.actor.id },
      metadata: { actor: support.actor, reason: 'to be served' },
    });
    expect(canonicalJson(await stored(orderId))).not.toMatch(/player-7|hunter2/);
  });

  it('is shown again without a new fact, and to another person with one', async () => {
    const orderId = await asked();
    const key = freshKey();
    for (const again of [1, 2])
      expect([again, await look(orderId, support, shop.secrets, key)]).toMatchObject([again, { ok: true, fields: FILLED_IN }]);
    expect(await look(orderId, callerAs('OPS'))).toMatchObject({ ok: true, fields: FILLED_IN });
    const readers = (await stored(orderId)).filter(({ type }) => type === 'FieldsRevealed').map(({ metadata }) => metadata.actor.kind);
    expect(readers).toEqual(['SUPPORT', 'OPS']);
  });

  it('is refused where nothing was asked', async () => {
    const { orderId } = submitted(await shop.submit());
    expect(await look(orderId)).toMatchObject({ ok: false, refusal: { code: 'NO_FIELDS' } });
  });

  it.each([new KeyMissing('not here'), new SealBroken('changed')])(
    'that does not open ($name) is refused for now, and somebody is told',
    async (problem) => {
      const orderId = await asked();
      const failing: Keyring = Object.assign(Object.create(shop.keyring) as Keyring, {
        openWith: () => {
          throw problem;
        },
      });
      expect(await look(orderId, support, new OrderSecrets(failing, shop.subjectKeys))).toMatchObject({
        ok: false,
        refusal: { code: 'FIELDS_UNREADABLE', retryable: true },
      });
      expect(unreadable).toEqual([orderId]);
      expect(await look(orderId)).toMatchObject({ ok: true, fields: FILLED_IN });
    },
  );

  it('is not for buyers, storefronts and bookkeepers', async () => {
    const orderId = await asked();
    for (const role of ['STOREFRONT', 'FINANCE', 'BUYER'] as const)
      await expect(look(orderId, callerAs(role))).rejects.toThrow('revealFields needs SUPPORT or OPS or ADMIN');
    expect((await stored(orderId)).map(({ type }) => type)).toEqual(['OrderSubmitted']);
  });
});
