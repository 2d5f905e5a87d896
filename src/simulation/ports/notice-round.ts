import type { IncomingNotice } from '../../application/ports/outside-call';
import { MINUTE_MS } from '../../domain/kernel/time';
import type { Surroundings } from '../world/surroundings';

export type OutgoingNotice = Omit<IncomingNotice, 'receivedAtMs'>;

const TRIES_MAX = 6;
const RING_AGAIN_MS_MAX = 30 * MINUTE_MS;

/** Notices that one partner has on their way: rung until they are taken, with growing pauses. */
export class NoticeRound {
  private onTheirWay = 0;

  constructor(
    private readonly partnerId: string,
    private readonly around: Surroundings,
    /** True when it was taken. */
    private readonly ring: (notice: OutgoingNotice) => Promise<boolean>,
  ) {}

  /** Those that were not taken yet. */
  get underWay(): number {
    return this.onTheirWay;
  }

  /** What stands in it is written when it first leaves. Who must be told is told until the notice is taken. */
  begin(inMs: number, notice: () => OutgoingNotice, triesMax = TRIES_MAX): void {
    this.onTheirWay++;
    this.around.scheduler.after(inMs, () => void this.send(notice(), triesMax));
  }

  /** Rung a single time, whatever comes of it. */
  once(inMs: number, notice: OutgoingNotice, heard: (isTaken: boolean) => void): void {
    this.onTheirWay++;
    const ring = async (): Promise<void> => {
      heard(await this.ring(notice));
      this.onTheirWay--;
    };
    this.around.scheduler.after(inMs, () => void ring());
  }

  private async send(notice: OutgoingNotice, triesMax: number): Promise<void> {
    let isTaken = false;
    for (let tries = 1; tries <= triesMax && !isTaken; tries++) {
      isTaken = await this.ring(notice);
      if (!isTaken) await this.around.scheduler.sleep(Math.min(5_000 * 4 ** (tries - 1), RING_AGAIN_MS_MAX));
    }
    if (!isTaken) this.around.story.tell(`${this.partnerId} gave up ringing`);
    this.onTheirWay--;
  }
}
