/** What of the faults needs a program on the router, beside the kernel's forwarding. */

import type { Boxes, StartedBoxes } from './agent-protocol.ts';
import { hardwareAddress, toClient, toServer } from './topology.ts';
import type { LabFaults } from './types.ts';

/** TUN device of the delay line. */
export const delayDevice = 'delay';

/** Null when the kernel can do it all. @param index of the router in the row of nodes */
export function boxesOf(faults: LabFaults, index: number): Boxes | null {
  const { resetOnHello: reset, inspect = false, delayMs = 0 } = faults;
  const forge =
    reset?.by === 'forged'
      ? {
          clientSide: side(toClient, index - 1, 'far', 'near'),
          serverSide: side(toServer, index, 'near', 'far'),
          sni: reset.sni ?? null,
          ttl: reset.ttl ?? 64,
          longest: faults.mtuDirection === 'inbound' ? 65_535 : (faults.mtu ?? 65_535),
        }
      : null;
  return forge === null && !inspect && delayMs === 0 ? null : { forge, inspect, delayMs };
}

function side(
  device: string,
  link: number,
  own: 'near' | 'far',
  other: 'near' | 'far',
): NonNullable<Boxes['forge']>['clientSide'] {
  return { device, own: hardwareAddress(link, own), other: hardwareAddress(link, other) };
}

const running: { close(): Promise<void> }[] = [];

/** On the router: stops what runs, and starts these. @throws HarnessError `missing-ability` */
export async function startBoxes({ forge, inspect, delayMs }: Boxes): Promise<StartedBoxes> {
  await Promise.all(running.splice(0).map((box) => box.close()));
  if (forge !== null) running.push(await (await import('./forging.ts')).startForging(forge));
  if (delayMs > 0) running.push(await (await import('./delaying.ts')).startDelaying(delayDevice, delayMs));
  if (!inspect) return { inspectPort: null };
  const inspection = await (await import('./inspecting.ts')).startInspecting();
  running.push(inspection);
  return { inspectPort: inspection.port };
}
