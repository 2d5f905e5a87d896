import type { Position } from '../../domain/kernel/event';
import type { LogPlace } from './wire';

/** Both numbers are unsigned and of 64 bits. */
const DIGITS = 20;
const SHAPE = /^([0-9]{20})-([0-9]{20})$/;

const digits = (value: bigint): string => value.toString().padStart(DIGITS, '0');

/** Fixed-width text that sorts as the log does. */
export const positionOf = ({ commit, prepare }: LogPlace): Position => `${digits(commit)}-${digits(prepare)}`;

/** Throws RangeError for text that no event store of this kind gave out. */
export function placeOf(position: Position): LogPlace {
  const [, commit, prepare] = SHAPE.exec(position) ?? [];
  if (commit === undefined || prepare === undefined) throw new RangeError('not a position of an EventStoreDB log');
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
}

/** Whether one place lies behind another; everything lies behind the beginning. */
export const isBehind = (place: LogPlace, other: LogPlace | undefined): boolean =>
  other === undefined || place.commit > other.commit || (place.commit === other.commit && place.prepare > other.prepare);

export const isSamePlace = (a: LogPlace, b: LogPlace | undefined): boolean => b !== undefined && a.commit === b.commit && a.prepare === b.prepare;
