/** Says in one sentence what is wrong with the peer's bytes; never leaves the layer. */
export class Malformed extends Error {}
