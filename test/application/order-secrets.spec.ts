import { OrderSecrets, ownerOf, subjectKeyContext } from '../../src/application/order-secrets';
import { rewrapSubjectKeys } from '../../src/application/keys/rewrap-subject-keys';
import { KeyMissing, SealBroken } from '../../src/application/ports/keyring';
import type { SubjectKeys } from '../../src/application/ports/subject-keys';
import { subjectKeyNameOf } from '../../src/domain/kernel/subject';
import { openShop, submitted, type TestShop } from './commands-shop';

const AT = '2026-01-01T00:00:00.000Z';

describe('what an order holds of its buyer', () => {
  let shop: TestShop;
  beforeEach(async () => {
    shop = await openShop();
  });
  afterEach(() => shop.close());

  const contactOf = async (ref: string) => {
    const { order } = submitted(await shop.submit({ buyer: { ref, contact: { email: 'anna@example.com' } }, allowAnother: true }));
    const { orderId, submitted: data } = order.state;
    if (data.buyer.contact === undefined) throw new Error('no contact');
    return { orderId, owner: ownerOf(orderId, data), contact: data.buyer.contact };
  };

  it('is sealed with the one key of its buyer, which its key id names', async () => {
    const [first, second, bens] = [await contactOf('anna'), await contactOf('anna'), await contactOf('ben')];
    expect(subjectKeyNameOf(first.contact.kid)).toEqual({ subject: first.owner.subject, generation: 1 });
    expect(second.contact.kid).toBe(first.contact.kid);
    expect(bens.contact.kid).not.toBe(first.contact.kid);
    expect(await shop.secrets.openContact(first.orderId, first.contact)).toEqual({ email: 'anna@example.com' });
    await expect(shop.secrets.open(second.orderId, first.contact)).rejects.toThrow(SealBroken);
  });

  it('of before there were such keys opens with the keyring', async () => {
    const sealed = shop.keyring.seal('{"email":"old@example.com"}', 'order-1');
    expect(await shop.secrets.openContact('order-1', sealed)).toEqual({ email: 'old@example.com' });
  });

  it('is gone with the key, and whoever comes again gets a key of the next generation', async () => {
    const { orderId, owner, contact } = await contactOf('anna');
    await shop.subjectKeys.retire({ subject: owner.subject, generation: 1, orderedAt: AT });
    expect(await shop.secrets.openContact(orderId, contact)).toEqual({ email: 'anna@example.com' });
    await shop.subjectKeys.destroyRetired(owner.subject);
    await expect(shop.secrets.open(orderId, contact)).rejects.toThrow(KeyMissing);
    const again = await contactOf('anna');
    expect(subjectKeyNameOf(again.contact.kid)).toEqual({ subject: owner.subject, generation: 2 });
    expect(await shop.secrets.openContact(again.orderId, again.contact)).toEqual({ email: 'anna@example.com' });
  });

  it('is sealed with the next generation when its key is retired between the look and the keeping', async () => {
    const retiredInBetween: SubjectKeys = new Proxy(shop.subjectKeys, {
      get: (keys, name: keyof SubjectKeys) =>
        name === 'keep'
          ? async (key: Parameters<SubjectKeys['keep']>[0]) => {
              if (key.generation === 1) await keys.retire({ ...key, orderedAt: AT });
              return keys.keep(key);
            }
          : keys[name].bind(keys),
    });
    const sealed = await new OrderSecrets(shop.keyring, retiredInBetween).seal(
      { orderId: 'o', subject: 'x'.repeat(36).replaceAll('x', 'a') },
      'text',
    );
    expect(subjectKeyNameOf(sealed.kid)?.generation).toBe(2);
    expect(await shop.secrets.open('o', sealed)).toBe('text');
  });

  it("opens as before when its buyer's key is sealed anew, and the key in another's place opens nothing", async () => {
    const { orderId, owner, contact } = await contactOf('anna');
    const name = { subject: owner.subject, generation: 1 };
    const before = await shop.subjectKeys.find(name);
    await rewrapSubjectKeys({ keyring: shop.keyring, subjectKeys: shop.subjectKeys }, shop.keyring.kidInUse, new AbortController().signal);
    expect(await shop.subjectKeys.find(name)).toEqual(before);
    const anew = { list: shop.subjectKeys.list.bind(shop.subjectKeys), rewrap: shop.subjectKeys.rewrap.bind(shop.subjectKeys) };
    const renamed = { open: shop.keyring.open.bind(shop.keyring), seal: (plain: string, context: string) => shop.keyring.seal(plain, context) };
    await rewrapSubjectKeys({ keyring: renamed, subjectKeys: anew }, 'another', new AbortController().signal);
    expect(await shop.subjectKeys.find(name)).not.toEqual(before);
    expect(await shop.secrets.openContact(orderId, contact)).toEqual({ email: 'anna@example.com' });
    if (before === null) throw new Error('no key');
    const moved = { wrapped: before, context: subjectKeyContext({ subject: 'another', generation: 1 }) };
    expect(() => shop.keyring.openWith(moved, contact, orderId)).toThrow(SealBroken);
  });
});
