/** What a lab is: a client, a faulty path and a server in network namespaces, with the faults as data. */

import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { AbilityId } from '../../net/index.ts';
import type { HeadendSpec, RunningHeadend } from '../headend.ts';
import type { HeadendId, HostileHeadendId } from '../headends/index.ts';

/** Towards the server (`outbound`), towards the client, or both. */
export type Direction = 'outbound' | 'inbound' | 'both';

/** What is wrong with the path, all at once; an empty object is a good path with an MTU of 1500 bytes. */
export interface LabFaults {
  /** MTU of the path, bytes, 68 to 65535; IPv6 is never given less than 1280 (RFC 8200 §5). Default 1500. */
  readonly mtu?: number;
  /** Packets of which direction the MTU limits; default both. */
  readonly mtuDirection?: Direction;
  /**
   * ICMP "fragmentation needed" and ICMPv6 "packet too big" of the faulty router: sent (default), dropped, or sent with an MTU
   * that is not the true one.
   */
  readonly icmp?: 'sent' | 'dropped' | { readonly rewriteMtu: number };
  /** The router lowers the MSS in both SYNs to this many bytes, for IPv6 to 20 less; it never raises one. */
  readonly clampMss?: number;
  /** Drops every IP fragment that arrives at the router. */
  readonly dropFragments?: boolean;
  /** Drops packets longer than `bytes` (IP packet size) and tells nobody, whatever their DF bit says. */
  readonly dropLongerThan?: { readonly bytes: number; readonly direction: Direction };
  /** Part of the packets that is lost at random in each direction, 0 to 1 in steps of 1/1000. */
  readonly loss?: number;
  /** Milliseconds that each packet waits in the router, in each direction; needs koffi and a TUN device. */
  readonly delayMs?: number;
  /** What happens to the SYNs for the server: dropped, answered by a RST, or by ICMP "administratively prohibited". */
  readonly blockPort?: 'drop' | 'reject' | 'admin-prohibited';
  /** The SYN passes, and nothing with a payload does on its way to the server. */
  readonly dropHello?: boolean;
  /** A box on the path answers the hello with RST. */
  readonly resetOnHello?: ResetOnHello;
  /** The router terminates TLS and signs the server's certificates again with a CA of its own. */
  readonly inspect?: boolean;
  /** The router hides the client behind its own address. */
  readonly nat?: boolean;
  /** MSS that the client announces (route `advmss`); for IPv6 20 less. */
  readonly clientMss?: number;
  /** MSS that the server announces (route `advmss`); for IPv6 20 less. */
  readonly serverMss?: number;
  /** TCP timestamps of client and server; default true, as in Linux. Each data segment has 12 bytes less payload with them. */
  readonly timestamps?: boolean;
}

export interface ResetOnHello {
  /** Only for hellos that ask for this name; needs `forged`. */
  readonly sni?: string;
  /**
   * `nft`: the router's firewall rejects the packet, and the client alone hears of it. `forged`: a box beside the path sends RSTs
   * to both ends; it does not look into IP fragments, and needs koffi.
   */
  readonly by: 'nft' | 'forged';
  /** TTL (hop limit) with which the RST leaves the box; default 64. */
  readonly ttl?: number;
}

/** One row of the table of labs. */
export interface LabScenario {
  readonly id: string;
  readonly title: { readonly en: string; readonly ja: string };
  /** What lies behind it and what a client sees, for those who choose a lab. */
  readonly description: { readonly en: string; readonly ja: string };
  readonly faults: LabFaults;
  /** Routers between client and server, 1 (default) to 8. */
  readonly hops?: number;
  /** Which of them has the faults, 1 (default) next to the client. */
  readonly faultyHop?: number;
  /** What the server runs unless one asks for something else. */
  readonly headend: HeadendChoice;
  /** Finding ids that a default check from the client must report: the planted faults. */
  readonly expect: readonly string[];
  /** Further ids that are true of this path, but that need abilities or facts a check may lack. Any other finding of low or above is false. */
  readonly mayReport?: readonly string[];
  /** Abilities, besides `namespaces` and `nft`, without which there is no such lab, or a check does not get as far as `expect`. */
  readonly needs?: readonly AbilityId[];
}

