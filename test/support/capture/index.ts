/**
 * Captures made for tests: a `Trace` holds packets on a virtual clock, a `Talk` is a TCP connection in it.
 *
 *     const trace = new Trace();
 *     const talk = new Talk(trace, { server: { port: 8305 } }).connect();
 *     talk.send('client', hello, { lost: [0] });     // head lost on the path, tail arrives: the server answers with SACK
 *     analyze(trace.toPcapng());
 */

export * from './hosts.ts';
export * from './pcap.ts';
export * from './talk.ts';
export * from './trace.ts';
export * from './udp.ts';
