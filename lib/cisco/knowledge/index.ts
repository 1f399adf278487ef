/** What Cisco's documents, standards and our own measurements say of FTD, Secure Client and sftunnel: tables with a source per row. */

export { type HotfixRow, hotfixes, namesWholeTrain, type Release, readRelease, releasesOf } from './hotfixes.ts';
export type { Fact, FactTable, Said, Standing } from './row.ts';
export { factsAbout, factsNamed, factTables } from './tables.ts';
