const ANSWER_TIMEOUT_MS = 15_000;
/** The server sends a sign of life every 12 s; three missed ones and the connection is taken for dead. */
const SILENCE_MAX_MS = 40_000;
const EVENT_CHARACTERS_MAX = 2_000_000;

const post = (path, accept, { query, variables, operationName }, headers, signal) =>
  fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: JSON.stringify({ query, variables, operationName }),
    credentials: 'omit',
    cache: 'no-store',
    signal,
  });

/** Links a controller to a caller's signal; `AbortSignal.any` is too new for many phones. */
function controllerOf(signal) {
  const controller = new AbortController();
  if (signal?.aborted) controller.abort();
  signal?.addEventListener('abort', () => controller.abort(), { once: true });
  return controller;
}

/** A fresh idempotency key. `randomUUID` is missing on pages that came over plain HTTP. */
export function newKey() {
  if (crypto.randomUUID !== undefined) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** One question, one answer: { status, body }. Throws when no JSON came back in time. */
export async function ask(request, headers = {}, signal = undefined) {
  const controller = controllerOf(signal);
  const timer = setTimeout(() => controller.abort(), ANSWER_TIMEOUT_MS);
  try {
    const response = await post('/graphql', 'application/json', request, headers, controller.signal);
    return { status: response.status, body: await response.json() };
  } finally {
    clearTimeout(timer);
  }
}

/** A subscription over server-sent events (GraphQL over SSE, distinct connections): yields results until it completes. Throws when it breaks. */
export async function* subscribe(request, headers = {}, signal = undefined) {
  const controller = controllerOf(signal);
  let timer = setTimeout(() => controller.abort(), ANSWER_TIMEOUT_MS);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(), SILENCE_MAX_MS);
  };
  try {
    const response = await post('/graphql/stream', 'text/event-stream', request, headers, controller.signal);
    if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) {
      throw new Error(`the stream answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
    }
    for await (const { name, data } of eventsOf(response.body, alive)) {
      if (name === 'complete') return;
      if (name === 'next') yield JSON.parse(data);
    }
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

async function* eventsOf(body, onSign) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let pending = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onSign();
    pending += decoder.decode(value, { stream: true });
    const blocks = pending.split(/\r?\n\r?\n/);
    pending = blocks.pop() ?? '';
    if (pending.length > EVENT_CHARACTERS_MAX) throw new Error('an event of the stream is too long');
    for (const block of blocks) yield eventOf(block);
  }
}

/** Lines that start with a colon are signs of life and carry nothing. */
function eventOf(block) {
  const lines = block.split(/\r?\n/);
  const valuesOf = (field) => lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).replace(/^ /, ''));
  return { name: valuesOf('event')[0] ?? 'message', data: valuesOf('data').join('\n') };
}
