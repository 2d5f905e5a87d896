/**
 * What Node is told when it runs a shop (decision 52): orders under way outlive the small space that young objects have, and were copied
 * within it again and again. Whoever starts a server in a way of their own says it in NODE_OPTIONS, or does without.
 */
export const SERVER_FLAGS = ['--max-semi-space-size=32'] as const;
