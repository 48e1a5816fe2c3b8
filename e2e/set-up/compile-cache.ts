import { join } from 'node:path';

/** The environment in which Lanyard, run from source again and again, is made ready once. */
export function compiledIn(folder: string): Record<string, string> {
	return { NODE_COMPILE_CACHE: join(folder, 'compiled') };
}
