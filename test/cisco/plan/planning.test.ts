import { expect } from 'chai';
import { expiryState, type PlanInput, planRenewal, type RenewalPlan } from '../../../lib/cisco/index.ts';
import {
  authority,
  certificate,
  daysFromNow,
  fmc,
  ftd1,
  ftd2,
  generated,
  now,
  onFmc,
  peer,
  sighting,
  status,
} from './samples.ts';

function plan(input: Omit<PlanInput, 'now'>): RenewalPlan {
  return planRenewal({ now, ...input });
}

function stepIds({ steps }: RenewalPlan): string[] {
  return steps.map(({ id }) => id);
}

function warningIds({ warnings }: RenewalPlan): string[] {
  return warnings.map(({ id }) => id);
}

describe('cisco: planning the renewal', () => {
  it('counts the day of a threshold to the shorter time, as the command of the document does', () => {
    const at = (days: number, ms = 0): string => expiryState(Date.parse(daysFromNow(days)) + ms, Date.parse(now));
    expect([at(0), at(0, 1), at(30), at(30, 1), at(90), at(90, 1)]).to.deep.equal([
      'expired',
      'within-30-days',
      'within-30-days',
      'within-90-days',
      'within-90-days',
      'fine',
    ]);
  });

  it('plans without any input: everything is to be found out, and nothing is allowed that could cost a channel', () => {
    const empty = plan({});
    expect(empty).to.include({ leaf: null, urgency: 'unknown', phase: 'prepare' });
    expect(empty.unknowns).to.deep.equal(['fmc-version', 'ca-dates', 'tunnel-state']);
    expect(warningIds(empty)).to.deep.equal(['no-reboot-until-known']);
  });

  describe('the CA', () => {
    it('goes by the copy of the FMC, not by a later or older one elsewhere', () => {
      const { authority: read } = plan({
        certificates: [
          { source: 'device.pem', value: { certificate: authority({ end: 900 }), place: 'device' } },
          onFmc(authority({ end: -3 })),
        ],
      });
      expect(read).to.include({ state: 'expired', confidence: 'proven', daysLeft: -3, uuid: fmc });
      expect(read.sources).to.deep.equal(['cacert.pem']);
    });

    it('takes the latest of copies that are not the FMC’s', () => {
      const seen = [900, -3].map((end) => ({
        source: `${end}.pem`,
        value: { certificate: authority({ end }), place: 'wire' as const },
      }));
      expect(plan({ certificates: seen }).authority).to.include({ state: 'fine', daysLeft: 900 });
    });

    it('plans for the one of two FMCs that ends first, says so, and lets the other be chosen', () => {
      const certificates = [onFmc(authority({ end: 900 })), onFmc(authority({ end: 10, uuid: ftd2 }), 'other.pem')];
      const first = plan({ certificates });
      expect(first.authority).to.include({ uuid: ftd2, state: 'within-30-days' });
      expect(warningIds(first)).to.include('several-authorities');
      const chosen = plan({ certificates, given: { fmcUuid: fmc.toUpperCase() } });
      expect(chosen.authority).to.include({ uuid: fmc, state: 'fine' });
      expect(warningIds(chosen)).to.not.include('several-authorities');
    });

    it('concludes from a device certificate that has expired, but nothing from one that has not', () => {
      const leaf = (end: number) => ({
        source: 'x.pcap',
        value: {
          certificate: certificate({ title: 'sftunnel', uuid: ftd1, issuer: fmc, end, start: end - 3650 }),
          place: 'wire' as const,
        },
      });
      expect(plan({ certificates: [leaf(-1)] }).authority).to.include({ state: 'expired', confidence: 'likely' });
      expect(plan({ certificates: [leaf(500)] }).authority.state).to.equal('unknown');
    });

    it('concludes from a peer that said expired, except where the CA was made after that', () => {
      const said = sighting({ expiredSaid: true, end: 'alert', at: daysFromNow(-2) });
      expect(plan({ sightings: [said] })).to.deep.include({ candidates: ['2a', '2b'], confidence: 'likely' });
      const renewed = plan({ sightings: [said], certificates: [onFmc(authority({ end: 3649, start: -1 }))] });
      expect(warningIds(renewed)).to.not.include('expired-said');
      const contradicted = plan({ sightings: [said], certificates: [onFmc(authority({ end: 100 }))] });
      expect(contradicted.leaf).to.equal('1');
      expect(warningIds(contradicted)).to.include.members(['expired-said', 'no-reboot-until-known']);
    });

    it('reads dates that were printed on the FMC, and days that its script counted', () => {
      const dates = (notAfter: string | null, daysLeft: number | null) => [
        { source: 'dates.txt', value: { notBefore: null, notAfter, daysLeft } },
      ];
      expect(plan({ dates: dates(daysFromNow(20), null) }).authority.state).to.equal('within-30-days');
      expect(plan({ dates: dates(null, -4) }).authority).to.include({ state: 'expired', confidence: 'likely' });
      expect(plan({ dates: dates(null, 29) }).authority.state).to.equal('within-30-days');
    });

    it('takes the end that generate_certs.pl printed for that of the CA it replaced', () => {
      const run = generated({
        currentCa: { daysLeft: -3, at: daysFromNow(-3), line: 9 },
        failedPushFile: { path: '/var/tmp/certs/1736938800/FAILED_PUSH', generatedAt: '2025-01-15T11:00:00.000Z' },
        outcome: 'failed-pushes',
      });
      const after = plan({ generated: [run], certificates: [onFmc(authority({ end: 3649, start: -0.03 }))] });
      expect(after.authority).to.include({ state: 'expired', replaced: true, daysLeft: -3 });
    });

    it('does not take a CA for the old one where nothing tells whether it is the new one', () => {
      const after = plan({ generated: [generated()], certificates: [onFmc(authority({ end: 3649 }))] });
      expect(after.authority).to.include({ state: 'unknown', replaced: true });
      expect(warningIds(after)).to.include('no-reboot-until-known');
    });

    it('says when the CA is not valid yet by this clock', () => {
      expect(warningIds(plan({ certificates: [onFmc(authority({ end: 3650, start: 2 }))] }))).to.include(
        'not-yet-valid',
      );
    });
  });

  describe('the channels', () => {
    const expired = [onFmc(authority({ end: -3 }))];

    it('decides for 2b, and allows an upgrade, only where the complete status shows no device connected', () => {
      const peers = [peer('10.0.0.2', 'down'), peer('10.0.0.3', 'down')];
      const complete = plan({ certificates: expired, status: [status(peers)] });
      expect(complete).to.include({ leaf: '2b', confidence: 'proven' });
      expect(warningIds(complete)).to.deep.equal(['upgrade-allowed']);
      const partial = plan({ certificates: expired, status: [status(peers, { complete: false })] });
      expect(partial).to.deep.include({ leaf: null, candidates: ['2a', '2b'] });
      expect(stepIds(partial)[0]).to.equal('read-status');
      expect(warningIds(partial)).to.deep.equal(['no-reboot-until-known']);
      expect(partial.unknowns).to.include('all-devices');
    });

    it('takes one connection of two for a channel that is alive', () => {
      const { tunnels, leaf } = plan({
        certificates: expired,
        status: [status([peer('10.0.0.2', 'partial'), peer('10.0.0.3', 'down')])],
      });
      expect(tunnels).to.include({ state: 'partial', up: 1, down: 1 });
      expect(leaf).to.equal('2a');
    });

    it('leaves it open where no device is up and one is not known', () => {
      const one = plan({
        certificates: expired,
        status: [status([peer('10.0.0.2', 'down'), peer('10.0.0.3', 'unknown')])],
      });
      expect(one).to.deep.include({ leaf: null, candidates: ['2a', '2b'] });
      expect(warningIds(one)).to.deep.equal(['no-reboot-until-known']);
    });

    it('goes by the last handshake of a device in a capture, and never calls the list of devices complete', () => {
      const seen = (end: 'complete' | 'alert', days: number) => sighting({ end, at: daysFromNow(days) });
      const down = plan({ certificates: expired, sightings: [seen('complete', -2), seen('alert', -1)] });
      expect(down.tunnels).to.include({ state: 'down', complete: false });
      const up = plan({ certificates: expired, sightings: [seen('complete', -1), seen('alert', -2)] });
      expect(up.tunnels).to.include({ state: 'up', up: 1 });
      expect(up.devices.map(({ uuid, address }) => [uuid, address])).to.deep.equal([[ftd1, '10.0.0.2']]);
    });

    it('concludes nothing from how our own probe ended, nor from a conversation without its end', () => {
      for (const odd of [sighting({ probe: true, end: 'reset' }), sighting({ end: null })])
        expect(plan({ sightings: [odd] }).devices).to.deep.equal([]);
    });

    it('believes a status more than a handshake', () => {
      const one = plan({
        certificates: expired,
        sightings: [sighting({ end: 'alert' })],
        status: [status([peer('10.0.0.2', 'up', ftd1)])],
      });
      expect(one.tunnels).to.include({ state: 'up', up: 1, down: 0 });
    });

    it('takes a status whose peer is the FMC for that of the device it was taken on', () => {
      const onDevice = plan({
        certificates: expired,
        status: [status([peer('10.0.0.1', 'up', fmc)], { complete: false })],
      });
      expect(onDevice.devices.map(({ name, tunnel }) => [name, tunnel])).to.deep.equal([['status.txt', 'up']]);
    });
  });

  it('plans for 5,000 devices at most, and says when there are more', () => {
    const peers = Array.from({ length: 5_001 }, (_, i) => peer(`10.1.${i >> 8}.${i & 255}`, 'up'));
    const many = plan({ status: [status(peers)] });
    expect(many.devices).to.have.length(5_000);
    expect(warningIds(many)).to.include('too-many-devices');
  });
});
