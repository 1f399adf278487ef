/** The package's version, as reports and `--version` show it; a test compares it with package.json. */

export const toolVersion = '0.1.0';
