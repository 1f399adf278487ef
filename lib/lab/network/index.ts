/** Labs in network namespaces: a client, a faulty path and a server, without root. */

export { startLab } from './start.ts';
export * from './types.ts';
