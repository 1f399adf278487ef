/**
 * What sftunnel_status.pl (FMC and FTD), `sftunnel-status` and `sftunnel-status-brief` (FTD) print. Sources: Cisco Firepower
 * Threat Defense command reference, sftunnel-status; "Troubleshoot Management Connectivity on a Data Interface"; 225502; CSCwc69263.
 */

import { cleanPath, Diagnostics, field, isAddress, linesOf, uuidSource } from './text.ts';
import type { Parsed, SftunnelChannel, SftunnelPeer, SftunnelStatus } from './types.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
interface Peer extends Omit<Writable<SftunnelPeer>, 'channels' | 'ciphers' | 'heartbeat' | 'lastDisconnect' | 'files'> {
  readonly channels: Writable<SftunnelChannel>[];
  readonly ciphers: string[];
  readonly heartbeat: Writable<SftunnelPeer['heartbeat']>;
  readonly lastDisconnect: Writable<SftunnelPeer['lastDisconnect']>;
  readonly files: Writable<SftunnelPeer['files']>;
}

/** More peers than an FMC has devices. */
const maxPeers = 2000;

/** One line each: its shape, and what it says of the peer that the output is at. */
const grammar: readonly (readonly [RegExp, (peer: Peer, match: readonly string[]) => void])[] = [
  [
    /^Channel([AB]) Connected: (Yes|No)(?:, Interface (\S{1,64}))?$/i,
    (peer, [name, yes, at]) => {
      Object.assign(channelOf(peer, name), {
        connected: /yes/i.test(yes as string),
        ...(at ? { interface: field(at) } : {}),
      });
    },
  ],
  [
    /^Peer channel Channel-([AB]) is valid type \((CONTROL|EVENT)\), using '([^']{0,64})',(?: connected to '([^']{0,253})'(?: via '([^']{0,253})')?)?$/,
    (peer, [name, kind, at, to, via]) => {
      const channel = channelOf(peer, name);
      Object.assign(channel, { kind, interface: at ? field(at) : null });
      if (to !== undefined) Object.assign(channel, { connected: true, peer: addressIn(to), via: addressIn(via) });
      peer.address ??= addressIn(to);
    },
  ],
  [/^Registration: (.{1,64}?)\.?$/, (peer, [text]) => void (peer.registration = field(text as string))],
  [
    /^(?:IPv[46] )?Connection to peer '([^']{0,253})' Start Time: (.{1,64})$/,
    (peer, [to, at]) => {
      peer.address ??= addressIn(to);
      peer.connectedSince = field(at as string);
    },
  ],
  [
    /^(?:IPv[46] )?Connection to peer '([^']{0,253})' Attempted at (.{1,64})$/,
    (peer, [to, at]) => {
      peer.address ??= addressIn(to);
      peer.attemptedAt = field(at as string);
    },
  ],
  [/^Heartbeat Send Time: +(.{1,64})$/, (peer, [at]) => void (peer.heartbeat.sent = field(at as string))],
  [/^Heartbeat Received Time: +(.{1,64})$/, (peer, [at]) => void (peer.heartbeat.received = field(at as string))],
  [/^Last disconnect time ?: (.{1,64})$/, (peer, [at]) => void (peer.lastDisconnect.time = field(at as string))],
  [/^Last disconnect reason ?: (.{1,255})$/, (peer, [why]) => void (peer.lastDisconnect.reason = field(why as string))],
  [/^sw_version (\d[\w.-]{0,31})$/, (peer, [text]) => void (peer.softwareVersion = field(text as string))],
  [/^sw_build (\d{1,9})$/, (peer, [text]) => void (peer.softwareBuild = text as string)],
  [/^RPC status ?: ?Failed$/i, (peer) => void (peer.rpc = 'failed')],
  [/^'?(?:uuid)'? => '([0-9a-f-]{36})',?$/, (peer, [uuid]) => void (peer.uuid ??= uuid as string)],
  [
    /^Cipher used = (\S{1,64})(?: \(strength:\d{1,4} bits\))?$/,
    (peer, [name]) => {
      if (!peer.ciphers.includes(field(name as string)) && peer.ciphers.length < 8)
        peer.ciphers.push(field(name as string));
    },
  ],
  [
    /^(Key|Cert|CA Cert)(?: File)? = (\/\S{1,1024})$/,
    (peer, [which, path]) => {
      peer.files[which === 'Key' ? 'key' : which === 'Cert' ? 'certificate' : 'ca'] = cleanPath(path as string);
    },
  ],
];

