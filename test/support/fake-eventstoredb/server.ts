import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { ClusterInfo, EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb';
import type { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb';
import type { sendUnaryData, ServerDuplexStream, ServerReadableStream, ServerWritableStream } from '@grpc/grpc-js';
import { answerBatches, answerSingle } from './appends';
import type { Faults, SeenAppend } from './faults';
import { FakeLog } from './log';
import { uuid } from './messages';
import { answerRead, type ReadState } from './reads';

const HOST = '127.0.0.1';
const COMMIT_TIMEOUT_MS = 200;

/** Another node of the same cluster, for gossip. */
export interface Member {
  readonly port: number;
  readonly state: 'leader' | 'follower';
}

/**
 * One node that speaks EventStoreDB's public protocol, over a log in memory, and does wrong what it is told to. What it does right is
 * held against real servers by the contract suite, which runs on both.
 */
export class FakeEventStoreDb {
  readonly faults: Faults = {};
  /** Every append that came, in order. */
  readonly appends: SeenAppend[] = [];
  /** Subscriptions that were begun. */
  subscriptions = 0;
  /** Reads that were answered, subscriptions left out. */
  reads = 0;
  /** What gossip says; this node alone, as the leader, unless told. */
  members: readonly Member[] | undefined;
  private server: Server | undefined;
  private readonly stopping = new Set<() => void>();
  private boundPort = 0;

  constructor(
    readonly log: FakeLog = new FakeLog(() => Date.now()),
    private readonly commitTimeoutMs = COMMIT_TIMEOUT_MS,
  ) {}

  /** At the same port as before, if there was one. */
  async start(port = this.boundPort): Promise<void> {
    const server = new Server({ 'grpc.max_receive_message_length': -1 });
    server.addService(StreamsService, this.streams());
    server.addService(GossipService, { read: (_call: unknown, answer: sendUnaryData<ClusterInfo>) => this.gossip(answer) });
    server.addService(ServerFeaturesService, {
      getSupportedMethods: (_call: unknown, answer: sendUnaryData<SupportedMethods>) => void this.features(answer),
    });
    this.boundPort = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${HOST}:${port}`, ServerCredentials.createInsecure(), (error, bound) => (error === null ? resolve(bound) : reject(error)));
    });
    this.server = server;
  }

  /** All connections break at once, as when the process dies. The log stays. */
  crash(): void {
    for (const end of this.stopping) end();
    this.server?.forceShutdown();
    this.server = undefined;
  }

  /** Nothing is answered until the function that comes back is called. */
  freeze(): () => void {
    let thaw: () => void = () => undefined;
    this.faults.frozen = new Promise((resolve) => {
      thaw = () => {
        this.faults.frozen = undefined;
        resolve();
      };
    });
    this.stopping.add(thaw);
    return thaw;
  }

  get port(): number {
    return this.boundPort;
  }

  get connectionString(): string {
    return `esdb://${HOST}:${this.boundPort}?tls=false`;
  }

  private state(): ReadState {
    return {
      log: this.log,
      faults: this.faults,
      commitTimeoutMs: this.commitTimeoutMs,
      pause: (ms) => this.pause(ms),
      seen: (append) => {
        const seen = { ...append, index: this.appends.length };
        this.appends.push(seen);
        return seen;
      },
      nextSubscription: () => this.subscriptions++,
      countRead: () => {
        this.reads++;
      },
    };
  }

  private streams(): UntypedServiceImplementation {
    const state = this.state();
    return {
      batchAppend: (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => answerBatches(state, call),
      append: (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>) => {
        answerSingle(state, call, answer).catch((error: unknown) => answer(error as Error));
      },
      read: (call: ServerWritableStream<ReadReq, ReadResp>) => {
        answerRead(state, call).catch((error: unknown) => call.destroy(error as Error));
      },
    };
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.stopping.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.stopping.add(end);
    });
  }

  private gossip(answer: sendUnaryData<ClusterInfo>): void {
    const info = new ClusterInfo();
    for (const { port, state } of this.members ?? [{ port: this.boundPort, state: 'leader' as const }]) {
      const endPoint = new EndPoint();
      endPoint.setAddress(HOST);
      endPoint.setPort(port);
      const member = new MemberInfo();
      member.setInstanceId(uuid(`00000000-0000-4000-8000-${String(port).padStart(12, '0')}`));
      member.setState(state === 'leader' ? MemberInfo.VNodeState.LEADER : MemberInfo.VNodeState.FOLLOWER);
      member.setIsAlive(true);
      member.setHttpEndPoint(endPoint);
      info.addMembers(member);
    }
    answer(null, info);
  }

  private async features(answer: sendUnaryData<SupportedMethods>): Promise<void> {
    await this.faults.featuresAfter;
    const methods = new SupportedMethods();
    methods.setEventStoreServerVersion('23.10.0');
    for (const name of ['append', 'batchappend', 'read']) {
      const method = new SupportedMethod();
      method.setServiceName('event_store.client.streams.streams');
      method.setMethodName(name);
      methods.addMethods(method);
    }
    answer(null, methods);
  }
}

export async function startFakeEventStoreDb(log?: FakeLog): Promise<FakeEventStoreDb> {
  const fake = new FakeEventStoreDb(log);
  await fake.start();
  return fake;
}
