/** Logs of FTD, FMC, ASA and of TLS clients: what their lines say, as episodes with the evidence that rules judge. Portable. */

export { LogAnalyzer, type LogAnalyzerOptions, type PendingEpisode } from './analyzer.ts';
export type { GrammarRow, LineFacts } from './grammar.ts';
export { grammarRows } from './match-record.ts';
