import type { Position } from '../../../domain/kernel/event';
import type { RecordField } from './log-check';

/** One thing that is wrong with the file, and where. */
export interface Finding {
  /**
   * crc: a record is not what was written · log-chain: a record does not follow from the one before it · missing-record: a position is not there ·
   * missing-tail: the log ends before its anchor, or behind it · revision-gap: a stream lacks a revision · head-mismatch: the stream index
   * disagrees with the events · index: another index disagrees · wal: the write-ahead log is damaged and later commits cannot be reached · page: SQLite cannot make sense of a page · unreadable: not our file at all.
   */
  readonly kind: 'crc' | 'log-chain' | 'missing-record' | 'missing-tail' | 'revision-gap' | 'head-mismatch' | 'index' | 'wal' | 'page' | 'unreadable';
  readonly stream?: string;
  readonly revision?: number;
  readonly position?: Position;
  /** Which part of the record is wrong. */
  readonly field?: RecordField;
  readonly what?: string;
}
