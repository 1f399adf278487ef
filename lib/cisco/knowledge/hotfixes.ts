/** Hotfixes that bring `generate_certs.pl` to an FMC, by its release (Cisco 222464). None of them reboots the FMC. */

/** A release such as `7.2.5` or `7.2.5.1`, as numbers. */
export type Release = readonly number[];

/** The hotfixes for one train of releases; the bounds are inclusive and compared by their first three numbers. */
export interface HotfixRow {
  readonly train: string;
  readonly from: Release;
  readonly to: Release;
  /** Null: there is none for this train, which is no longer maintained. */
  readonly hotfix: { readonly name: string; readonly build: string } | null;
  readonly source: string;
}

const source = 'Cisco 222464, Renewal of FMC sftunnel CA certificate for FTD connectivity, table of hotfixes';

const row = (train: string, last: number, name: string, build: string): HotfixRow => ({
  train,
  from: [...releaseOf(train), 0],
  to: [...releaseOf(train), last],
  hotfix: { name, build },
  source,
});

/** Any third number: the table names the whole train. */
const any = Number.MAX_SAFE_INTEGER;

export const hotfixes: readonly HotfixRow[] = [
  row('7.0', 6, 'FK', '7.0.6.99-9'),
  { train: '7.1', from: [7, 1, 0], to: [7, 1, any], hotfix: null, source },
  row('7.2', 9, 'FZ', '7.2.9.99-4'),
  row('7.3', any, 'AE', '7.3.1.99-4'),
  row('7.4', 2, 'AO', '7.4.2.99-5'),
  row('7.6', 0, 'B', '7.6.0.99-5'),
];

/** `7.2.0 – 7.2.9`, `7.3.x`, `7.6.0`. */
export function releasesOf(row: HotfixRow): string {
  if (namesWholeTrain(row)) return `${row.train}.x`;
  const [from, to] = [row.from.join('.'), row.to.join('.')];
  return from === to ? from : `${from} – ${to}`;
}

/** True where the whole train has one answer, whatever the third number. */
export function namesWholeTrain({ to }: HotfixRow): boolean {
  return to[2] === any;
}

/** The numbers of a release, at least two and at most four; null when the text has none. */
export function readRelease(text: string): Release | null {
  const found = /(?:^|[^\d.])(\d{1,3}(?:\.\d{1,3}){1,3})(?![\d.])/.exec(text.slice(0, 200));
  return found?.[1] === undefined ? null : releaseOf(found[1]);
}

function releaseOf(text: string): number[] {
  return text.split('.').map(Number);
}
