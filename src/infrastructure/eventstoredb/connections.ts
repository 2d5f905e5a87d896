import { connect } from './client-connection';
import type { Connection } from './wire';

interface Shared {
  readonly connectionString: string;
  readonly connection: Connection;
  users: number;
}

let shared: Shared | undefined;

/** A second cluster was asked for while the first was in use. */
export class OneClusterPerProcess extends Error {
  override readonly name = 'OneClusterPerProcess';
}

/**
 * The connection of this process: everybody who asks shares it, and the last to leave closes it. The client keeps all appends under way
 * in one table of the process, so that a second one would fail the appends of the first, and answers to what it failed end the process.
 */
export function acquireConnection(connectionString: string): Connection {
  if (shared !== undefined && shared.connectionString !== connectionString)
    throw new OneClusterPerProcess('a process appends to one EventStoreDB cluster: close the first one before opening another');
  shared ??= { connectionString, connection: connect(connectionString), users: 0 };
  shared.users++;
  return shared.connection;
}

/** Call once for each time it was acquired, when nothing of one's own is under way any more. */
export async function releaseConnection(connection: Connection): Promise<void> {
  if (shared?.connection !== connection) return;
  if (--shared.users > 0) return;
  shared = undefined;
  await connection.close();
}
