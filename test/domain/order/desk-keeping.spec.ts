import { order as decider } from '../../../src/domain/order/decide';
import { TAGS_PER_ORDER_MAX } from '../../../src/domain/order/decide-desk';
import type { OrderEvent } from '../../../src/domain/order/events';
import { phaseOf } from '../../../src/domain/order/phase';
import { deliveredOrder, given, minutes, paidOrder, sealedText, submitted, submittedState, T0 } from '../../support/given';

const order = given(decider);
const assigned = (assignee = 'mei'): OrderEvent => ({ type: 'OrderAssigned', data: { assignee } });
const tagged = (tag: string): OrderEvent => ({ type: 'OrderTagged', data: { tag } });
const take = (assignee: string, over = false) => ({ type: 'AssignOrder', assignee, over }) as const;

describe('whose order it is at the desk', () => {
  it('is said once, also for an order that has ended', () => {
    order(...deliveredOrder())
      .when(take('mei'))
      .then(assigned());
    order(submitted(), assigned()).when(take('mei')).isAlreadySo();
  });

  it('is nobody’s to take from another, unless it is handed over by name', () => {
    order(submitted(), assigned()).when(take('bo')).rejects('ASSIGNED_TO_ANOTHER');
    order(submitted(), assigned()).when(take('bo', true)).then(assigned('bo'));
  });

  it('is let go of, once', () => {
    const unassigned: OrderEvent = { type: 'OrderUnassigned', data: {} };
    order(submitted(), assigned()).when({ type: 'UnassignOrder' }).then(unassigned);
    order(submitted(), assigned(), unassigned).when({ type: 'UnassignOrder' }).isAlreadySo();
    order(submitted(), assigned(), unassigned).when(take('bo')).then(assigned('bo'));
  });

  it('changes nothing about the order', () => {
    const before = submittedState(...paidOrder());
    const after = submittedState(...paidOrder(), assigned(), tagged('slow'));
    expect(phaseOf(after)).toBe(phaseOf(before));
    expect({ ...after, assignee: undefined, tags: [], events: before.events, lastEventAt: before.lastEventAt }).toEqual({
      ...before,
      assignee: undefined,
    });
  });
});

describe('tags of an order', () => {
  it('are put on and taken off, each once', () => {
    order(submitted()).when({ type: 'TagOrder', tag: 'slow' }).then(tagged('slow'));
    order(submitted(), tagged('slow')).when({ type: 'TagOrder', tag: 'slow' }).isAlreadySo();
    order(submitted(), tagged('slow'))
      .when({ type: 'UntagOrder', tag: 'slow' })
      .then({ type: 'OrderUntagged', data: { tag: 'slow' } });
    order(submitted(), tagged('slow')).when({ type: 'UntagOrder', tag: 'fast' }).isAlreadySo();
  });

  it(`are ${TAGS_PER_ORDER_MAX} at most`, () => {
    const full = Array.from({ length: TAGS_PER_ORDER_MAX }, (_, at) => tagged(`tag-${at}`));
    order(submitted(), ...full)
      .when({ type: 'TagOrder', tag: 'one-more' })
      .rejects('TOO_MANY_TAGS');
    order(submitted(), ...full.slice(1))
      .when({ type: 'TagOrder', tag: 'one-more' })
      .then(tagged('one-more'));
  });
});

describe('what the buyer filled in', () => {
  const asked = submitted({ fields: sealedText });
  const seen = (reader: string): OrderEvent => ({ type: 'FieldsRevealed', data: { reader } });
  const look = (reader: string, after = 0) => ({ type: 'RevealFields', reader, at: T0 + after }) as const;

  it('is shown to a person of the shop, in whatever state the order is, and the look is a fact', () => {
    order(asked).when(look('mei')).then(seen('mei'));
    order(asked, { type: 'OrderFrozen', data: { cause: 'PERSON' } })
      .when(look('mei'))
      .then(seen('mei'));
  });

  it('is no new fact to the same person within ten minutes, and is one after them, or to somebody else', () => {
    order(asked, seen('mei'))
      .when(look('mei', minutes(9)))
      .isAlreadySo();
    order(asked, seen('mei'))
      .when(look('mei', minutes(10)))
      .then(seen('mei'));
    order(asked, seen('mei'))
      .when(look('bo', minutes(1)))
      .then(seen('bo'));
  });

  it('cannot be shown where there was nothing to fill in', () => order(submitted()).when(look('mei')).rejects('NO_FIELDS'));
});
