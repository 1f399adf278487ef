/** A ClientHello as data, as bytes, and with one field made wrong. */
// #region snippet
import { randomBytes } from 'node:crypto';
import { annotatedHex, decodeHello, encodeHello, helloLength, makePreset, padTo, withSni } from 'helloprobe/hello';
import { clientHello, decode, encode, handshakeMessage, malform } from 'helloprobe/wire';

// A ready-made hello, edited: another server name, and padded to 512 bytes (RFC 7685).
const hello = padTo(withSni(makePreset('openssl-3', { random: randomBytes }), 'vpn.example.com'), 512);
console.log(helloLength(hello), hello.cipherSuites.length, 'suites');

// To bytes and back, byte by byte the same.
const message = encodeHello(hello);
console.log(Buffer.compare(message, encodeHello(decodeHello(message))) === 0);

// What each byte is, and the names of the fields.
console.log(annotatedHex(message));

// One field made wrong, nothing else touched: a list that claims to be longer than the message.
const { type, body } = decode(handshakeMessage, message);
const bad = encode(handshakeMessage, { type, body: malform(clientHello, body, { 'cipherSuites.#length': 0xffff }) });
try {
  decodeHello(bad);
} catch (error) {
  console.log(String(error));
}
// #endregion
