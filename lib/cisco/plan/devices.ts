/** What is known of each device: its channel before and after, whether its push failed, and what was copied since. */

import { DeviceBook, type Entry } from './book.ts';
import { fmcUuidOf } from './paths.ts';
import type { PlanInput, StatusReading, TunnelSighting, TunnelState } from './types.ts';

/** Of one device; what no source tells stays as it is here. */
export interface DeviceFacts {
  tunnel: TunnelState;
  tunnelAfter: TunnelState;
  /** ISO 8601 of the last handshake seen; a status wins over it. */
  seenAt: string | null;
  statusRead: boolean;
  /** Named as one whose push failed. */
  pushFailed: boolean;
  /** A record of it is cut: which files failed is not known. */
  pushCut: boolean;
  /** Destination by source, from FAILED_PUSH. */
  readonly records: { readonly from: string; readonly to: string }[];
  /** Destinations that the script said it could not push to. */
  readonly destinations: string[];
  copy: 'copied' | 'unreachable' | 'incomplete' | null;
  restarted: boolean;
  /** SHA-256 of the CA certificates that lie on it. */
  readonly authorities: string[];
  /** The script calls it an FMC, or its identity is that of the FMC. */
  manager: boolean;
  /** In a handshake with it a certificate was not signed by the CA of its issuer's name. */
  otherCa: boolean;
  /** Named by more than a list of log-in data, which names the FMC too. */
  real: boolean;
}

export type KnownDevice = Entry & { readonly facts: DeviceFacts };

export interface DeviceReading {
  readonly devices: readonly KnownDevice[];
  /** True when a status that names all devices was read. */
  readonly complete: boolean;
  readonly completeAfter: boolean;
  readonly overflow: boolean;
  /** From the destinations; null where they do not agree or there are none. */
  readonly fmcUuid: string | null;
}

/** @param fmcUuid of the FMC in question, lower case; it is no device. */
export function readDevices(input: PlanInput, fmcUuid: string | null): DeviceReading {
  const book = new DeviceBook<DeviceFacts>(noFacts);
  readPushes(input, book);
  readStatus(input, book, fmcUuid);
  readSightings(input, book, fmcUuid);
  readInventories(input, book);
  readCopies(input, book);
  for (const { source, value } of input.devices ?? [])
    for (const { name, address } of value.rows) book.device({ name, address }, source);
  const managers = managerAddresses(input);
  const status = input.status ?? [];
  const destinations = book.all().flatMap(({ facts }) => [...facts.records.map(({ to }) => to), ...facts.destinations]);
  const fmcs = [...new Set(destinations.flatMap((path) => fmcUuidOf(path) ?? []))];
  return {
    devices: book
      .all()
      .filter(
        ({ uuid, address, facts }) =>
          !facts.manager && (uuid === null || uuid !== fmcUuid) && !(address !== null && managers.has(address)),
      ),
    complete: status.some(({ value }) => isOfAll(value) && !value.after),
    completeAfter: status.some(({ value }) => isOfAll(value) && value.after),
    overflow: book.overflow,
    fmcUuid: fmcs.length === 1 ? (fmcs[0] ?? null) : null,
  };
}

/** What a device says of its FMC tells of one device, whatever the user takes it for. */
export function isOfAll({ complete, onDevice }: StatusReading): boolean {
  return complete && !onDevice;
}

function noFacts(): DeviceFacts {
  return {
    tunnel: 'unknown',
    tunnelAfter: 'unknown',
    seenAt: null,
    statusRead: false,
    pushFailed: false,
    pushCut: false,
    records: [],
    destinations: [],
    copy: null,
    restarted: false,
    authorities: [],
    otherCa: false,
    manager: false,
    real: false,
  };
}

/** FAILED_PUSH first: it knows UUID, name and address together, by which the others are recognised. */
function readPushes(input: PlanInput, book: DeviceBook<DeviceFacts>): void {
  for (const { source, value } of input.failedPushes ?? []) {
    for (const { deviceUuid, deviceName, deviceAddress, source: from, destination: to } of value.records) {
      const facts = book.device({ uuid: deviceUuid, name: deviceName, address: deviceAddress }, source)?.facts;
      if (facts === undefined) continue;
      facts.real = facts.pushFailed = true;
      if (facts.records.length < mostFiles && !facts.records.some((known) => known.from === from && known.to === to))
        facts.records.push({ from, to });
    }
    for (const { deviceUuid, deviceName, deviceAddress } of value.incomplete) {
      const facts = book.device({ uuid: deviceUuid, name: deviceName, address: deviceAddress }, source)?.facts;
      if (facts !== undefined) facts.real = facts.pushFailed = facts.pushCut = true;
    }
  }
  for (const { source, value } of input.generated ?? []) {
    for (const { device, destination } of value.failed) {
      const facts = book.device({ name: device }, source)?.facts;
      if (facts === undefined) continue;
      facts.real = facts.pushFailed = true;
      if (facts.destinations.length < mostFiles && !facts.destinations.includes(destination))
        facts.destinations.push(destination);
    }
  }
}

