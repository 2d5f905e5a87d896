import { sealingKey } from '../../../src/domain/key/decide';
import type { KeyEvent, KeyUse } from '../../../src/domain/key/events';
import { given } from '../../support/given';

const ordered: KeyEvent = { type: 'KeyDestructionOrdered', data: {} };
const loss = { voidedCards: 3, oldCards: 2, oldOrders: 1 };
const nothing: KeyUse = { cards: 0, orders: 0, others: 0 };
const refused: KeyEvent = { type: 'KeyDestructionRefused', data: { ...nothing, cards: 1 } };
const destroyed: KeyEvent = { type: 'KeyDestroyed', data: { upTo: '0000000000000042', ...loss } };
const settle = (use: Partial<KeyUse>) => ({ type: 'SettleKeyDestruction', upTo: '0000000000000042', use: { ...nothing, ...use }, loss }) as const;
const key = (...events: readonly KeyEvent[]) => given(sealingKey, 's1')(...events);

describe('a sealing key', () => {
  it('is destroyed when nothing depends on it, and what is lost all the same is kept in mind', () => {
    key().when({ type: 'OrderKeyDestruction' }).then(ordered);
    key(ordered).when(settle({})).then(destroyed);
    expect(key(ordered, destroyed).state).toMatchObject({ status: 'DESTROYED', lost: loss });
  });
  it.each(['cards', 'orders', 'others', 'subjects'] as const)('stays while one of its %s depends on it, and may be ordered again', (what) => {
    key(ordered)
      .when(settle({ [what]: 1 }))
      .then({ type: 'KeyDestructionRefused', data: { ...nothing, [what]: 1 } });
    expect(key(ordered, refused).state).toMatchObject({ status: 'KEPT', keptBy: { cards: 1 } });
    key(ordered, refused).when({ type: 'OrderKeyDestruction' }).then(ordered);
  });
  it('is counted only when somebody ordered it, and ends once', () => {
    key().when(settle({})).rejects('SEALING_KEY_NOT_FOUND');
    key(ordered, refused).when(settle({})).rejects('SEALING_KEY_NOT_FOUND');
    key(ordered).when({ type: 'OrderKeyDestruction' }).isAlreadySo();
    key(ordered, destroyed).when({ type: 'OrderKeyDestruction' }).isAlreadySo();
    key(ordered, destroyed)
      .when(settle({ cards: 1 }))
      .isAlreadySo();
  });
});
