import { newClient } from './connection-string';
import type { EventStoreDBClient } from './client-package';

/** Whoever waited for this append has given up, and its client was let go of: it is not sent any more. */
class LetGo extends Error {
  override readonly name = 'LetGo';
}

/** What the package keeps to its subclasses: through here goes each stream that a client opens. `creator` opens it. */
interface OpensStreams {
  GRPCStreamCreator: (service: unknown, name: string, creator: (channel: unknown) => unknown, cache?: unknown) => () => Promise<unknown>;
}

/**
 * A client that appends in batches, until it is let go of: from then on it opens no stream. An append may still be on its way to
 * opening one when everybody has long given up (it asks the server what it can do first, and looks for the leader), and a stream of a
 * former client beside the present one's ends the process: what breaks the one empties the table in which the other looks up its answers.
 */
export class BatchClient {
  readonly client: EventStoreDBClient;
  private isLetGo = false;

  constructor(connectionString: string) {
    this.client = newClient(connectionString);
    const opens = this.client as unknown as OpensStreams;
    const open = opens.GRPCStreamCreator;
    opens.GRPCStreamCreator = (service, name, creator, cache) =>
      open(
        service,
        name,
        (channel) => {
          if (this.isLetGo) throw new LetGo('nobody waits for this append any more');
          return creator(channel);
        },
        cache,
      );
  }

  /** Breaks its stream, which fails what is under way there, and resolves when that is over. */
  async letGo(): Promise<void> {
    this.isLetGo = true;
    // Whoever has just opened a stream has it listed by then.
    await new Promise((resolve) => setImmediate(resolve));
    await this.client.dispose();
  }
}
