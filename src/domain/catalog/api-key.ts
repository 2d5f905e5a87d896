import { exhaustive, type Decider } from '../kernel/decider';
import type { Happened } from '../kernel/event';
import { canonicalJson } from '../kernel/hash';
import { reject, type Rejection } from '../kernel/rejection';
import { DAY_MS, fromIso, HOUR_MS, toIso, type Instant } from '../kernel/time';
import type { ApiKeyEvent, ApiKeySettings } from './events';
import type { Setting } from './setting';

/** An API key as it stands now. Times are ISO-8601 UTC. */
export interface ApiKey extends Setting<ApiKeySettings> {
  /** The text that was replaced last, and until when it opens as well. */
  readonly previous?: { readonly keyHash: string; readonly until: string };
  /** Texts that were replaced, newest last: they do not come back. */
  readonly retired?: readonly string[];
  /** Roughly, see `USE_TOLD_EVERY_MS`. */
  readonly usedAt?: string;
  readonly previousUsedAt?: string;
}

export type ApiKeyCommand =
  | { readonly type: 'Configure'; readonly settings: ApiKeySettings }
  | { readonly type: 'Rotate'; readonly keyHash: string; readonly previousUntil?: string; readonly at: Instant }
  | { readonly type: 'MarkUsed'; readonly keyHash: string; readonly at: Instant }
  | { readonly type: 'Pause' };

export type ApiKeyRejection = Rejection<'NOT_CONFIGURED' | 'KEY_REVOKED' | 'KEY_RETIRED' | 'OVERLAP_OUT_OF_RANGE'>;

/** A key that is used all day leaves so few facts that nobody minds: "used today" is what people want to know. */
export const USE_TOLD_EVERY_MS = 6 * HOUR_MS;
/** Two texts for one key are a transition, not a state. */
export const OVERLAP_DAYS_MAX = 90;
const RETIRED_KEPT_MAX = 20;

/** Which text of a key this is, if it opens now. Expiry of the whole key apart. */
export function openedBy({ settings, active, previous }: ApiKey, keyHash: string, at: Instant): 'CURRENT' | 'PREVIOUS' | null {
  if (!active || settings === undefined) return null;
  if (settings.keyHash === keyHash) return 'CURRENT';
  return previous?.keyHash === keyHash && at < fromIso(previous.until) ? 'PREVIOUS' : null;
}

/** Whether its use of late is known well enough. */
export function isUseKnown({ usedAt, previousUsedAt }: ApiKey, text: 'CURRENT' | 'PREVIOUS', at: Instant): boolean {
  const known = text === 'CURRENT' ? usedAt : previousUsedAt;
  return known !== undefined && at - fromIso(known) < USE_TOLD_EVERY_MS;
}

function evolve(state: ApiKey, event: Happened<ApiKeyEvent>): ApiKey {
  const { previous: _previous, usedAt: _usedAt, previousUsedAt: _previousUsedAt, ...rest } = state;
  switch (event.type) {
    case 'ApiKeyIssued':
      return { ...rest, settings: event.data, active: state.settings === undefined || state.active };
    case 'ApiKeyRotated': {
      const { keyHash, previousUntil } = event.data;
      if (state.settings === undefined) return state;
      const old = state.settings.keyHash;
      return {
        ...rest,
        settings: { ...state.settings, keyHash },
        retired: [...(state.retired ?? []), old].slice(-RETIRED_KEPT_MAX),
        ...(previousUntil === undefined ? {} : { previous: { keyHash: old, until: previousUntil } }),
        ...(state.usedAt === undefined || previousUntil === undefined ? {} : { previousUsedAt: state.usedAt }),
      };
    }
    case 'ApiKeyUsed':
      return event.data.text === 'CURRENT' ? { ...state, usedAt: event.occurredAt } : { ...state, previousUsedAt: event.occurredAt };
    case 'ApiKeyRevoked':
      return { ...state, active: false };
    default:
      return exhaustive(event, state);
  }
}

/**
 * GIVEN a key
 * WHEN  it is issued, or issued anew with other rights or another text
 * THEN  that counts at once, and only that · ALREADY SO when it is the same
 * REJECTED KEY_REVOKED · KEY_RETIRED for a text that a rotation replaced: whoever applies an old file must not bring it back
 */
function configure({ settings }: Extract<ApiKeyCommand, { type: 'Configure' }>, state: ApiKey) {
  if (state.settings !== undefined && !state.active) return reject('KEY_REVOKED');
  if (state.retired?.includes(settings.keyHash) === true) return reject('KEY_RETIRED');
  return canonicalJson(state.settings) === canonicalJson(settings) ? [] : [{ type: 'ApiKeyIssued', data: settings } as const];
}

/**
 * GIVEN a key that is in use
 * WHEN  its text is replaced
 * THEN  the new one opens at once, and the old one until the time that was given, or no more; one from before that ends now
 * ALREADY SO when it is the text
 * REJECTED NOT_CONFIGURED · KEY_REVOKED · KEY_RETIRED · OVERLAP_OUT_OF_RANGE
 */
function rotate({ keyHash, previousUntil, at }: Extract<ApiKeyCommand, { type: 'Rotate' }>, { settings, active, retired }: ApiKey) {
  if (settings === undefined) return reject('NOT_CONFIGURED');
  if (!active) return reject('KEY_REVOKED');
  if (settings.keyHash === keyHash) return [];
  if (retired?.includes(keyHash) === true) return reject('KEY_RETIRED');
  if (previousUntil !== undefined && !isOverlap(fromIso(previousUntil) - at)) return reject('OVERLAP_OUT_OF_RANGE', { daysMax: OVERLAP_DAYS_MAX });
  const until = previousUntil === undefined ? {} : { previousUntil: toIso(fromIso(previousUntil)) };
  return [{ type: 'ApiKeyRotated', data: { keyHash, ...until } } as const];
}

const isOverlap = (ms: number): boolean => ms > 0 && ms <= OVERLAP_DAYS_MAX * DAY_MS;

/**
 * GIVEN a key
 * WHEN  one of its texts opened something
 * THEN  that is told, unless it was told of late · ALREADY SO also when it opens nothing any more
 */
function markUsed({ keyHash, at }: Extract<ApiKeyCommand, { type: 'MarkUsed' }>, state: ApiKey) {
  const text = openedBy(state, keyHash, at);
  return text === null || isUseKnown(state, text, at) ? [] : [{ type: 'ApiKeyUsed', data: { text } } as const];
}

/** Revoking is for good. REJECTED NOT_CONFIGURED · ALREADY SO */
function revoke({ settings, active }: ApiKey) {
  if (settings === undefined) return reject('NOT_CONFIGURED');
  return active ? [{ type: 'ApiKeyRevoked', data: {} } as const] : [];
}

export const apiKey: Decider<ApiKeyCommand, ApiKeyEvent, ApiKey, ApiKeyRejection> = {
  initial: (id) => ({ id, active: false }),
  evolve,
  decide: (command, state) => {
    switch (command.type) {
      case 'Configure':
        return configure(command, state);
      case 'Rotate':
        return rotate(command, state);
      case 'MarkUsed':
        return markUsed(command, state);
      case 'Pause':
        return revoke(state);
      default:
        return exhaustive(command, []);
    }
  },
};
