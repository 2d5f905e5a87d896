import { incident, isLookDue, isOver, type IncidentCommand, type IncidentState } from '../../domain/incident/decide';
import type { IncidentEvent, IncidentSubject } from '../../domain/incident/events';
import type { IncidentPolicy } from '../../domain/incident/policy';
import { type Signal, watched, type Watched } from '../../domain/incident/watch';
import { derivedId } from '../../domain/kernel/ids';
import type { Instant } from '../../domain/kernel/time';
import type { IncidentRow } from '../../projections/incidents';
import { aggregates } from '../aggregates';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { Runtime } from '../ports/runtime';
import { type FiguresKit, gatherFigures } from './gather-figures';
import { readSignals, type SignalSources } from './read-signals';
import { repeat } from '../repeat';

export interface IncidentsKit extends SignalSources, Omit<FiguresKit, 'readModels'> {
  readonly commands: CommandHandling;
  readonly runtime: Runtime;
  readonly policy: IncidentPolicy;
  readonly lookEveryMs: number;
  /** Told of what this process stored. Must not throw. */
  readonly onStored: (incident: IncidentSubject, type: IncidentEvent['type']) => void;
  /** A store is away; looked at again. Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

const OPEN_MAX = 1_000;

/** The id of the n-th incident on a subject: two that see the same alarm open the same one. */
export const incidentIdFor = ({ kind, subject }: IncidentSubject, ordinal: number): string => derivedId('incident', kind, subject, ordinal);
const aboutOf = ({ kind, subject }: IncidentSubject): string => `${kind} ${subject}`;

/**
 * Opens, enriches and closes incidents by looking at how things are, again and again. Of what it keeps in memory nothing decides: with a new
 * process the time of an alarm, or of calm, begins anew. Two of these do no harm. Runs until the signal aborts; never rejects.
 */
export function runIncidents(kit: IncidentsKit, signal: AbortSignal): Promise<void> {
  const watch = new IncidentWatch(kit);
  return repeat(() => watch.look(), { ...kit, waitMs: () => kit.lookEveryMs }, signal);
}

export class IncidentWatch {
  /** As many as there are subjects: those of settings, and those with an open incident. */
  private seen = new Map<string, Watched>();
  /** The newest incident on a subject that this process knows of. */
  private readonly ordinals = new Map<string, number>();

  constructor(private readonly kit: IncidentsKit) {}

  /** One look at everything. Rejects while a store is away. */
  async look(): Promise<void> {
    const { commands, policy, readModels } = this.kit;
    const now = commands.clock.now();
    const signals = await readSignals(this.kit, policy, now);
    const open = await readModels.find<IncidentRow>('incidents', { filter: { open: { eq: 1 } }, limit: OPEN_MAX });
    const named = new Set(signals.map(aboutOf));
    // Nobody speaks of it any more: its SKU is gone from the settings, say.
    const silent = open.filter(({ value }) => !named.has(value.about)).map(({ value }): Signal => ({ ...value, value: 0, level: 'CALM' }));
    const before = this.seen;
    this.seen = new Map();
    for (const signal of [...signals, ...silent]) {
      const about = aboutOf(signal);
      const since = watched(before.get(about), signal.level, now);
      this.seen.set(about, since);
      if (since.alarmingSince !== undefined && now >= since.alarmingSince + policy.openAfterMs) await this.alarm(signal, since.alarmingSince, now);
      if (since.calmSince !== undefined && (open.some(({ value }) => value.about === about) || this.ordinals.has(about)))
        await this.calm(signal, since.calmSince, now);
    }
  }

  private async alarm(signal: Signal, since: Instant, at: Instant): Promise<void> {
    const { policy } = this.kit;
    const { kind, subject, value, threshold, cause } = signal;
    for (let ordinal = await this.newest(signal); ; ordinal++) {
      const id = incidentIdFor(signal, ordinal);
      const { state } = await this.kit.commands.load(aggregates.incident, id, true);
      const figures = isLookDue(state, at, policy) ? { figures: await this.figures(signal, state, since) } : {};
      const command: IncidentCommand = { type: 'Alarm', kind, subject, ordinal, value, threshold, cause, since, at, policy, ...figures };
      // Most looks find that nothing is due: that is asked here, and not of the store.
      if (isNothing(command, state)) return this.know(signal, ordinal);
      const handled = await this.kit.commands.handle(aggregates.incident, id, command, this.contextOf(id));
      if (handled.outcome === 'rejected') continue;
      this.know(signal, ordinal);
      return handled.events.forEach(({ type }) => this.kit.onStored(signal, type));
    }
  }

  private async calm(signal: Signal, since: Instant, at: Instant): Promise<void> {
    const { policy } = this.kit;
    const id = incidentIdFor(signal, await this.newest(signal));
    const { state } = await this.kit.commands.load(aggregates.incident, id, true);
    if (!isOver(state, since, at, policy)) return;
    const figures = await this.figures(signal, state, since);
    const handled = await this.kit.commands.handle(aggregates.incident, id, { type: 'Calm', since, at, policy, figures }, this.contextOf(id));
    if (handled.outcome === 'done') handled.events.forEach(({ type }) => this.kit.onStored(signal, type));
  }

  private figures(signal: Signal, { incident: known }: IncidentState, since: Instant) {
    return gatherFigures(this.kit, signal, known?.since ?? since);
  }

  private know(signal: Signal, ordinal: number): void {
    this.ordinals.set(aboutOf(signal), ordinal);
  }

  /** What the read model knows is a hint: whoever is told that an incident is over goes on to the next one. */
  private async newest(signal: Signal): Promise<number> {
    const about = aboutOf(signal);
    const known = this.ordinals.get(about);
    if (known !== undefined) return known;
    const sort = { field: 'ordinal', direction: 'desc' } as const;
    const [row] = await this.kit.readModels.find<IncidentRow>('incidents', { filter: { about: { eq: about } }, sort, limit: 1 });
    return row?.value.ordinal ?? 1;
  }

  private contextOf(id: string): CommandContext {
    const actor = { kind: 'ENGINE', id: 'incidents' } as const;
    return { commandId: derivedId('command', id, this.kit.runtime.newId()), correlationId: id, causationId: id, actor };
  }
}

function isNothing(command: IncidentCommand, state: IncidentState): boolean {
  const decision = incident.decide(command, state);
  return !('rejected' in decision) && decision.length === 0;
}
