import type { Generation, ModelDefinition, ParkedSequence } from '../../../application/ports/read-models';
import type { Position } from '../../../domain/kernel/event';
import type { SqlValue } from './prepared-statements';

/**
 * A row as it crosses to the writer and as it is stored: key, position, JSON text (null for a tombstone), and what its columns hold.
 * The text is made where the row is: a row that has none is refused to the one who asked, and a string is copied at once, where an object would
 * be taken to pieces and put together again to become the same text.
 */
export type RowLine = readonly [key: string, position: Position, text: string | null, ...cells: SqlValue[]];

/** What is done inside a transaction. */
export type Command =
  | {
      readonly kind: 'write';
      readonly model: string;
      readonly number: number;
      readonly lines: readonly RowLine[];
      readonly checkpoint: Position;
      readonly park: readonly ParkedSequence[];
      readonly unpark: readonly string[];
    }
  | { readonly kind: 'start-build'; readonly definition: ModelDefinition }
  | { readonly kind: 'activate'; readonly model: string; readonly number: number };

/** What the writer is started with. */
export interface WriterSetup {
  readonly file: string;
}

/** A group is answered before the next one is sent. */
export type ToWriter = { readonly kind: 'commit'; readonly commands: readonly Command[] } | { readonly kind: 'close' };

/** What became of one command; a build that was started answers with its generation. */
export type Outcome = { readonly done: Generation | null } | { readonly refused: string };

/** `damage`: the file can never be used again. `away`: trouble that passes. `defect`: neither. */
export type Trouble = 'damage' | 'away' | 'defect';

export type FromWriter =
  /** In the order of the commands. */
  | { readonly kind: 'committed'; readonly outcomes: readonly Outcome[] }
  /** Nothing of the group was written. */
  | { readonly kind: 'failed'; readonly trouble: Trouble; readonly message: string };
