import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openCaptureRegistry } from '../captures/capture-registry.ts';
import { openNeighbourhood } from '../captures/neighbourhood.ts';
import { normalise, wordsForDigests } from '../captures/normalise.ts';
import { imageOf, type PullCase, type SecretSpec } from '../captures/pull-case.ts';
import type { Enclosed } from '../enclosure/furnish.ts';
import { wayHome } from '../way-in.ts';
import { wordCases } from './pull-words.data.ts';
import type { RegistryClient } from './registry-client.ts';
import { type ClientPrograms, registryClients, roots } from './registry-clients.ts';
import { runStep } from './run-step.ts';

export interface PullWordsInput {
	programs: ClientPrograms;
	pause: string;
	/** The clients whose words are wanted. */
	clients: string[];
}

/** What clients say of pulls that fail: their versions, and by case and client their last words; none where it pulled. */
export interface PullWordsOutput {
	versions: Record<string, string>;
	says: Record<string, Record<string, string>>;
}

/** Lets every client pull what cannot be pulled, one case after the other, and keeps what it says. */
export async function job({ programs, pause, clients: names }: PullWordsInput, enclosed: Enclosed) {
	const { registry, images } = openCaptureRegistry(wordCases, await readFile(pause));
	await writeFile(roots, await openNeighbourhood(enclosed, registry));
	const digests = wordsForDigests(images.values());
	const output: PullWordsOutput = { versions: {}, says: {} };
	for (const { name } of wordCases) output.says[name] = {};
	const clients = registryClients(programs).filter(({ name }) => names.includes(name));
	await Promise.all(
		clients.map(async (client) => {
			const folder = join(enclosed.folder, client.name);
			await client.daemon?.({ folder: join(folder, 'daemon'), enclosed, env: wayHome(roots) });
			const { stdout } = await runStep(client.version, folder, wayHome(roots));
			output.versions[client.name] = stdout.trim().replace(/^\S+ version /, '');
			for (const pullCase of wordCases) {
				const words = await wordsOf(client, pullCase, join(folder, pullCase.name));
				if (words !== undefined) Object.assign(output.says[pullCase.name] ?? {}, { [client.name]: words });
			}
		}),
	);
	return normalise(output, digests);
}

async function wordsOf({ deeds }: RegistryClient, pullCase: PullCase, folder: string): Promise<string | undefined> {
	await mkdir(join(folder, 'docker'), { recursive: true });
	const login = JSON.stringify(loginOf(pullCase.secrets ?? []));
	await writeFile(join(folder, 'docker', 'config.json'), login);
	await writeFile(join(folder, 'auth.json'), login);
	const image = imageOf(pullCase);
	const visit = { folder, host: image.split('/')[0] ?? '', image, user: '', password: '' };
	for (const step of deeds.pull?.(visit) ?? []) {
		const { status, stderr, stdout } = await runStep(step, folder, wayHome(roots));
		if (status !== 0) return withoutNoise((stderr || stdout).replaceAll(folder, '{folder}'));
	}
	return undefined;
}

/** The logins of all secrets as a client's configuration has them: user and password in one field. */
function loginOf(secrets: SecretSpec[]): unknown {
	const [first] = secrets;
	const content = first?.content ?? { auths: {} };
	return JSON.parse(JSON.stringify(content), (_key, value: unknown) => {
		if (typeof value !== 'object' || value === null || !('username' in value) || !('password' in value)) return value;
		return { auth: Buffer.from(`${String(value.username)}:${String(value.password)}`).toString('base64') };
	});
}

// Progress, what podman and crane say each time before they try again.
const noise =
	/^(?:Using default tag|Trying to pull|Getting image|Copying |Writing |\w+: Pulling from|[0-9a-f]{12}: |retrying |level=warning msg="Failed, retrying)/;

/** What the client says of the failure, without the times in its log. */
function withoutNoise(words: string): string {
	const lines = words
		.split('\n')
		.map((line) => line.trim().replace(/^(?:time="[^"]*" |\d{4}\/\d\d\/\d\d [\d:]+ )/, ''));
	return lines.filter((line) => line !== '' && !noise.test(line)).join('\n');
}
