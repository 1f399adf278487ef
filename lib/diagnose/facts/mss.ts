/** Values of the MSS and of the MTU that tell what they come from. */

/** Lines and devices, by key of the texts. */
export type ClampName = 'flets' | 'pppoe' | 'asa' | 'tunnel';

const clamps: ReadonlyMap<number, ClampName> = new Map([
  [1414, 'flets'],
  [1394, 'flets'],
  [1452, 'pppoe'],
  [1432, 'pppoe'],
  [1380, 'asa'],
  [1360, 'tunnel'],
]);

/** What usually announces this MSS; null when nothing in particular does. */
export function clampNameOf(mss: number): ClampName | null {
  return clamps.get(mss) ?? null;
}

/** Lines with an MTU of their own, by key of the texts. */
export type LineName = 'flets' | 'premium' | 'pppoe' | 'ipoe';

const lines: ReadonlyMap<number, LineName> = new Map([
  [1454, 'flets'],
  [1438, 'premium'],
  [1492, 'pppoe'],
  [1460, 'ipoe'],
]);

/** The line that usually has this MTU; null when none in particular does. */
export function lineNameOf(mtu: number): LineName | null {
  return lines.get(mtu) ?? null;
}
