import { DocsView } from './docs-view.js';
import { byId, copyText, element, write } from './dom.js';
import { editor, operationsOf } from './editor.js';
import { ask, subscribe } from './graphql-client.js';
import { addToHistory, clearHistory, readHistory, titleOf } from './history.js';
import { INTROSPECTION, operationFor, readSchema, variablesFor } from './introspection.js';

const RESULT_CHARACTERS_MAX = 500_000;
const WELCOME = '# Ctrl-Enter runs. Put a key into Headers, then pick an operation on the right.\nquery Hello {\n  __typename\n}\n';

const query = editor(byId('query'), 'cardrail.console.query', WELCOME);
const variables = editor(byId('variables'), 'cardrail.console.variables', '');
const headers = editor(byId('headers'), 'cardrail.console.headers', '{\n  "Authorization": "Bearer "\n}');
let schema;
let running;

const docs = new DocsView((kind, field) => {
  query.text = operationFor(kind, field, schema.types);
  variables.text = variablesFor(field, schema.types);
  listOperations();
  byId('query').focus();
});

/** The JSON of an editor; an empty one is {}. Throws with a sentence that names the editor. */
function jsonOf(name, { text }) {
  if (text.trim() === '') return {};
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  }
  throw new Error(`${name}: must be a JSON object`);
}

/** A header that was left as offered says nothing. */
const headersToSend = () =>
  Object.fromEntries(Object.entries(jsonOf('Headers', headers)).filter(([, value]) => !/^(?:Bearer\s*)?$/.test(String(value))));

function listOperations() {
  const names = operationsOf(query.text).flatMap(({ name }) => (name === undefined ? [] : [name]));
  const select = byId('operation');
  const before = select.value;
  select.replaceChildren(...names.map((name) => element('option', { value: name }, name)));
  if (names.includes(before)) select.value = before;
  byId('operation-row').hidden = names.length < 2;
}

const pretty = (value) => JSON.stringify(value, null, 2);
const showResult = (text) => write(byId('result'), text.length > RESULT_CHARACTERS_MAX ? `${text.slice(0, RESULT_CHARACTERS_MAX)}\n… cut off` : text);
const showStatus = (text, mood) => {
  write(byId('run-status'), text);
  byId('run-status').dataset.mood = mood;
};

async function run() {
  if (running !== undefined) return running.abort();
  const startedAt = performance.now();
  const took = () => `${Math.round(performance.now() - startedAt)} ms`;
  running = new AbortController();
  write(byId('run'), 'Stop');
  showStatus('Running…', 'none');
  try {
    const request = requestNow();
    addToHistory(query.text);
    listHistory();
    await (request.kind === 'subscription' ? listen(request, took) : once(request, took));
  } catch (error) {
    if (running.signal.aborted) showStatus(`Stopped after ${took()}`, 'none');
    else showStatus(`${error.message} (${took()})`, 'bad');
  } finally {
    running = undefined;
    write(byId('run'), 'Run');
  }
}

function requestNow() {
  const operations = operationsOf(query.text);
  const operationName = operations.length > 1 ? byId('operation').value : undefined;
  const chosen = operations.find(({ name }) => operationName === undefined || name === operationName);
  return { kind: chosen?.kind ?? 'query', query: query.text, variables: jsonOf('Variables', variables), operationName, headers: headersToSend() };
}

async function once({ headers: sent, ...request }, took) {
  const { status, body } = await ask(request, sent, running.signal);
  const text = pretty(body);
  const mood = body.errors === undefined && status < 400 ? 'good' : 'bad';
  showStatus(
    `HTTP ${status} · ${took()} · ${new Blob([text]).size} bytes${body.errors === undefined ? '' : ` · ${body.errors.length} error(s)`}`,
    mood,
  );
  showResult(text);
}

/** Newest first, so that the latest is always in sight. */
async function listen({ headers: sent, ...request }, took) {
  let count = 0;
  let text = '';
  showResult('');
  showStatus('Listening…', 'good');
  for await (const result of subscribe(request, sent, running.signal)) {
    text = `${pretty(result)}\n\n${text}`.slice(0, RESULT_CHARACTERS_MAX);
    showResult(text);
    showStatus(`Listening · ${++count} received · ${took()}`, result.errors === undefined ? 'good' : 'bad');
  }
  showStatus(`Completed · ${count} received · ${took()}`, 'good');
}

async function loadDocs() {
  docs.say('Reading the schema…');
  try {
    const { body } = await ask({ query: INTROSPECTION }, headersToSend());
    if (body.data?.__schema === undefined) throw new Error(body.errors?.[0]?.message ?? 'introspection is off');
    schema = readSchema(body.data);
    docs.load(schema);
  } catch (error) {
    docs.say(`The schema cannot be read: ${error.message}`);
  }
}

function listHistory() {
  const entries = readHistory();
  byId('history').replaceChildren(...entries.map(historyItem));
  byId('history-empty').hidden = entries.length > 0;
  byId('history-clear').hidden = entries.length === 0;
}

function historyItem(text) {
  const button = element('button', { type: 'button', class: 'inline', title: text }, titleOf(text));
  button.addEventListener('click', () => {
    query.text = text;
    listOperations();
  });
  return element('li', {}, button);
}

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  void run();
});
byId('run').addEventListener('click', () => void run());
byId('copy-result').addEventListener('click', () => void copyText(byId('result').textContent));
byId('docs-reload').addEventListener('click', () => void loadDocs());
byId('history-clear').addEventListener('click', () => {
  clearHistory();
  listHistory();
});
byId('query').addEventListener('input', listOperations);

listOperations();
listHistory();
void loadDocs();
