/** Faults judged before anything is started: what cannot be is said by name. */

import { HarnessError } from '../../wire/index.ts';
import type { LabFaults } from './types.ts';

/** @throws HarnessError `bad-fault` */
export function checkFaults(faults: LabFaults): void {
  const { mtu, clampMss, clientMss, serverMss, dropLongerThan, loss, delayMs, icmp, resetOnHello } = faults;
  whole('mtu', mtu, 68, 65_535);
  whole('clampMss', clampMss, 48, 65_495);
  whole('clientMss', clientMss, 48, 65_495);
  whole('serverMss', serverMss, 48, 65_495);
  whole('dropLongerThan.bytes', dropLongerThan?.bytes, 0, 65_535);
  if (typeof icmp === 'object') whole('icmp.rewriteMtu', icmp.rewriteMtu, 0, 65_535);
  whole('delayMs', delayMs, 0, 60_000);
  whole('resetOnHello.ttl', resetOnHello?.ttl, 1, 255);
  if (loss !== undefined && !(loss >= 0 && loss <= 1)) throw bad('loss', loss, 'a part, from 0 to 1');
  if ((delayMs ?? 0) > 0 && faults.nat === true) {
    throw new HarnessError('bad-fault', 'A router with a delay line cannot do NAT.', {
      hint: 'Leave out delayMs or nat.',
    });
  }
  if (resetOnHello?.sni !== undefined && resetOnHello.by !== 'forged') {
    throw new HarnessError('bad-fault', 'nft cannot read the name in a ClientHello.', {
      hint: "Set resetOnHello.by to 'forged', or leave out the name.",
    });
  }
}

/** @throws HarnessError `bad-fault` */
export function checkHops(hops: number, faultyHop: number): void {
  whole('hops', hops, 1, 8);
  whole('faultyHop', faultyHop, 1, hops);
}

function whole(name: string, value: number | undefined, from: number, to: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= from && value <= to)) return;
  throw bad(name, value, `a whole number from ${from} to ${to}`);
}

function bad(name: string, value: unknown, expected: string): HarnessError {
  return new HarnessError('bad-fault', `${JSON.stringify(value)} is no value for ${name}.`, {
    hint: `It is ${expected}.`,
  });
}
