/** Starting and closing labs. */

import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { labVariable } from '../../net/index.ts';
import { HarnessError } from '../../wire/index.ts';
import { Agent } from './agent-client.ts';
import type { Boxes, ServedHeadend, StartedBoxes } from './agent-protocol.ts';
import { boxesOf } from './boxes.ts';
import { checkFaults, checkHops } from './check-faults.ts';
import { addressScript, faultScript, linkScript } from './configure.ts';
import { createNamespaces, type Namespaces } from './namespaces.ts';
import { Programs } from './processes.ts';
import { scenarioById } from './scenarios.ts';
import { addressOf, interfacesOf, rowOf, type Topology } from './topology.ts';
import type {
  CaptureOptions,
  HeadendChoice,
  Lab,
  LabCapture,
  LabFaults,
  LabHeadend,
  LabNode,
  LabOptions,
  LabScenario,
  NodeName,
  RunOptions,
  RunResult,
  ServeOptions,
} from './types.ts';

/**
 * Starts a lab: a table row by its id, or one's own.
 * @throws HarnessError `unknown-scenario`, `bad-fault`, `no-namespaces` where this machine cannot have one.
 * @example
 * await using lab = await startLab('pppoe-1454');
 * const headend = await lab.serve('good');
 * const { status } = await lab.run('client', ['curl', '-k', `https://${headend.host}:${headend.port}/`]);
 */
export async function startLab(scenario: string | LabScenario, options: LabOptions = {}): Promise<Lab> {
  const row = typeof scenario === 'string' ? scenarioById(scenario) : scenario;
  options.signal?.throwIfAborted();
  const hops = options.hops ?? row.hops ?? 1;
  const faulty = options.faultyHop ?? row.faultyHop ?? 1;
  checkHops(hops, faulty);
  checkFaults({ ...row.faults, ...options.faults });
  const topology = rowOf(hops);
  const [client, ...others] = topology.names as [NodeName, ...NodeName[]];
  const namespaces = await createNamespaces([client, ...others]);
  const lab = new RunningLab(row, topology, faulty, namespaces);
  try {
    await lab.build({ ...row.faults, ...options.faults });
    options.signal?.throwIfAborted();
  } catch (error) {
    await lab.close();
    throw error;
  }
  const close = (): void => void lab.close();
  options.signal?.addEventListener('abort', close, { once: true });
  void namespaces.ended.then(() => options.signal?.removeEventListener('abort', close));
  return lab;
}

class RunningLab implements Lab {
  readonly scenario: LabScenario;
  readonly nodes: readonly LabNode[];
  faults: LabFaults = {};
  readonly #topology: Topology;
  readonly #faulty: number;
  readonly #namespaces: Namespaces;
  readonly #programs: Programs;
  readonly #agents = new Map<NodeName, Agent>();
  #hasBoxes = false;
  #served = 0;
  /** Also when somebody else kills it. */
  readonly #ended: Promise<void>;

  constructor(scenario: LabScenario, topology: Topology, faulty: number, namespaces: Namespaces) {
    this.scenario = scenario;
    this.#topology = topology;
    this.#faulty = faulty;
    this.#namespaces = namespaces;
    this.nodes = topology.names.map((name, i) => ({
      name,
      ...addressOf(topology, i),
      pid: namespaces.pids.get(name) as number,
      interfaces: interfacesOf(topology, i),
    }));
    this.#programs = new Programs(namespaces, labEnvironment(scenario, this.server));
    this.#ended = namespaces.ended.then(() => this.#programs.end());
  }

