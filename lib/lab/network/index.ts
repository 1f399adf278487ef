/** Labs in network namespaces: a client, a faulty path and a server, without root. */

export { ownProgram } from './entry.ts';
export { scenarioById, scenarios } from './scenarios.ts';
export { startLab } from './start.ts';
export * from './types.ts';
