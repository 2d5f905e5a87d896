import { subjectIdFor, subjectKeyNameOf, subjectKid, isSubjectKid } from '../../../src/domain/kernel/subject';
import { subject } from '../../../src/domain/subject/decide';
import type { SubjectEvent } from '../../../src/domain/subject/events';
import { given } from '../../support/given';

const LONG_AGO = '2025-12-24T18:00:00.000Z';
const ordered = (generation = 1): SubjectEvent => ({ type: 'SubjectErasureOrdered', data: { generation } });
const erased = (generation = 1): SubjectEvent => ({ type: 'SubjectErased', data: { generation } });
const person = (...events: readonly SubjectEvent[]) => given(subject, 'anna')(...events);

describe('a person', () => {
  it('is forgotten once every order has, and that is settled once', () => {
    person().when({ type: 'OrderErasure', generation: 1 }).then(ordered());
    person(ordered()).when({ type: 'SettleErasure', generation: 1 }).then(erased());
    person(ordered(), erased()).when({ type: 'SettleErasure', generation: 1 }).isAlreadySo();
    expect(person(ordered(), erased()).state).toMatchObject({ status: 'ERASED', generation: 1 });
  });
  it('is not ordered twice at a time, nor for keys that went before', () => {
    person(ordered()).when({ type: 'OrderErasure', generation: 2 }).isAlreadySo();
    person(ordered(), erased()).when({ type: 'OrderErasure', generation: 1 }).isAlreadySo();
  });
  it('who came again is forgotten again, with the keys of the next generation', () => {
    person(ordered(), erased()).when({ type: 'OrderErasure', generation: 2 }).then(ordered(2));
  });
  it('is settled only for what is under way', () => {
    person().when({ type: 'SettleErasure', generation: 1 }).isAlreadySo();
    person(ordered(2)).when({ type: 'SettleErasure', generation: 1 }).isAlreadySo();
  });
  it('whose erasure was lost with a log is erased as of when it was ordered first', () => {
    const repeated: SubjectEvent = { type: 'SubjectErasureOrdered', data: { generation: 3, repeats: LONG_AGO } };
    person().when({ type: 'OrderErasure', generation: 3, repeats: LONG_AGO }).then(repeated);
    expect(person(repeated).state).toMatchObject({ status: 'ERASING', orderedAt: Date.parse(LONG_AGO) });
  });
});

describe('the name of a key of a person', () => {
  it('names person and generation, and is never taken for a key of the keyring', () => {
    const name = { subject: subjectIdFor('shop', 'anna'), generation: 12 };
    expect(subjectKeyNameOf(subjectKid(name))).toEqual(name);
    expect(isSubjectKid(subjectKid(name))).toBe(true);
    for (const kid of ['s1-5b0c9a1e', 'subject', 'subject:', `subject:${name.subject}.0`, `subject:${name.subject}`, `${subjectKid(name)} `])
      expect(subjectKeyNameOf(kid)).toBeNull();
    expect(isSubjectKid('s1-5b0c9a1e')).toBe(false);
  });
  it('differs for the same id of another client', () => expect(subjectIdFor('shop', 'anna')).not.toBe(subjectIdFor('other', 'anna')));
});
