/** A server that analyses uploaded captures: `upload-server.ts 8080`, then `curl --data-binary @ticket.pcapng localhost:8080`. */
// #region snippet
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { analyzeCapture, HarnessError } from 'helloprobe';

const maxBytes = 256 * 1024 * 1024;
const deadlineMs = 30_000;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function analyze(request: IncomingMessage): Promise<Answer> {
  if (request.method !== 'POST') return { status: 405, body: { message: 'POST a capture.' } };
  // The body is left open when reading ends early, so that there is still a connection to answer on.
  const body = request.iterator({ destroyOnReturn: false });
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const report = await analyzeCapture(body, { name: 'upload', maxBytes, signal });
    return { status: 'size-limit' in report.counters.dropped ? 413 : 200, body: report };
  } catch (error) {
    if (signal.aborted) return { status: 408, body: { message: `Not done within ${deadlineMs} ms.` } };
    if (!(error instanceof HarnessError)) return { status: 500, body: { message: 'An error of this server.' } };
    return { status: 422, body: { code: error.code, message: error.message, hint: error.hint } };
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await analyze(request);
  response.writeHead(status, {
    'content-type': 'application/json',
    connection: status === 408 ? 'close' : 'keep-alive',
  });
  response.end(JSON.stringify(body));
  // Who still sends would lose the answer if the connection were closed now; what comes is thrown away.
  request.resume();
}

const server = createServer((request, response) => void answer(request, response));
server.requestTimeout = 2 * deadlineMs;
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => console.log('listening on', server.address()));
// #endregion
