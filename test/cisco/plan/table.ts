/**
 * The decision table of the renewal plan, written out by hand from Cisco 222464 (facts R30 to R43 of the fact sheet), and not from
 * the code: the ways 1, 2a and 2b (R42), the hotfixes (R30), the order (R32), HA (R34), what brings files to devices that could
 * not be reached (R37, R40, R42).
 *
 * A step alone is to be done; `?` only if an earlier one says so; `~` another way of the one before it; `!` done already.
 */

/** By expiry and channels. The state of the channels is that of all devices. */
export const ways = rows(`
expiry          | tunnels | ways     | urgency        | first                     | copying                                                     | warnings
expired         | up      | 2a       | now            |                           | copy-by-hand? copy-by-script~ copy-by-jump-server~           | no-reboot-no-upgrade up-proves-nothing
expired         | partial | 2a       | now            |                           | copy-by-hand copy-by-script~ copy-by-jump-server~            | no-reboot-no-upgrade up-proves-nothing
expired         | down    | 2b       | now            |                           | copy-by-script copy-by-jump-server~ copy-by-hand~            | upgrade-allowed
expired         | unknown | 2a 2b    | now            | read-status               | copy-by-script? copy-by-jump-server~ copy-by-hand~           | no-reboot-until-known
within-30-days  | up      | 1        | within-30-days |                           | copy-by-script? copy-by-jump-server~ copy-by-hand~           | finish-before-expiry
within-30-days  | partial | 1        | within-30-days |                           | copy-by-script copy-by-jump-server~ copy-by-hand~            | finish-before-expiry
within-30-days  | down    | 1        | within-30-days |                           | copy-by-script copy-by-jump-server~ copy-by-hand~            | finish-before-expiry
within-30-days  | unknown | 1        | within-30-days |                           | copy-by-script? copy-by-jump-server~ copy-by-hand~           | finish-before-expiry
within-90-days  | up      | 1        | within-90-days |                           | copy-by-script? copy-by-jump-server~ copy-by-hand~           | finish-before-expiry
within-90-days  | partial | 1        | within-90-days |                           | copy-by-script copy-by-jump-server~ copy-by-hand~            | finish-before-expiry
within-90-days  | down    | 1        | within-90-days |                           | copy-by-script copy-by-jump-server~ copy-by-hand~            | finish-before-expiry
within-90-days  | unknown | 1        | within-90-days |                           | copy-by-script? copy-by-jump-server~ copy-by-hand~           | finish-before-expiry
fine            | up      | 1        | none           |                           | copy-by-script? copy-by-jump-server~ copy-by-hand~           |
fine            | partial | 1        | none           |                           | copy-by-script copy-by-jump-server~ copy-by-hand~            |
fine            | down    | 1        | none           |                           | copy-by-script copy-by-jump-server~ copy-by-hand~            |
fine            | unknown | 1        | none           |                           | copy-by-script? copy-by-jump-server~ copy-by-hand~           |
unknown         | up      | 1 2a     | unknown        | read-ca-dates             | copy-by-script? copy-by-jump-server~ copy-by-hand~           | no-reboot-until-known
unknown         | partial | 1 2a     | unknown        | read-ca-dates             | copy-by-script copy-by-jump-server~ copy-by-hand~            | no-reboot-until-known
unknown         | down    | 1 2b     | unknown        | read-ca-dates             | copy-by-script copy-by-jump-server~ copy-by-hand~            | no-reboot-until-known
unknown         | unknown | 1 2a 2b  | unknown        | read-ca-dates read-status | copy-by-script? copy-by-jump-server~ copy-by-hand~           | no-reboot-until-known
`);

/** By release. `-` is none. */
export const releases = rows(`
version   | table           | name | build       | beyond
7.0.0     | listed          | FK   | 7.0.6.99-9  | no
7.0.3     | listed          | FK   | 7.0.6.99-9  | no
7.0.5.1   | listed          | FK   | 7.0.6.99-9  | no
7.0.6     | listed          | FK   | 7.0.6.99-9  | no
7.0.6.2   | listed          | FK   | 7.0.6.99-9  | yes
7.0.7     | not-listed      | -    | -           | no
7.1.0     | none            | -    | -           | no
7.1.0.3   | none            | -    | -           | no
7.1       | none            | -    | -           | no
7.2.0     | listed          | FZ   | 7.2.9.99-4  | no
7.2.5-208 | listed          | FZ   | 7.2.9.99-4  | no
7.2.5.1   | listed          | FZ   | 7.2.9.99-4  | no
7.2.9     | listed          | FZ   | 7.2.9.99-4  | no
7.2.10    | not-listed      | -    | -           | no
7.2       | version-unknown | -    | -           | no
7.3.0     | listed          | AE   | 7.3.1.99-4  | no
7.3.1.1   | listed          | AE   | 7.3.1.99-4  | no
7.3       | listed          | AE   | 7.3.1.99-4  | no
7.4.0     | listed          | AO   | 7.4.2.99-5  | no
7.4.2     | listed          | AO   | 7.4.2.99-5  | no
7.4.3     | not-listed      | -    | -           | no
7.6.0     | listed          | B    | 7.6.0.99-5  | no
7.6.1     | not-listed      | -    | -           | no
7.7.0     | not-listed      | -    | -           | no
6.6.7.2   | not-listed      | -    | -           | no
-         | version-unknown | -    | -           | no
`);

/**
 * By what the table of hotfixes says and by whether it is installed. `goes-on`: the script can be run. Where it ends, an upgrade to a
 * release with a hotfix is named only where it cannot cost a channel (`upgrade-fmc~` is left out elsewhere).
 */
export const scripts = rows(`
table           | installed | steps                         | goes-on | warning
listed          | yes       | install-hotfix!               | yes     |
listed          | no        | install-hotfix                | yes     |
listed          | -         | install-hotfix?               | yes     |
none            | yes       | look-for-script!              | yes     | hotfix-contradicts-version
none            | no        | ask-tac upgrade-fmc~          | no      | no-hotfix-exists
none            | -         | ask-tac upgrade-fmc~          | no      | no-hotfix-exists
not-listed      | yes       | look-for-script!              | yes     |
not-listed      | no        | ask-tac upgrade-fmc~          | no      | release-not-listed
not-listed      | -         | look-for-script ask-tac?      | yes     | release-not-listed
version-unknown | yes       | install-hotfix!               | yes     |
version-unknown | no        | find-version install-hotfix   | yes     |
version-unknown | -         | find-version install-hotfix?  | yes     |
`);

/** Before the expiry, and after it when nothing is connected (R42). */
export const upgradeIsHarmless = rows(`
expiry         | tunnels
expired        | down
within-30-days | up
within-30-days | partial
within-30-days | down
within-30-days | unknown
within-90-days | up
within-90-days | partial
within-90-days | down
within-90-days | unknown
fine           | up
fine           | partial
fine           | down
fine           | unknown
`);

export const pairs = rows(`
ha        | first          | last           | warning
-         |                |                |
primary   |                | then-secondary | ha-order
secondary | finish-primary |                | ha-order
`);

export const order = 'backup-fmc status-before generate inspect';

function rows(text: string): readonly Readonly<Record<string, string>>[] {
  const [head = [], ...body] = text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return body.map((cells) => Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ''])));
}
