/** The plan in English. */

import { hotfixes, releasesOf } from '../knowledge/index.ts';
import type { PlanWords } from './words.ts';

const days = (count: number): string => (Math.abs(count) === 1 ? '1 day' : `${Math.abs(count)} days`);
const date = (iso: string | null): string =>
  iso === null ? 'a date that is not known' : `${iso.slice(0, 16).replace('T', ' ')} UTC`;

const hotfixList = hotfixes
  .map((row) => `${releasesOf(row)}: ${row.hotfix === null ? 'none' : `${row.hotfix.name} (${row.hotfix.build})`}`)
  .join('; ');

export const planEn: PlanWords = {
  ways: {
    '1': {
      title: 'Way 1: the CA has not expired',
      text: 'Install the hotfix and run generate_certs.pl: it makes a new InternalCA and new certificates, and pushes them to every device whose channel is up. No downtime is expected.',
    },
    '2a': {
      title: 'Way 2a: the CA has expired, channels are still up',
      text: 'The same steps as before the expiry. The channels stay up while their certificates are replaced, but one that breaks before that does not come back. Where a push fails, bring the files by hand.',
    },
    '2b': {
      title: 'Way 2b: the CA has expired, no channel is up',
      text: 'The same steps. New certificates are made, but cannot be pushed: bring them to each device with the copy script of the hotfix, else by hand.',
    },
  },
  undecided: (ways) => `Not decided yet: ${ways} remain. The first steps find out which.`,
  likely: 'that the CA has expired is concluded, not read from it',
  authority: ({ authority: { state, notAfter, daysLeft, replaced, confidence } }) => {
    const which = replaced ? 'The CA that was replaced' : 'The CA';
    if (state === 'unknown') return replaced ? 'Not known of the CA that was replaced.' : 'Not known.';
    if (notAfter === null || daysLeft === null) {
      if (daysLeft === null) return `${which} has probably expired: a certificate signed by it has, or a peer said so.`;
      return daysLeft < 0
        ? `${which} expired ${days(daysLeft)} before the check.`
        : `${which} had ${days(daysLeft)} left at the check.`;
    }
    const when = date(notAfter);
    const text = daysLeft < 0 ? `${which} expired on ${when}` : `${which} ends on ${when}, in ${days(daysLeft)}`;
    return confidence === 'proven' ? `${text}.` : `${text} (concluded).`;
  },
  tunnels: ({ tunnels: { state, up, down, unknown, complete, given } }) => {
    const counts = `${up} up, ${down} down${unknown === 0 ? '' : `, ${unknown} not known`}`;
    const all = complete ? '' : ' There may be devices that are not among them.';
    const none = up + down + unknown === 0;
    if (state === 'unknown') return none ? 'Not known.' : `Not decided: ${counts}.${all}`;
    const said = { up: 'All up', partial: 'Some up', down: 'None up' }[state];
    if (given) return none ? `${said}, as given.` : `${said}, as given (of those that were read: ${counts}).`;
    return `${said}: ${counts}.${all}`;
  },
  hotfix: ({ hotfix: { status, version, name, build, installed } }) => {
    const there = installed === true ? ', installed' : installed === false ? ', not installed' : '';
    const release = version ?? 'the FMC';
    switch (status) {
      case 'listed':
        return `${name} (${build}) for ${release}${there}.`;
      case 'none':
        return `There is none for ${release}: its software maintenance has ended.`;
      case 'not-listed':
        return installed === true
          ? `generate_certs.pl is there (${release}).`
          : `The document does not list ${release}.`;
      default:
        return installed === true ? 'Installed.' : `The release of the FMC is not known. ${hotfixList}.`;
    }
  },
  phases: {
    prepare: 'New certificates are not made yet.',
    transfer: 'New certificates are made; some devices lack them.',
    verify: 'New certificates are made; what is left is to see every device connected.',
    done: 'New certificates are made and every device is connected.',
  },
  states: { up: 'up', partial: 'one of two connections up', down: 'down', unknown: 'not known' },
  warnings: {
    'no-reboot-no-upgrade': () =>
      'Do NOT reboot or upgrade the FMC or any FTD, and do not restart sftunnel where it is up: every channel would go down, none would come back, and every device would have to be repaired by hand. The listed hotfixes are the one exception: they do not reboot the FMC.',
    'no-reboot-until-known': () =>
      'Until it is known that no channel lives on an expired CA, do NOT reboot or upgrade the FMC or any FTD, and do not restart sftunnel: a channel that breaks after the expiry does not come back. The listed hotfixes do not reboot the FMC.',
    'upgrade-allowed': () =>
      'No device is connected, so an upgrade of the FMC breaks no channel; Cisco says that it gives better guidance on the files to move. It is not needed for the renewal. See that it is still so before you begin: one connected device is enough to forbid it.',
    'up-proves-nothing': () =>
      'A channel that is up proves nothing: at the expiry nothing happens to it. It is lost with the next break, also one that nobody plans (network, power, a traceback).',
    'finish-before-expiry': (when) =>
      `Finish before the CA ends${when === '' ? '' : ` (${date(when)})`}: after that a channel that breaks does not come back.`,
    'no-hotfix-exists': (release) =>
      `There is no hotfix for ${release}: its software maintenance has ended. The hotfix is what brings generate_certs.pl.`,
    'release-not-listed': (release) =>
      `The document's list of hotfixes does not name ${release}. That does not mean that it needs none: see whether generate_certs.pl is there, and what Field Notice FN74214 says.`,
    'patch-beyond-list': (release) =>
      `The list ends with the release itself and does not speak of the patch ${release}: see in the notes of the hotfix whether it is meant.`,
    'hotfix-contradicts-version': (release) =>
      `The hotfix is said to be installed, but there is none for ${release}: check the release.`,
    'ha-order': () =>
      'HA pair: the primary FMC first, then the secondary. Each has an InternalCA of its own, so the renewal has to be done on both.',
    'several-authorities': (uuids) =>
      `Certificates of more than one InternalCA were read (${uuids}). The two FMCs of a pair have one each; the plan is for the one that ends first. --fmc-uuid chooses another.`,
    'not-yet-valid': (source) =>
      `The CA of ${source} is not valid yet by the clock of this plan: check the clocks of FMC and devices.`,
    'expired-said': (source) =>
      `A peer called a certificate expired (${source}), though the CA at hand has not expired. It may hold an older copy, its clock may be wrong, or its own certificate has ended: look at the files on it.`,
    'tunnels-contradict': (source) =>
      `No channel is up, it was said, but one is in ${source}. The plan goes by what was read: if it is older, leave it out.`,
    'status-of-device': (source) =>
      `${source} was taken on a device: it tells of that device alone. Whether any other is connected, only sftunnel_status.pl on the FMC shows.`,
    'other-ca': (names) =>
      `Another InternalCA of this FMC than its present one is seen: ${names}. Either that is an older copy of the file, or new certificates were made before and did not get there: then its channel, if it is up, does not come back once it breaks. Do NOT reboot, upgrade or restart sftunnel before this is clear, and do not make new certificates once more: give the plan the output of that run, or its FAILED_PUSH.`,
    'old-files-do-not-return': () =>
      'The FMC has a new CA now. A device that still has the old files may be up; once its channel breaks, it does not come back. Do NOT reboot or upgrade it, or the FMC, and do not restart sftunnel there before it has its new files.',
    'dates-contradict': (sources) =>
      `The end of the CA is not the same in ${sources}. The earliest counts here. Read it again on the FMC: openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem.`,
    'unusual-path': (names) =>
      `Paths of ${names} are not such as sftunnel files have; no commands are given for them. Check where the list comes from.`,
    'generate-declined': (source) => `generate_certs.pl was answered with no (${source}): nothing was made.`,
    'generate-cut-off': (source) =>
      `The output of generate_certs.pl (${source}) is cut: what failed after it is not known. Read FAILED_PUSH.`,
    'failed-push-cut-off': (source) =>
      `A record of ${source} is cut. What it lacks was completed from the usual places; read the file again, in a wider terminal.`,
    'too-many-devices': (most) => `More than ${most} devices were named; the rest is not in the plan.`,
  },
  steps: {
    'finish-primary': () => ({
      title: 'Primary FMC first',
      text: 'Finish the renewal on the primary FMC before anything is done on this one.',
    }),
    'find-version': () => ({ title: 'Find out the release of the FMC', text: `It decides the hotfix. ${hotfixList}.` }),
    'read-ca-dates': () => ({
      title: 'Read how long the CA has',
      text: 'notAfter is what counts. Run the plan again with the output, or with a copy of cacert.pem.',
    }),
    'read-status': () => ({
      title: 'See which channels are up',
      text: 'On the FMC, for all devices. Run the plan again with the output (--status).',
    }),
    'install-hotfix': ({ hotfix: { name, build, installed } }) => ({
      title: name === null ? 'Install the hotfix' : `Install hotfix ${name} (${build})`,
      text: `${installed === null ? 'Unless it is installed already. ' : ''}It brings generate_certs.pl and the copy scripts, and does not reboot the FMC.`,
    }),
    'look-for-script': () => ({
      title: 'See whether generate_certs.pl is there',
      text: 'The release is not in the list of hotfixes. If the script is there, go on; if not, the next step.',
    }),
    'upgrade-fmc': ({ authority: { state } }) => ({
      title: 'Upgrade the FMC to a release with a hotfix',
      text:
        state === 'expired'
          ? 'Possible because no device is connected: no channel is lost by it. Then plan again for the new release.'
          : 'In place of TAC, while the CA is valid: a channel that breaks comes back. It has to be finished, hotfix and new certificates included, before the CA ends. (Our conclusion; the document does not speak of it.) Then plan again for the new release.',
    }),
    'ask-tac': () => ({
      title: 'Ask Cisco TAC',
      text: 'The document mentions another way, by hand and with TAC, and does not describe it.',
    }),
    'backup-fmc': () => ({
      title: 'Back up the FMC',
      text: 'After the hotfix, before the script, which replaces the CA and every certificate.',
    }),
    'status-before': () => ({
      title: 'See which channels are up',
      text: 'Keep the output (--status). What is down now will not get its certificates by itself.',
    }),
    generate: () => ({
      title: 'Make and push the new certificates',
      text: 'It makes a new InternalCA and new certificates, and pushes them to each device whose channel is up. It asks twice: yes. Keep its output.',
      verify: 'Lines "Failed to push to …" and the path of FAILED_PUSH; none of them means that no push failed.',
    }),
    inspect: () => ({
      title: 'Read what could not be pushed',
      text: 'The number in the path is the UNIX time that the script names. Run the plan again with the output and with FAILED_PUSH: it then lists the files per device.',
    }),
    'copy-by-script': ({ ha }) => ({
      title: 'Copy the files by script',
      text: `Where the FMC has SSH to the devices. devices.csv has a row for each: device_name,IP address,admin_username,admin_password${ha === 'primary' ? '; the secondary FMC has one too' : ''}. It holds passwords: remove it afterwards. The script restarts sftunnel on each device.`,
      verify: '"Successfully copied certificates to …" and "Restarting sftunnel for …" for each device.',
    }),
    'copy-by-jump-server': ({ ha }) => ({
      title: 'Copy the files from a jump server',
      text: `Where only another machine has SSH to FMC and devices: bring /usr/local/sf/bin/copy_sftunnel_certs_jumpserver.py from the FMC to it, and run it there with Python. ${
        ha === 'secondary'
          ? 'In devices.csv the secondary FMC comes first, then all its FTDs.'
          : ha === 'primary'
            ? 'In devices.csv the primary FMC comes first, then all its FTDs and the secondary FMC.'
            : 'In devices.csv the FMC comes first, then all its FTDs.'
      } It holds passwords: remove it afterwards.`,
      verify: '"Successfully copied certificates to …" and "Restarting sftunnel for …" for each device.',
    }),
    'copy-by-hand': ({ phase }) => ({
      title: 'Copy the files by hand',
      text: `Show the three files on the FMC, write them on the device in place of the old ones (which are kept as .backup), then restart sftunnel there. ${
        phase === 'prepare'
          ? 'Only after the script: what lies there now is old. Planned again with its output, there are commands for each device.'
          : 'The commands for each device are below. Make the backups once: a second time they would be overwritten.'
      } One of the files is a private key: it must not get into a log or a ticket.`,
      verify:
        'ls -hal on the device: root root, -rw-r--r-- as in the document, no file of size 0 (about 1.3K, 1.4K and 1.7K); then, after the restart, the status.',
    }),
    'status-after': () => ({
      title: 'See that every device is connected',
      text: 'Run the plan again with the output (--status-after): it says what is left.',
    }),
    'then-secondary': () => ({
      title: 'The same on the secondary FMC',
      text: 'It has an InternalCA of its own: run the plan for it (--ha secondary).',
    }),
    'watch-expiry': () => ({
      title: 'Have the end announced',
      text: 'There is no need to act today. With VDB 399 or later the FMC warns within 90 days of the end, as a task and as a health alert.',
    }),
  },
  tasks: {
    none: 'nothing: connected',
    'push-expected': 'the script will push',
    'push-will-fail': 'after the script: copy the files, it cannot push them',
    'push-open': 'channel not known',
    'copy-files': 'copy the files',
    'restart-sftunnel': 'restart sftunnel (pmtool restartbyid sftunnel)',
    'check-connection': 'see that it is connected',
    inspect: 'see whether its push failed',
    blocked: 'no script for this release: see the steps',
  },
  unknowns: {
    'fmc-version': 'The release of the FMC (--fmc-version): it decides the hotfix.',
    'ca-dates': 'How long the CA has: cacert.pem of the FMC, or the output of openssl x509 -dates.',
    'tunnel-state': 'Which channels are up: the output of sftunnel_status.pl on the FMC (--status).',
    'all-devices':
      'Whether these are all devices: only the complete output of sftunnel_status.pl on the FMC (--status) shows that none is connected.',
    'push-results': 'Which pushes failed: the whole output of generate_certs.pl, or FAILED_PUSH.',
  },
  join: (items) => items.join(', '),
};
