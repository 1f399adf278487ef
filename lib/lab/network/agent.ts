/** Program that runs on a node of a lab: serves headends and calls functions there, until its standard input ends. */

import { createInterface } from 'node:readline';
import { HarnessError } from '../../wire/index.ts';
import type { AgentReply, AgentRequest, AgentTask } from './agent-protocol.ts';

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => void answer(JSON.parse(line) as AgentRequest));
// Servers of functions that were called may be open still.
lines.on('close', () => process.exit(0));

// What the functions print must not be taken for a reply.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

async function answer(request: AgentRequest): Promise<void> {
  let reply: AgentReply;
  try {
    reply = { id: request.id, value: (await perform(request)) ?? null };
  } catch (error) {
    reply = { id: request.id, error: described(error) };
  }
  write(`${JSON.stringify(reply)}\n`);
}

// Each agent loads only what it is asked for.
const serving = (): Promise<typeof import('./serving.ts')> => import('./serving.ts');
const capturing = (): Promise<typeof import('./capturing.ts')> => import('./capturing.ts');

async function perform(task: AgentTask): Promise<unknown> {
  switch (task.do) {
    case 'serve':
      return (await serving()).serve(task.headend, task.port);
    case 'seen':
      return (await serving()).seenBy(task.headend);
    case 'stop':
      return (await serving()).stop(task.headend);
    case 'boxes':
      return (await import('./boxes.ts')).startBoxes(task.boxes);
    case 'capture':
      return (await capturing()).startCapture(task.device, task.name);
    case 'stop-capture':
      return (await capturing()).stopCapture(task.capture);
    case 'call': {
      const module = (await import(task.module)) as Record<string, (...args: readonly unknown[]) => unknown>;
      const call = module[task.name];
      if (typeof call !== 'function') {
        throw new HarnessError('no-such-function', `${task.module} exports no function ${task.name}.`);
      }
      return call(...task.args);
    }
    default:
      throw new HarnessError('lab-task', 'The agent does not know this task.');
  }
}

function described(error: unknown): { code: string; message: string; hint?: string } {
  if (error instanceof HarnessError) {
    return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
  const { message, stack } = error as Error;
  return { code: 'lab-task', message, ...(stack === undefined ? {} : { hint: stack }) };
}
