import fc from 'fast-check';
import { approval, approvers, type ApprovalCommand, type ApprovalState } from '../../../src/domain/approval/decide';
import type { ApprovalEvent, RequestedApproval } from '../../../src/domain/approval/events';
import type { Actor } from '../../../src/domain/kernel/event';
import { isRejection } from '../../../src/domain/kernel/rejection';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const HOUR_MS = 3_600_000;
const anna: Actor = { kind: 'SUPPORT', id: 'anna' };
const annaAsAdmin: Actor = { kind: 'ADMIN', id: 'anna' };
const ben: Actor = { kind: 'FINANCE', id: 'ben' };
const asked: RequestedApproval = {
  action: 'CONFIRM_PAYMENT',
  subject: 'order-1',
  digest: 'd1',
  requestedBy: anna,
  expiresAt: new Date(NOW + HOUR_MS).toISOString(),
};
const request: ApprovalCommand = { type: 'Request', request: asked };
const grant = (by = ben, at = NOW): ApprovalCommand => ({ type: 'Grant', by, at });
const decline = (by = ben): ApprovalCommand => ({ type: 'Decline', by, at: NOW });
const use = (at = NOW): ApprovalCommand => ({ type: 'Use', by: anna, at });

function after(state: ApprovalState, command: ApprovalCommand): ApprovalState {
  const decision = approval.decide(command, state);
  return isRejection(decision) ? state : decision.reduce(fold, state);
}
const fold = (state: ApprovalState, event: ApprovalEvent): ApprovalState =>
  approval.evolve(state, { ...event, occurredAt: '2026-01-01T00:00:00.000Z' });
const run = (...commands: readonly ApprovalCommand[]): ApprovalState => commands.reduce(after, approval.initial('1'));

describe('a request for approval', () => {
  it('may be carried out once another person agreed', () => {
    expect(approval.decide(use(), run(request))).toMatchObject({ code: 'APPROVAL_REQUIRED' });
    expect(approval.decide(use(), run(request, grant()))).toMatchObject([{ type: 'ApprovalUsed' }]);
  });
  it('is not agreed to by whoever made it, whatever role they come in', () => {
    expect(approval.decide(grant(anna), run(request))).toMatchObject({ code: 'APPROVER_IS_REQUESTER' });
    expect(approval.decide(grant(annaAsAdmin), run(request))).toMatchObject({ code: 'APPROVER_IS_REQUESTER' });
  });
  it('is not agreed to by a role that may not', () =>
    expect(approval.decide(grant({ kind: 'SUPPORT', id: 'cleo' }), run(request))).toMatchObject({ code: 'NOT_AN_APPROVER' }));
  it('is the same when it comes again, and another one under the same key is refused', () => {
    expect(approval.decide(request, run(request))).toEqual([]);
    expect(approval.decide({ type: 'Request', request: { ...asked, digest: 'd2' } }, run(request))).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });
  it('is over at its time and not before, for the second person and for whoever asked', () => {
    const end = NOW + HOUR_MS;
    expect(approval.decide(grant(ben, end - 1), run(request))).toMatchObject([{ type: 'ApprovalGranted' }]);
    expect(approval.decide(grant(ben, end), run(request))).toMatchObject({ code: 'APPROVAL_EXPIRED' });
    expect(approval.decide(use(end - 1), run(request, grant()))).toMatchObject([{ type: 'ApprovalUsed' }]);
    expect(approval.decide(use(end), run(request, grant()))).toMatchObject({ code: 'APPROVAL_EXPIRED' });
  });
  it('that was carried out answers as before, also when its time is over, and is decided on no more', () => {
    const done = run(request, grant(), use());
    expect(approval.decide(use(NOW + 2 * HOUR_MS), done)).toEqual([]);
    expect(approval.decide(decline(), done)).toMatchObject({ code: 'APPROVAL_ENDED' });
    expect(approval.decide(grant(), done)).toMatchObject({ code: 'APPROVAL_ENDED' });
  });
  it('may be declined after it was granted, and taken back by whoever made it', () => {
    expect(approval.decide(use(), run(request, grant(), decline()))).toMatchObject({ code: 'APPROVAL_DECLINED' });
    expect(approval.decide(decline(anna), run(request))).toMatchObject([{ type: 'ApprovalDeclined' }]);
    expect(approval.decide(decline({ kind: 'SUPPORT', id: 'cleo' }), run(request))).toMatchObject({ code: 'NOT_AN_APPROVER' });
  });
  it('that nobody made is not found', () => {
    for (const command of [grant(), decline(), use()]) expect(approval.decide(command, run())).toMatchObject({ code: 'APPROVAL_NOT_FOUND' });
  });

  it('is never carried out without somebody else, nor twice, whatever comes in whatever order', () => {
    const actor = fc.record({ kind: fc.constantFrom('SUPPORT', 'FINANCE', 'OPS', 'ADMIN'), id: fc.constantFrom('anna', 'ben', 'cleo') });
    const at = fc.integer({ min: NOW, max: NOW + 2 * HOUR_MS });
    const command: fc.Arbitrary<ApprovalCommand> = fc.oneof(
      fc.constant(request),
      fc.record({ type: fc.constant('Grant'), by: actor, at }),
      fc.record({ type: fc.constant('Decline'), by: actor, at }),
      fc.record({ type: fc.constant('Use'), by: actor, at }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
        let state = approval.initial('1');
        let uses = 0;
        for (const one of commands) {
          const decision = approval.decide(one, state);
          if (isRejection(decision)) continue;
          for (const event of decision) {
            if (event.type === 'ApprovalUsed') {
              uses++;
              expect(state.grantedBy?.id).not.toBe('anna');
              expect(approvers.CONFIRM_PAYMENT).toContain(state.grantedBy?.kind);
              expect(state.declinedBy).toBeUndefined();
            }
            state = fold(state, event);
          }
        }
        expect(uses).toBeLessThanOrEqual(1);
      }),
    );
  });
});
