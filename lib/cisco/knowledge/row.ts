/** What a row of the knowledge tables is: one fact in both languages, with where it comes from. */

import type { Language } from '../../evidence/index.ts';

/** The same sentence in every language of the reports. */
export type Said = Readonly<Record<Language, string>>;

/**
 * How well a fact stands. `document`: a vendor's or a standard's page says so. `measured`: seen in our own labs.
 * `reported`: a user's report or a thread; it may hold for one site only.
 */
export type Standing = 'document' | 'measured' | 'reported';

/** One fact. */
export interface Fact {
  /** Stable, unique over all tables: the id of its table, a dot, a name. */
  readonly id: string;
  readonly about: Said;
  readonly says: Said;
  readonly standing: Standing;
  /** Document and place in it, as a reader finds it. */
  readonly source: string;
  /** Ids of the findings to whose explanation it belongs. */
  readonly concerns: readonly string[];
}

/** A table of facts under one heading. */
export interface FactTable {
  readonly id: string;
  readonly title: Said;
  readonly facts: readonly Fact[];
}