/** There are three; a second FMC of a pair makes them six. */
const mostFiles = 12;

function readStatus(input: PlanInput, book: DeviceBook<DeviceFacts>, fmcUuid: string | null): void {
  for (const { source, value } of input.status ?? []) {
    for (const { uuid, address, state } of value.peers) {
      // Taken on a device, whose peer is the FMC: it tells of the device that it was taken on.
      const onDevice = value.onDevice || (uuid !== null && uuid.toLowerCase() === fmcUuid);
      const facts = book.device(onDevice ? { name: source } : { uuid, address }, source)?.facts;
      if (facts === undefined) continue;
      facts.real = true;
      if (value.after) facts.tunnelAfter = state;
      else {
        facts.tunnel = state;
        facts.statusRead = true;
      }
    }
  }
}

function readSightings(input: PlanInput, book: DeviceBook<DeviceFacts>, fmcUuid: string | null): void {
  for (const { source, value } of input.sightings ?? []) {
    const state = channelOf(value);
    if (value.probe || (state === 'unknown' && !value.otherCa)) continue;
    const { client, server } = value;
    const isManager = (end: typeof client): boolean =>
      end.role === 'FMC' || (end.uuid !== null && end.uuid.toLowerCase() === fmcUuid);
    const end = isManager(server) ? client : isManager(client) ? server : client.role === 'FTD' ? client : server;
    const facts = book.device(end, source)?.facts;
    if (facts === undefined) continue;
    facts.real = true;
    facts.otherCa ||= value.otherCa;
    if (state === 'unknown' || facts.statusRead || (facts.seenAt !== null && (value.at ?? '') < facts.seenAt)) continue;
    facts.seenAt = value.at ?? facts.seenAt;
    facts.tunnel = state;
  }
}

/** What a handshake says of the channel; one that was only begun, or seen from the middle, says nothing. */
function channelOf({ evidence: { connect, end } }: TunnelSighting): TunnelState {
  if (end === 'complete') return 'up';
  const failed = end === 'alert' || end === 'reset' || end === 'closed';
  return failed || connect === 'refused' || connect === 'timeout' ? 'down' : 'unknown';
}

/** A tree of an FMC names its devices by folder; one of a device names itself in its certificate. */
function readInventories(input: PlanInput, book: DeviceBook<DeviceFacts>): void {
  for (const { source, value } of input.inventories ?? []) {
    for (const { kind, peerUuid, subjectUuid, ca } of value.folders) {
      if (kind === 'fmc-own') continue;
      const uuid = value.side === 'fmc' ? peerUuid : value.side === 'ftd' ? subjectUuid : null;
      const facts = uuid === null ? undefined : book.device({ uuid }, source)?.facts;
      if (facts === undefined) continue;
      facts.real = true;
      if (value.side === 'ftd') facts.authorities.push(...(ca?.certificates ?? []).slice(0, mostFiles));
    }
  }
}

function readCopies(input: PlanInput, book: DeviceBook<DeviceFacts>): void {
  for (const { source, value } of input.copies ?? []) {
    for (const { name, outcome, restarted } of value.devices) {
      const facts = book.device({ name }, source)?.facts;
      if (facts === undefined) continue;
      if (outcome === 'not-ha-peer') facts.manager = true;
      else {
        facts.real = true;
        // A later run counts, but one that failed does not undo what was copied.
        if (facts.copy !== 'copied' || outcome === 'copied') facts.copy = outcome;
        facts.restarted ||= restarted;
      }
    }
  }
}

/** Addresses that certificates show to be the FMC's. */
function managerAddresses(input: PlanInput): ReadonlySet<string> {
  const ends = (input.sightings ?? []).flatMap(({ value: { client, server } }) => [client, server]);
  return new Set(ends.flatMap(({ role, address }) => (role === 'FMC' && address !== null ? [address] : [])));
}
