import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod/mini';

const configSchema = z.object({ currentContext: z.optional(z.string()) });
const contextSchema = z.object({ Endpoints: z.object({ docker: z.object({ Host: z.string() }) }) });

/**
 * Where the engine of the user's docker context is: with a configuration folder of its own, docker would look for the default one.
 * Nothing is written there. Undefined where there is no context, or none that can be read.
 */
export async function dockerHostOf(configFolder: string, chosen: string | undefined): Promise<string | undefined> {
	const config = configSchema.safeParse(await readJson(join(configFolder, 'config.json')));
	const context = chosen ?? config.data?.currentContext;
	if (context === undefined || context === 'default') return undefined;
	// docker/cli: contexts/meta/SHA256-OF-NAME/meta.json
	const place = createHash('sha256').update(context).digest('hex');
	const meta = contextSchema.safeParse(await readJson(join(configFolder, 'contexts', 'meta', place, 'meta.json')));
	return meta.data?.Endpoints.docker.Host;
}

async function readJson(path: string): Promise<unknown> {
	try {
		return JSON.parse(await readFile(path, 'utf8'));
	} catch {
		// Absent, or not ours to mend: docker's own defaults hold.
		return undefined;
	}
}
