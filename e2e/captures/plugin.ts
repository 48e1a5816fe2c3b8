// The credential plugins of the captures. Called as `plugin.ts MODE LOG [PROGRAM ARG…]` with the kubelet's request on
// standard input: `good` hands out the credential that is good, `fails` ends with an error, `passes-on` lets the program
// answer. Each call is noted, without its secrets, as a line of the log.
import { appendFile } from 'node:fs/promises';
import process from 'node:process';
import { text } from 'node:stream/consumers';

import { puller } from '../registry/registry.ts';
import { tryProgram } from '../set-up/run-program.ts';
import type { PluginCall } from './plugin-call.ts';

interface PluginRequest {
	kind: string;
	apiVersion: string;
	image: string;
	serviceAccountToken?: string;
	serviceAccountAnnotations?: Record<string, string>;
}

interface PluginResponse {
	cacheKeyType: string;
	cacheDuration?: string;
	auth?: Record<string, { username: string; password: string }> | null;
}

const [, , mode, log = '', program = '', ...args] = process.argv;
const calledAt = Date.now();
const input = await text(process.stdin);
const request: PluginRequest = JSON.parse(input);
const { status, stdout, stderr } = await answer();
const response: PluginResponse | undefined = status === 0 ? JSON.parse(stdout) : undefined;
await appendFile(log, `${JSON.stringify({ calledAt, ...describe() })}\n`);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exit(status);

async function answer(): Promise<{ status: number; stdout: string; stderr: string }> {
	if (mode === 'passes-on') return tryProgram(program, args, { input });
	if (mode === 'fails') return { status: 1, stdout: '', stderr: 'the plugin fails on purpose\n' };
	const [host = ''] = request.image.split('/');
	const login = { username: puller.user, password: puller.password };
	const { kind, apiVersion } = { kind: 'CredentialProviderResponse', apiVersion: request.apiVersion };
	const granted = { kind, apiVersion, cacheKeyType: 'Image', cacheDuration: '0s', auth: { [host]: login } };
	return { status: 0, stdout: JSON.stringify(granted), stderr: '' };
}

function describe(): PluginCall {
	const { apiVersion, image, serviceAccountToken, serviceAccountAnnotations } = request;
	return {
		apiVersion,
		image,
		hasServiceAccountToken: serviceAccountToken !== undefined,
		...(serviceAccountAnnotations && { serviceAccountAnnotations }),
		answer: response
			? {
					cacheKeyType: response.cacheKeyType,
					...(response.cacheDuration && { cacheDuration: response.cacheDuration }),
					auth: Object.entries(response.auth ?? {}).map(([key, { username }]) => ({ key, username })),
				}
			: `ended with ${status}`,
	};
}