  get client(): LabNode {
    return this.nodes[0] as LabNode;
  }
  get router(): LabNode {
    return this.nodes[this.#faulty] as LabNode;
  }
  get server(): LabNode {
    return this.nodes.at(-1) as LabNode;
  }

  async build(faults: LabFaults): Promise<void> {
    const pidOf = (name: NodeName): number => this.#namespaces.pids.get(name) as number;
    await this.#configure((i) => linkScript(this.#topology, i, pidOf));
    await this.#configure((i) => addressScript(this.#topology, i));
    await this.change(faults);
  }

  async change(faults: LabFaults): Promise<void> {
    checkFaults(faults);
    const boxes = boxesOf(faults, this.#faulty);
    let inspectPort: number | null = null;
    if (boxes !== null || this.#hasBoxes) {
      const nothing: Boxes = { forge: null, inspect: false, delayMs: 0 };
      const task = { do: 'boxes', boxes: boxes ?? nothing } as const;
      ({ inspectPort } = (await this.#agent('router').ask(task)) as StartedBoxes);
      this.#hasBoxes = boxes !== null;
    }
    const isFaulty = (i: number): boolean => i === this.#faulty;
    const scriptOf = (i: number): string =>
      faultScript(this.#topology, i, faults, isFaulty(i) ? { inspectPort } : null);
    // With their new routes the others forget what they had learned of the path: not before the former faults have stopped to teach it.
    await this.#configure(scriptOf, isFaulty);
    await this.#configure(scriptOf, (i) => !isFaulty(i));
    this.faults = faults;
  }

  async #configure(
    scriptOf: (index: number) => string,
    isMeant: (index: number) => boolean = () => true,
  ): Promise<void> {
    const meant = this.nodes.flatMap(({ name }, i) => (isMeant(i) ? [{ name, script: scriptOf(i) }] : []));
    await Promise.all(meant.map(({ name, script }) => this.#programs.configure(name, script)));
  }

  async run(node: NodeName, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return this.#programs.run(this.#resolve(node), argv, options);
  }

  spawn(node: NodeName, argv: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return this.#programs.spawn(this.#resolve(node), argv, options);
  }

  async call<T>(node: NodeName, module: string | URL, name: string, ...args: readonly unknown[]): Promise<T> {
    return (await this.#agent(node).ask({ do: 'call', module: String(module), name, args })) as T;
  }

  async serve(headend: HeadendChoice = this.scenario.headend, options: ServeOptions = {}): Promise<LabHeadend> {
    const port = options.port ?? (this.#served++ === 0 ? 443 : 0);
    const agent = this.#agent('server');
    const { headend: number, ...told } = (await agent.ask({ do: 'serve', headend, port })) as ServedHeadend;
    const close = async (): Promise<void> => void (await agent.ask({ do: 'stop', headend: number }));
    const { v4, v6 } = this.server;
    return {
      ...told,
      host: v4,
      host6: v6,
      seen: async () => (await agent.ask({ do: 'seen', headend: number })) as Awaited<ReturnType<LabHeadend['seen']>>,
      close,
      [Symbol.asyncDispose]: close,
    };
  }

  async capture(node: NodeName, options: CaptureOptions = {}): Promise<LabCapture> {
    const name = this.#resolve(node);
    const [first = ''] = this.nodes.find((each) => each.name === name)?.interfaces ?? [];
    const device = options.interface ?? first;
    const agent = this.#agent(name);
    const capture = (await agent.ask({ do: 'capture', device, name: `${name}:${device}` })) as number;
    let file: Promise<Uint8Array> | undefined;
    const stop = async (): Promise<Uint8Array> =>
      Buffer.from((await agent.ask({ do: 'stop-capture', capture })) as string, 'base64');
    return {
      stop() {
        file ??= stop();
        return file;
      },
    };
  }

  close(): Promise<void> {
    this.#namespaces.close();
    return this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #agent(node: NodeName): Agent {
    const name = this.#resolve(node);
    const known = this.#agents.get(name);
    if (known !== undefined) return known;
    const agent = new Agent((argv) =>
      // A session of its own, as the holder has: Ctrl-C does not stop headends that a check is still talking to.
      this.spawn(name, argv, { stdio: ['pipe', 'pipe', 'pipe'], detached: true }),
    );
    this.#agents.set(name, agent);
    return agent;
  }

  #resolve(node: NodeName): NodeName {
    const name = node === 'router' ? this.router.name : node;
    if (this.#topology.names.includes(name)) return name;
    throw new HarnessError('unknown-node', `This lab has no ${node}.`, {
      hint: `It has: ${this.#topology.names.join(', ')}.`,
    });
  }
}

/** Tells programs that they are in a lab, and where its server is. */
function labEnvironment({ id }: LabScenario, { v4, v6 }: LabNode): Record<string, string> {
  return { [labVariable]: id, HELLOPROBE_LAB_SERVER: v4, HELLOPROBE_LAB_SERVER6: v6 };
}