/** A headend by id, as JSON-able data (behaviour `tls`), or made inside the lab by a function of a module. */
export type HeadendChoice = HeadendId | HostileHeadendId | HeadendSpec | HeadendMaker;

/** Misbehaving headends hold functions, which do not cross into another process: their maker and its arguments do. */
export interface HeadendMaker {
  /** Name of an exported function that returns a HeadendSpec, such as `silentAbove`. */
  readonly maker: string;
  /** JSON. */
  readonly args?: readonly unknown[];
  /** URL of the module that exports it; default: `helloprobe/lab`. */
  readonly module?: string;
}

/** `router` is the one with the faults; `router1`, `router2` … are all of them, from the client on. */
export type NodeName = 'client' | 'router' | 'server' | `router${number}`;

/** One machine of the lab. */
export interface LabNode {
  readonly name: NodeName;
  /** Its address towards the path; a router's is the one towards the client. */
  readonly v4: string;
  readonly v6: string;
  /** Process id, as seen outside, that holds the namespaces: `nsenter -t PID -U -n` enters them. */
  readonly pid: number;
  /** Its network interfaces (without loopback), the one towards the client first. */
  readonly interfaces: readonly string[];
}

export interface RunOptions {
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** Kills the program after this time; default 60,000. */
  readonly timeoutMs?: number;
  /** Kills the program. */
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** Null when a signal ended the program. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** True when `timeoutMs` was over. */
  readonly timedOut: boolean;
}

export interface ServeOptions {
  /** Default: 443 for the first headend of a lab, a free port for the next ones. */
  readonly port?: number;
}

/** A headend that runs in the server's namespaces, on IPv4 and IPv6. */
export interface LabHeadend extends Pick<RunningHeadend, 'host' | 'port' | 'sni' | 'rootsPem'> {
  readonly id: string;
  /** IPv6 address. */
  readonly host6: string;
  /** What it has counted so far. */
  seen(): Promise<{ readonly connections: number; readonly helloLengths: readonly number[] }>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface CaptureOptions {
  /** Of the node; default: the first, which for a router is the one towards the client. */
  readonly interface?: string;
}

export interface LabCapture {
  /** Ends the capture. @returns pcapng with the frames of the node's interface, link type Ethernet. */
  stop(): Promise<Uint8Array>;
}

export interface LabOptions {
  /** Replaces faults of the scenario one by one. */
  readonly faults?: LabFaults;
  readonly hops?: number;
  readonly faultyHop?: number;
  /** Closes the lab when it fires. */
  readonly signal?: AbortSignal;
}

export interface Lab {
  readonly scenario: LabScenario;
  /** Those in force. */
  readonly faults: LabFaults;
  readonly client: LabNode;
  readonly router: LabNode;
  readonly server: LabNode;
  /** From client to server. */
  readonly nodes: readonly LabNode[];
  /** Runs a program on a node to its end. @throws HarnessError `cannot-start` when it does not exist; the signal's reason. */
  run(node: NodeName, argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Starts a program on a node; it ends with the lab at the latest. `kill` of the child reaches the program itself. */
  spawn(node: NodeName, argv: readonly string[], options?: SpawnOptions): ChildProcess;
  /**
   * Calls an exported function of a module in a Node.js process that lives on the node, the same one for all calls; arguments and result are JSON.
   * Cheaper than `run` where many calls follow one another.
   */
  call<T = unknown>(node: NodeName, module: string | URL, name: string, ...args: readonly unknown[]): Promise<T>;
  /** Starts a headend on the server; default: the scenario's. */
  serve(headend?: HeadendChoice, options?: ServeOptions): Promise<LabHeadend>;
  /** Replaces all faults while everything keeps running; what the kernels had learned of the path is forgotten. */
  change(faults: LabFaults): Promise<void>;
  /** Captures the frames of one interface; needs koffi. */
  capture(node: NodeName, options?: CaptureOptions): Promise<LabCapture>;
  /** Ends every program and removes every namespace; further calls wait for the first. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
