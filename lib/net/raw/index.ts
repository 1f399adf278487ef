/** User-space TCP over raw sockets. Loaded when a connection asks for it, and only then are its libraries. */

export * from './dial.ts';
