import { sha256Hex } from '../kernel/hash';

/** The end of one stream: what its chain of hashes has come to at a revision. */
export interface StreamHead {
  readonly stream: string;
  readonly revision: number;
  /** Lower-case hex SHA-256 of the event there; see `chainHash`. */
  readonly hash: string;
}

/** Leaves and nodes begin with a byte of their own, so that neither can be taken for the other (as in RFC 6962). */
const LEAF = '\u0000';
const NODE = '\u0001';
const SEPARATOR = '\u001f';

const leafOf = ({ stream, revision, hash }: StreamHead): string => sha256Hex([LEAF, stream, revision, hash].join(SEPARATOR));
const nodeOf = (left: string, right: string): string => sha256Hex(NODE + left + right);

/** Root of a tree without leaves. */
export const EMPTY_ROOT = sha256Hex('');

/**
 * Root of the Merkle tree over stream heads, told one by one in the order of their names. Keeps one hash for each level of the
 * tree, however many streams there are.
 */
export class MerkleRoot {
  /** `subtrees[n]` is a whole tree of 2^n leaves, or absent. */
  private readonly subtrees: (string | undefined)[] = [];
  private last = '';
  streams = 0;

  /** Throws RangeError when a stream comes out of order: the root would depend on who told it. */
  add(head: StreamHead): void {
    if (this.streams > 0 && head.stream <= this.last) throw new RangeError('streams must come in the order of their names');
    this.last = head.stream;
    this.streams++;
    let carried = leafOf(head);
    let level = 0;
    for (let left = this.subtrees[level]; left !== undefined; left = this.subtrees[level]) {
      carried = nodeOf(left, carried);
      this.subtrees[level++] = undefined;
    }
    this.subtrees[level] = carried;
  }

  /** Lower-case hex. The tree may grow afterwards. */
  root(): string {
    const roots = this.subtrees.filter((subtree) => subtree !== undefined);
    return roots.length === 0 ? EMPTY_ROOT : roots.reduce((right, left) => nodeOf(left, right));
  }
}
