import { expect } from 'chai';
import {
  contentType,
  encode,
  extensionType,
  handshakeType,
  helloRetryRequestRandom,
  serverHello,
  tlsVersion,
} from '../../lib/wire/index.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { alertRecord, message, records } from '../support/capture/tls/messages.ts';
import { later, reportOf, tls12, tls13 } from './scenes.ts';

const decodeError = alertRecord(50);

async function told(play: (talk: Talk) => void): Promise<string[]> {
  const trace = new Trace();
  play(new Talk(trace).connect());
  const { conversations, findings } = await reportOf(later(trace));
  return [
    ...conversations.map(({ outcome }) => outcome),
    ...findings.map(({ id, evidence }) => `${id}: ${/(?:FIN|fatal) .*/.exec(evidence[0]?.text ?? '')?.[0]}`),
  ];
}

describe('captures: an alert behind the FIN of the other side', () => {
  const { hello, server } = tls12();

  it('answers the FIN, so that the server ended it and not the client that says decode_error, or unexpected_message', async () => {
    for (const alert of [decodeError, alertRecord(10)]) {
      const closed = await told((talk) => {
        talk.send('client', hello);
        talk.fin('server').ack('client');
        talk.send('client', alert);
        talk.fin('client');
      });
      expect(closed).to.deep.equal(['closed', 'handshake.closed: FIN from the server']);
    }
  });

  it('answers the FIN within an answer, too', async () => {
    const closed = await told((talk) => {
      talk.send('client', hello);
      talk.send('server', server.subarray(0, 500));
      talk.fin('server').ack('client');
      talk.send('client', decodeError);
      talk.fin('client');
    });
    expect(closed).to.deep.equal(['closed', 'handshake.closed: FIN from the server within its flight']);
  });

  it('answers it in encryption, without having ended anything', async () => {
    const { hello, server } = tls13();
    const closed = await told((talk) => {
      talk.send('client', hello);
      talk.send('server', server.subarray(0, 700));
      talk.fin('server').ack('client');
      talk.send('client', Uint8Array.of(23, 3, 3, 0, 19, ...new Uint8Array(19)));
      talk.fin('client');
    });
    expect(closed).to.deep.equal(['closed', 'handshake.closed: FIN from the server']);
  });

  it('answers the FIN of a client that broke off its hello', async () => {
    const closed = await told((talk) => {
      talk.send('client', hello);
      talk.fin('client').ack('server');
      talk.send('server', decodeError);
      talk.fin('server');
    });
    expect(closed).to.deep.equal(['closed']);
  });

  it('is the end itself where it came before the FIN, and where it says something else', async () => {
    const before = await told((talk) => {
      talk.send('client', hello);
      talk.send('server', server);
      talk.send('client', decodeError);
      talk.close('server');
    });
    expect(before).to.deep.equal(['alert', 'handshake.alert: fatal alert 50 decode_error from the client']);
    const other = await told((talk) => {
      talk.send('client', hello);
      talk.send('server', server);
      talk.fin('server').ack('client');
      talk.send('client', alertRecord(46));
    });
    expect(other[0]).to.equal('alert');
  });
});

describe('captures: holes in which a handshake may have been finished', () => {
  it('leave open how it ended, when both sides closed later', async () => {
    const { hello, server, client, serverEnd } = tls12();
    const closed = await told((talk) => {
      talk.send('client', hello);
      talk.send('server', server, { unseen: [0, 1] });
      talk.send('client', client);
      talk.send('server', serverEnd, { unseen: [0] });
      talk.close('server');
    });
    expect(closed).to.deep.equal(['unknown']);
  });

  it('are none, when the client sent too little for a Finished', async () => {
    const { hello, server } = tls12();
    const closed = await told((talk) => {
      talk.send('client', hello);
      talk.send('server', server, { unseen: [1] });
      talk.send('client', alertRecord(42), { unseen: [0] });
      talk.close('server');
    });
    expect(closed).to.deep.equal([
      'closed',
      `handshake.closed: FIN from the server, before which ${server.length - 1448} bytes of the server and 7 bytes of the client are not in the capture`,
    ]);
  });
});

describe('captures: a server that waits for the client in vain', () => {
  it('has heard no second hello, where it asked for one', async () => {
    const { hello } = tls13();
    const asked = await told((talk) => {
      talk.send('client', hello);
      talk.send('server', helloRetry());
      talk.trace.wait(14_000);
      talk.fin('server');
    });
    expect(asked).to.deep.equal(['closed', 'handshake.silent: FIN from the server, 14 s later']);
  });

  it('misses bytes of the client, though later ones came', async () => {
    const { hello, server } = tls13();
    const trace = new Trace();
    const talk = new Talk(trace).connect();
    talk.send('client', hello);
    talk.send('server', server);
    // Lost before the capture, which was made at the server.
    talk.segments('client', new Uint8Array(1_448));
    talk.send('client', new Uint8Array(300).fill(23));
    trace.wait(2_000);
    talk.fin('server');
    const { findings } = await reportOf(later(trace));
    expect(findings[0]?.evidence[0]?.text).to.match(
      /bytes of the client that never reached the server.*FIN from the server$/,
    );
    expect(findings[0]?.remedies.map(({ id }) => id)).to.include('clamp-on-router');
  });
});

/** For another group, as OpenSSL asks. */
function helloRetry(): Uint8Array {
  const body = encode(serverHello, {
    legacyVersion: tlsVersion['TLSv1.2'],
    random: helloRetryRequestRandom,
    sessionId: new Uint8Array(),
    cipherSuite: 0x1302,
    compressionMethod: 0,
    extensions: [{ type: extensionType.supported_versions, data: tlsVersion['TLSv1.3'] }],
  });
  return records(contentType.handshake, 0x0303, message(handshakeType.server_hello, body));
}
