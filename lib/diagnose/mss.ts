/** Values of the MSS that tell what announces them. */

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
