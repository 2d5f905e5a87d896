import { fits } from '../../src/application/ports/read-model-rules';

describe('whether a row fits a filter', () => {
  const row = { status: 'PROCESSING', submittedAt: 500, inReview: 1, assignee: null };

  it.each([
    [{}, true],
    [{ status: { eq: 'PROCESSING' } }, true],
    [{ status: { in: ['COMPLETED', 'PROCESSING'] } }, true],
    [{ status: { in: ['COMPLETED'] } }, false],
    [{ submittedAt: { gte: 500, lte: 500 } }, true],
    [{ submittedAt: { gt: 500 } }, false],
    [{ submittedAt: { lt: 500 } }, false],
    [{ inReview: { eq: 1 }, status: { eq: 'COMPLETED' } }, false],
    [{ assignee: { eq: null } }, true],
    [{ assignee: { prefix: '' } }, false],
    [{ assignee: { in: ['mei'] } }, false],
    [{ assignee: { gte: 0 } }, false],
  ])('%j: %s', (filter, expected) => expect(fits(row, filter)).toBe(expected));
});
