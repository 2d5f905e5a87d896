import { reject } from '../kernel/rejection';
import type { PersonCommand } from './commands';
import type { Decision } from './decision';
import { REVEAL_QUIET_MS } from './decide-intake';
import type { SubmittedOrder } from './state';

type Command<T extends PersonCommand['type']> = Extract<PersonCommand, { type: T }>;

/** Enough to sort a desk by; an order with more of them is a story, and that belongs into its notes. */
export const TAGS_PER_ORDER_MAX = 10;

/**
 * GIVEN an order
 * WHEN  a person takes it, or gives it to somebody
 * THEN  it is theirs until they let go of it; nothing about the order itself changes
 * REJECTED ASSIGNED_TO_ANOTHER when somebody else has it and nobody said that it is to go over · ALREADY SO when it is theirs
 */
export function assignOrder({ assignee, over }: Command<'AssignOrder'>, state: SubmittedOrder): Decision {
  if (state.assignee === assignee) return [];
  if (state.assignee !== undefined && !over) return reject('ASSIGNED_TO_ANOTHER', { assignee: state.assignee });
  return [{ type: 'OrderAssigned', data: { assignee } }];
}

/** It is nobody's. ALREADY SO when it was. */
export function unassignOrder(state: SubmittedOrder): Decision {
  return state.assignee === undefined ? [] : [{ type: 'OrderUnassigned', data: {} }];
}

/**
 * GIVEN an order
 * WHEN  a person puts a tag on it
 * THEN  it is found under that tag
 * REJECTED TOO_MANY_TAGS · ALREADY SO when it has this one
 */
export function tagOrder({ tag }: Command<'TagOrder'>, { tags }: SubmittedOrder): Decision {
  if (tags.includes(tag)) return [];
  return tags.length < TAGS_PER_ORDER_MAX ? [{ type: 'OrderTagged', data: { tag } }] : reject('TOO_MANY_TAGS', { tagsMax: TAGS_PER_ORDER_MAX });
}

/** It is not found under that tag any more. ALREADY SO when it has no such tag. */
export function untagOrder({ tag }: Command<'UntagOrder'>, { tags }: SubmittedOrder): Decision {
  return tags.includes(tag) ? [{ type: 'OrderUntagged', data: { tag } }] : [];
}

/**
 * GIVEN an order whose buyer filled something in
 * WHEN  a person of the shop asks to see it: to deliver by hand, or because something is said to have gone to the wrong account
 * THEN  the look is stored before any of it leaves
 * REJECTED NO_FIELDS · ALREADY SO within ten minutes of the last look, when that was theirs too
 */
export function revealFields({ reader, at }: Command<'RevealFields'>, { submitted, fieldsSeen }: SubmittedOrder): Decision {
  if (submitted.fields === undefined) return reject('NO_FIELDS');
  if (fieldsSeen?.reader === reader && at - fieldsSeen.at < REVEAL_QUIET_MS) return [];
  return [{ type: 'FieldsRevealed', data: { reader } }];
}