/** Headings, interfaces, counters of messages: known, and of no use here. */
const ignored: readonly RegExp[] = [
  /^(?:SFTUNNEL|SFTUNNEL Start Time:.*|PEER INFO:|Both IPv[46] and IPv[46] connectivity is supported|Broadcast count = \d+|Reserved SSL connections: \d+|Management Interfaces: \d+|\*+)$/,
  /^\S{1,64} \((?:control|events|control events|event)\) \S{1,512}$/,
  /<-{2,}/,
  /^[A-Z][A-Z /]*<\d+>/,
  /^Retry rpc status poll at .* line \d+\.$/,
  /^\(?(?:Priority|TOTAL|RECEIVED|SEND|REQUEST|RESPONSE|HALT|STORED|STATE|FAILED)\b/i,
  /^'?[\w ]{1,40}'? => /,
  /^[{}]\S{0,2}$/,
];

const headings = {
  peer: /^PEER: ?(\S{0,253})$/,
  run: /^\*\*RUN STATUS\*{4}(\S{0,253}?)\*{5,}$/,
  rpc: /^\*\*RPC STATUS\*{4}(\S{0,253}?)\*{5,}$/,
  checked: /^Check peer (\S{1,253}) at \S{1,255} line \d+\.$/,
  silent: new RegExp(`^peer (${uuidSource}|\\S{1,253}) did not reply at \\S{1,255} line \\d+\\.$`),
};

/** Of the CLI of a device alone (Firepower Threat Defense command reference); an FMC has the script. */
const deviceCommand = /^\s*sftunnel-status(?:-brief)?\s*$/;

interface Line {
  readonly number: number;
  text: string | null;
  readonly command: string | null;
}

/** Reads the output of any of the three, or a terminal session that shows it; several outputs one after the other too. */
export function parseSftunnelStatus(text: string): Parsed<SftunnelStatus> {
  const diagnostics = new Diagnostics();
  let onDevice = false;
  const peers: Peer[] = [];
  let open: Peer | null = null;
  /** Whether the peer that is open has a heading of its own: without one, a line that comes again begins another peer. */
  let headed = false;
  /** Of the peer that is told next. */
  let nextAddress: string | null = null;
  let silentUuid: string | null = null;

  const begin = (line: number, address: string | null): Peer => {
    open = peers.find((peer) => address !== null && peer.address === address) ?? null;
    if (open === null) {
      open = emptyPeer(line, address);
      peers.push(open);
    }
    return open;
  };
  for (const { number, text: line, command } of joined(text, diagnostics)) {
    onDevice ||= command !== null && deviceCommand.test(command);
    if (peers.length >= maxPeers) {
      diagnostics.add(number, 'too-many');
      break;
    }
    let match: RegExpExecArray | null;
    if (line === null) {
      open = null;
      headed = false;
    } else if ((match = headings.checked.exec(line)) !== null) {
      open = null;
      nextAddress = addressIn(match[1]);
    } else if ((match = headings.silent.exec(line)) !== null) {
      silentUuid = new RegExp(`^${uuidSource}$`).exec(match[1] as string)?.[0] ?? null;
    } else if ((match = headings.peer.exec(line) ?? headings.run.exec(line)) !== null) {
      begin(number, addressIn(match[1]));
      headed = true;
    } else if ((match = headings.rpc.exec(line)) !== null) {
      const peer = begin(number, addressIn(match[1]));
      if (silentUuid !== null) {
        peer.uuid ??= silentUuid;
        peer.rpc = 'failed';
        silentUuid = null;
      }
      headed = true;
    } else {
      const found = grammar.map(([shape, say]) => ({ say, match: shape.exec(line) })).find((row) => row.match !== null);
      if (found?.match == null) {
        if (line !== '' && !ignored.some((shape) => shape.test(line))) diagnostics.add(number, 'not-understood');
        continue;
      }
      const current: Peer | null = open;
      if (current === null || (!headed && isAgain(current, line))) {
        begin(number, nextAddress);
        nextAddress = null;
      }
      found.say(open as unknown as Peer, found.match.slice(1));
    }
  }
  if (silentUuid !== null) peers.push({ ...emptyPeer(0, null), uuid: silentUuid, rpc: 'failed' });
  return diagnostics.result({ peers: peers.map((peer) => ({ ...peer, state: stateOf(peer) })), onDevice });
}

/** As the brief output has it, for all that it can say. */
export function sftunnelStatusText({ peers }: SftunnelStatus): string {
  return peers
    .map((peer) => {
      const to = `'${peer.address ?? ''}'`;
      const optional = (words: string, value: string | null): string[] => (value === null ? [] : [`${words}${value}`]);
      return [
        `PEER:${peer.address ?? ''}`,
        ...peer.channels.map(channelText),
        ...(peer.registration === null ? [] : [`Registration: ${peer.registration}.`]),
        ...optional(`Connection to peer ${to} Start Time: `, peer.connectedSince),
        ...optional(`Connection to peer ${to} Attempted at `, peer.attemptedAt),
        ...optional('Heartbeat Send Time: ', peer.heartbeat.sent),
        ...optional('Heartbeat Received Time: ', peer.heartbeat.received),
        ...optional('Last disconnect time : ', peer.lastDisconnect.time),
        ...optional('Last disconnect reason : ', peer.lastDisconnect.reason),
        ...optional('sw_version ', peer.softwareVersion),
        ...optional('sw_build ', peer.softwareBuild),
        ...(peer.rpc === 'failed' ? ['RPC status :Failed'] : []),
        '',
      ].join('\n');
    })
    .join('\n');
}

function channelText({ name, kind, connected, interface: at, peer, via }: SftunnelChannel): string {
  if (kind === null)
    return `Channel${name} Connected: ${connected ? 'Yes' : 'No'}${at === null ? '' : `, Interface ${at}`}`;
  const to = connected ? ` connected to '${peer ?? ''}' via '${via ?? ''}'` : '';
  return `Peer channel Channel-${name} is valid type (${kind}), using '${at ?? ''}',${to}`;
}

/** Lines without blanks around them; null for a prompt. The end of a channel's line, which some documents print below, is put back. */
function joined(text: string, diagnostics: Diagnostics): Line[] {
  const lines: Line[] = [];
  for (const { number, text: raw, command } of linesOf(text, diagnostics)) {
    const line = raw.trim();
    const last = lines.at(-1);
    if (line.startsWith('connected to ') && last?.text?.endsWith(',') === true) last.text += ` ${line}`;
    else lines.push({ number, text: command === null ? line : null, command });
  }
  return lines;
}

function emptyPeer(line: number, address: string | null): Peer {
  return {
    line,
    address,
    uuid: null,
    state: 'unknown',
    channels: [],
    registration: null,
    connectedSince: null,
    attemptedAt: null,
    heartbeat: { sent: null, received: null },
    lastDisconnect: { time: null, reason: null },
    softwareVersion: null,
    softwareBuild: null,
    rpc: null,
    files: { key: null, certificate: null, ca: null },
    ciphers: [],
  };
}

function channelOf(peer: Peer, name: string | undefined): Writable<SftunnelChannel> {
  const known = peer.channels.find((channel) => channel.name === name);
  if (known !== undefined) return known;
  const channel = { name: name as 'A' | 'B', kind: null, connected: false, interface: null, peer: null, via: null };
  peer.channels.push(channel);
  return channel;
}

function isAgain(peer: Peer, line: string): boolean {
  if (line.startsWith('Registration:')) return peer.registration !== null;
  return line.startsWith('Peer channel') && peer.registration !== null;
}

/** `''` stands where documents blank an address out. */
function addressIn(text: string | undefined): string | null {
  return text === undefined || !isAddress(text) ? null : text;
}

/** A channel that is up says more than the time of an earlier disconnect, or of an attempt over the other IP version. */
function stateOf(peer: Peer): SftunnelPeer['state'] {
  const up = peer.channels.filter(({ connected }) => connected).length;
  if (up === 2) return 'up';
  if (up === 1) return peer.channels.length === 2 || peer.registration !== null ? 'partial' : 'unknown';
  if (peer.channels.length === 2 || peer.attemptedAt !== null || peer.lastDisconnect.time !== null) return 'down';
  return peer.connectedSince !== null && peer.heartbeat.received !== null && peer.lastDisconnect.reason === null
    ? 'up'
    : 'unknown';
}
