/** @module What Cisco's documents, standards and our own measurements say of FTD, Secure Client and sftunnel: tables with a source per row. */

export { type HotfixAnswer, type HotfixRow, hotfixes, hotfixFor, type Release, readRelease } from './hotfixes.ts';
export type { Fact, FactTable, Said, Standing } from './row.ts';
