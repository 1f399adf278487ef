/** The recommended configuration of FTD remote access, point by point, as a check saw it. */

/** In the order of the recommendation. */
export const checklistIds = [
  'connection-profile',
  'certificate',
  'intermediate',
  'tls12',
  'old-versions-off',
  'ciphers',
  'reachable',
  'inspection',
] as const;

export type ChecklistId = (typeof checklistIds)[number];

export interface ChecklistItem {
  readonly id: ChecklistId;
  /** Step of the recommended configuration, 1 to 5. */
  readonly step: number;
  /**
   * `done`: seen to hold. `not-done`: a finding speaks against it. `unknown`: it could be seen from here, but was not.
   * `not-visible`: it never shows on the wire.
   */
  readonly state: 'done' | 'not-done' | 'unknown' | 'not-visible';
  /** In the report's language. */
  readonly title: string;
  /** What was seen, or where to look; one sentence. */
  readonly why: string;
  /** Ids of the findings that decide it. */
  readonly findings: readonly string[];
}
