import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';

const env = process.env;

/** What the interop suite takes from its surroundings. */
export const config = {
	/** Where built and installed tools are kept, by version. */
	cacheRoot: join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'lanyard', 'rig'),
	/** In CI whatever is lacking fails the run; elsewhere that part is left out and said. */
	isCI: env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false',
	isRoot: process.getuid?.() === 0,
	searchPath: (env['PATH'] ?? '').split(delimiter),
};
