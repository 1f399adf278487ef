/** A Node.js process on a node of the lab that does what it is told: JSON lines on its standard input and output. */

import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { HarnessError } from '../../wire/index.ts';
import type { AgentReply, AgentRequest, AgentTask } from './agent-protocol.ts';
import { ownProgram } from './entry.ts';

export class Agent {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #next = 0;
  #stderr = '';

  /** @param start starts a program on the node, with three pipes. */
  constructor(start: (argv: readonly string[]) => ChildProcess) {
    this.#child = start(ownProgram('lib/lab/network/agent'));
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4096);
    });
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => this.#onLine(line));
    }
    const onEnd = (): void => {
      const error = new HarnessError('lab-ended', 'A process of the lab has ended.', { hint: this.#stderr.trim() });
      for (const asked of this.#waiting.values()) asked.reject(error);
      this.#waiting.clear();
      this.#child.stdin?.destroy();
    };
    this.#child.once('error', onEnd);
    this.#child.once('close', onEnd);
  }

  /** @throws HarnessError what the task threw there, or `lab-ended`. */
  ask(task: AgentTask): Promise<unknown> {
    const id = ++this.#next;
    const request: AgentRequest = { id, ...task };
    return new Promise((resolve, reject) => {
      if (this.#child.stdin?.writable !== true) {
        reject(new HarnessError('lab-ended', 'The lab has been closed.'));
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  #onLine(line: string): void {
    const reply = JSON.parse(line) as AgentReply;
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) {
      const { code, message, hint } = reply.error;
      waiting?.reject(new HarnessError(code, message, hint === undefined ? {} : { hint }));
    } else waiting?.resolve(reply.value);
  }
}
