/** Labs in which cells are measured one after another: the faults change, the machines stay. */

import { type HeadendChoice, type Lab, type LabHeadend, startLab } from '../../lib/lab/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import type { Cell } from './cells.ts';
import type { Measured, Task } from './measure.ts';

const measureModule = new URL('./measure.ts', import.meta.url);

export class Bench {
  readonly lab: Lab;
  readonly #headends = new Map<string, LabHeadend>();

  private constructor(lab: Lab) {
    this.lab = lab;
  }

  /** @throws HarnessError `no-namespaces` */
  static async start(): Promise<Bench> {
    return new Bench(await startLab('plain'));
  }

  /** Null where this machine cannot have labs. */
  static async startIfPossible(): Promise<Bench | null> {
    try {
      return await Bench.start();
    } catch (error) {
      if (error instanceof HarnessError && error.code === 'no-namespaces') return null;
      throw error;
    }
  }

  async run(cell: Cell): Promise<Measured> {
    await this.lab.change(cell.faults);
    const { host, host6, port, sni, rootsPem } = await this.headend(cell.headend);
    const task: Task = { host: cell.family === 4 ? host : host6, port, sni, rootsPem, only: cell.probes };
    return this.lab.call<Measured>('client', measureModule, 'measure', task);
  }

  close(): Promise<void> {
    return this.lab.close();
  }

  /** A running headend of this kind; it is kept for later cells. */
  async headend(choice: HeadendChoice): Promise<LabHeadend> {
    const key = JSON.stringify(choice);
    const running = this.#headends.get(key) ?? (await this.lab.serve(choice));
    this.#headends.set(key, running);
    return running;
  }
}
