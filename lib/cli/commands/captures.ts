/** `pcap` and what it calls, loaded together: each file more costs a millisecond. */

export { captureEvents } from '../../captures.ts';
export { runPcap } from './pcap.ts';
