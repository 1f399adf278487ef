/** Programs of the system that we start for ourselves: nft, ip, unshare. */

/** Where nft and ip are, and what the PATH of ordinary users lacks on Debian. */
const systemFolders = '/usr/local/sbin:/usr/sbin:/sbin';

/** Environment for such programs: found wherever systems keep them, and complaining in English, which is read. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  const { PATH: path } = process.env;
  return {
    ...process.env,
    PATH: path === undefined || path === '' ? systemFolders : `${path}:${systemFolders}`,
    LC_ALL: 'C',
  };
}
