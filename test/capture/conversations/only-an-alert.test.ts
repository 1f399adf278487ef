import { expect } from 'chai';
import { analyzeCapture } from '../../../lib/captures.ts';
import { alertDescription } from '../../../lib/wire/index.ts';
import { Talk, Trace } from '../../support/capture/index.ts';
import { alertRecord, helloRecord } from '../../support/capture/tls/messages.ts';
import { tls12Hello } from '../../support/capture/tls/play.ts';

const alert = alertRecord(alertDescription.protocol_version);

/** What is told of the conversations of a capture that `play` makes. */
async function told(play: (talk: Talk) => void): Promise<unknown[]> {
  const trace = new Trace();
  play(new Talk(trace));
  const { conversations } = await analyzeCapture(trace.toPcap(), { now: new Date('2026-03-05T00:00:00Z') });
  return conversations.map(({ outcome, clientHello, server, alerts }) => [
    outcome,
    clientHello,
    server.port,
    ...alerts.map(({ from, name, packet }) => `${name} from the ${from} in packet ${packet}`),
  ]);
}

describe('capture of no more than an alert', () => {
  it('tells it where the capture begins too late', async () => {
    expect(await told((talk) => talk.send('server', alert, { ack: false }))).to.deep.equal([
      ['alert', null, 443, 'protocol_version from the server in packet 1'],
    ]);
  });

  it('tells it where only the packets of the server were captured', async () => {
    const oneWay = (talk: Talk): void => {
      talk.syn({ unseen: true }).synAck().ack('client', { unseen: true });
      talk.send('client', helloRecord(tls12Hello(1, 'vpn.example.com')), { unseen: [0], ack: false });
      talk.ack('server').send('server', alert, { ack: false });
      talk.fin('server').fin('client', { unseen: true }).ack('server');
    };
    expect(await told(oneWay)).to.deep.equal([['alert', null, 443, 'protocol_version from the server in packet 3']]);
  });

  it('tells it where it came in two segments, and the hello is missing', async () => {
    const inTwo = (talk: Talk): void => {
      talk.connect().send('client', helloRecord(tls12Hello(1, 'vpn.example.com')), { unseen: [0] });
      talk.send('server', alert, { size: 4 });
      talk.close('server');
    };
    expect(await told(inTwo)).to.deep.equal([['alert', null, 443, 'protocol_version from the server in packet 6']]);
  });

  it('takes nothing else of few bytes for one', async () => {
    const others = [
      alert.subarray(0, 6),
      alert.with(5, 3), // no level
      alert.with(4, 1), // no length of an alert
      alert.with(1, 2), // no version
    ];
    for (const bytes of others) {
      expect(await told((talk) => talk.connect().send('server', bytes) && talk.close('server'))).to.deep.equal([]);
    }
  });
});
