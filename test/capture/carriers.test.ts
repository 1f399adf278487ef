/** How many connections of protocols that carry TLS are followed at once, and that the others are counted. */

import { expect } from 'chai';
import { Carriers } from '../../lib/capture/carriers/carriers.ts';
import type { OpenConversations } from '../../lib/capture/conversations/open.ts';
import { Counters } from '../../lib/capture/counters.ts';
import { framed, OpenVpnSession } from '../support/capture/openvpn.ts';
import { preLogin, tdsType } from '../support/capture/tds.ts';

const starts = {
  tds: { bytes: preLogin(tdsType.preLogin, 1), most: 10_000 },
  openvpn: { bytes: framed(new OpenVpnSession().reset('client')), most: 1_000 },
} as const;

/** None is open. */
const nothing = { has: () => false } as unknown as OpenConversations;

describe('capture: carriers of TLS', () => {
  for (const [name, { bytes, most }] of Object.entries(starts)) {
    it(`${name}: ${most} connections are followed, the next ones counted, until one of them ends`, () => {
      const counters = new Counters();
      const carriers = new Carriers(nothing, () => undefined, counters);
      const follow = (flow: number): boolean => carriers.follow(flow, bytes, 0, bytes.length, 0);
      for (let flow = 0; flow < most; flow++) if (!follow(flow)) expect.fail(`flow ${flow} is not followed`);
      expect(counters.toJSON()).to.deep.equal({});
      expect([follow(most), follow(most + 1)]).to.deep.equal([false, false]);
      expect(counters.toJSON()).to.deep.equal({ [`${name}-not-followed`]: 2 });
      carriers.forget(3);
      carriers.forget(3);
      expect([follow(most), follow(most + 1)]).to.deep.equal([true, false]);
    });
  }
});
