/** Is a handshake finished? Told by who speaks after whom, since the Finished messages themselves are encrypted. */

export class Completion {
  /** TLS 1.3: after records of the server, the client sent one that can hold its Finished. */
  clientAnswered = false;
  /** And then the server sent more than an alert. */
  serverWentOn = false;
  /** The client encrypted before there was a ServerHello, and offered no early data: the capture has the directions in the wrong order. */
  clientAhead = false;
  /** How often the direction of long application data records changed. */
  turns = 0;
  #speaker = -1;

  /**
   * A record of application data, or what TLS 1.3 hides in one.
   * @param length of its fragment
   * @param ofClient null where it is not known who is the client, or before the ServerHello
   * @param serverSpoke the server sent such records before
   */
  record(direction: 0 | 1, length: number, ofClient: boolean | null, serverSpoke: boolean): void {
    if (length <= longestSmall) return;
    if (this.#speaker !== direction) {
      if (this.#speaker >= 0) this.turns++;
      this.#speaker = direction;
    }
    if (ofClient === false) this.serverWentOn ||= this.clientAnswered;
    else if (ofClient === true && serverSpoke && length >= shortestFinished) this.clientAnswered = true;
  }
}

/** Records up to this length may be alerts or KeyUpdates of TLS 1.3, padded a little. */
export const longestSmall = 24;
/** Finished with the shortest hash and tag (RFC 8446 §4.4.4, RFC 6655): 4 + 32 + 1 + 8. */
export const shortestFinished = 45;
