/*
 * canipull v0.1.0, the probe that `az aks check-acr` runs on a node (Azure/aks-canipull main.go and pkg/authorizer, commit d995351): what it
 * asks, in which order, what it writes and how it ends are its own. It asks for a token for Resource Manager, not for the registry, and
 * it exchanges it, and no more: what it says of pulling is concluded from that.
 * Its `-v6` comes to nothing, as its logger is made before the flags are read; so lines above level 2 are not here.
 */
import type { AzureConfig } from '../azure-config.ts';
import { textAt } from '../../json.ts';
import { NetworkFailure } from '../../network-failure.ts';
import type { Ended, ProgramWorld } from './program.ts';

// pkg/exitcode
const exit = { noAzureConfig: 1, noToken: 10, noSuchHost: 52, notGranted: 60 };
const resourceManager = 'https://management.azure.com/';

/** Runs it to its end; it never throws for what the world answers. */
export async function canipull(world: ProgramWorld, args: string[]): Promise<Ended> {
	const lines: string[] = [];
	const say = (text: string) => void lines.push(`[${world.now().toISOString().slice(0, 19)}Z] ${text}\n`);
	const [registry, ...more] = args.filter((arg) => !arg.startsWith('-'));
	if (registry === undefined || more.length > 0)
		return { exitCode: 0, log: 'No ACR input. Expect `canipull myacr.azurecr.io`.\n' };
	const exitCode = await check(world, registry, say);
	return { exitCode, log: lines.join('') };
}

type Say = (text: string) => void;

async function check(world: ProgramWorld, registry: string, say: Say): Promise<number> {
	const name = await attempt(() => world.lookUp(registry));
	if (name instanceof Failure) {
		say(`Checking host name resolution (${registry}): FAILED`);
		say(`Failed to resolve specified fqdn ${registry}: ${name.message.replace(/^dial tcp: /, '')}`);
		return exit.noSuchHost;
	}
	say(`Checking host name resolution (${registry}): SUCCEEDED`);
	// Go's resolver gives names with the dot of the root.
	say(`Canonical name for ACR (${registry}): ${name}.`);
	const location = name.split('.')[1] ?? '';
	const isPrivate = location.toLowerCase() === 'privatelink';
	if (!isPrivate) say(`ACR location: ${location}`);
	const { azure } = world;
	if (!azure) {
		say('Failed to load azure.json. Are you running inside Kubernetes on Azure? \n');
		return exit.noAzureConfig;
	}
	if (!isPrivate && location.toLowerCase() !== azure.location.toLowerCase()) {
		say('Checking ACR location matches cluster location: FAILED');
		const where = `ACR location '${location}' does not match your cluster location '${azure.location}'`;
		say(`${where}. This may result in slow image pulls and extra cost.`);
	}
	const token = await signIn(world, azure, say);
	return token === undefined ? exit.noToken : exchange(world, { registry, token }, say);
}

/** What went wrong, in the program's words. */
class Failure extends Error {}

async function attempt<T>(work: () => Promise<T>): Promise<T | Failure> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof Failure) return error;
		if (error instanceof NetworkFailure) return new Failure(error.message);
		throw error;
	}
}

async function signIn(world: ProgramWorld, azure: AzureConfig, say: Say): Promise<string | undefined> {
	const { servicePrincipal, kubeletClientId = '', tenantId } = azure;
	if (!servicePrincipal) {
		say('Checking managed identity...');
		say(`Kubelet managed identity client ID: ${kubeletClientId}`);
	}
	const [what, failed] = servicePrincipal
		? ['service principal credential', 'Sign in to AAD failed with']
		: ['managed identity existance', 'Getting managed identity token failed with'];
	const token = await attempt(() =>
		servicePrincipal ? askEntra(world, tenantId, servicePrincipal) : askMetadata(world, kubeletClientId),
	);
	say(`Validating ${what}: ${token instanceof Failure ? 'FAILED' : 'SUCCEEDED'}`);
	if (!(token instanceof Failure)) return token;
	say(`${failed}: failed to refresh ARM access token: ${token.message}`);
	return undefined;
}

async function askMetadata(world: ProgramWorld, clientId: string): Promise<string> {
	const query = new URLSearchParams({ 'api-version': '2018-02-01', client_id: clientId, resource: resourceManager });
	const url = `http://169.254.169.254/metadata/identity/oauth2/token?${query.toString()}`;
	const failed = 'failed to send metadata endpoint request';
	const { status, text } = await ask(world, new Request(url, { headers: { ...agent, metadata: 'true' } }), failed);
	if (status !== 200) throw new Failure(`Metadata endpoint returned error status: ${status}. body: ${text}`);
	return textAt(parse(text, 'failed to unmarshal metadata endpoint response'), 'access_token');
}

// go-autorest's adal 0.9.20
async function askEntra(
	world: ProgramWorld,
	tenantId: string,
	{ clientId, secret }: { clientId: string; secret: string },
): Promise<string> {
	const form = {
		client_id: clientId,
		client_secret: secret,
		grant_type: 'client_credentials',
		resource: resourceManager,
	};
	const url = `https://login.microsoftonline.com/${tenantId}/oauth2/token?api-version=1.0`;
	const answer = await attempt(() => ask(world, post(url, form)));
	if (answer instanceof Failure)
		throw new Failure(`adal: Failed to execute the refresh request. Error = '${answer.message}'`);
	const { status, text } = answer;
	if (status !== 200)
		throw new Failure(
			`adal: Refresh request failed. Status Code = '${status}'. Response body: ${text} Endpoint ${url}`,
		);
	return textAt(parse(text, 'adal: Failed to unmarshal the service principal token JSON'), 'access_token');
}

async function exchange(
	world: ProgramWorld,
	{ registry, token }: { registry: string; token: string },
	say: Say,
): Promise<number> {
	const form = { access_token: token, grant_type: 'access_token', service: registry, tenant: tenantOf(token) };
	const answer = await attempt(async () => {
		const request = post(`https://${registry}/oauth2/exchange`, form);
		const { status, text } = await ask(world, request, 'failed to send token exchange request');
		if (status === 200) return;
		throw new Failure(`ACR token exchange endpoint returned error status: ${status}. body: ${text}`);
	});
	const isGranted = !(answer instanceof Failure);
	say(`Validating image pull permission: ${isGranted ? 'SUCCEEDED' : 'FAILED'}`);
	say(
		isGranted
			? `\nYour cluster can pull images from ${registry}!`
			: `ACR ${registry} rejected token exchange: ${answer.message}`,
	);
	return isGranted ? 0 : exit.notGranted;
}

// The token is read, not checked.
function tenantOf(token: string): string {
	const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
	return textAt(parse(claims, 'failed to get tenant id from ARM token: failed to parse token'), 'tid');
}

const agent = { 'user-agent': 'Go-http-client/1.1' };

function post(url: string, form: Record<string, string>): Request {
	const headers = { ...agent, 'content-type': 'application/x-www-form-urlencoded' };
	return new Request(url, { method: 'POST', headers, body: new URLSearchParams(form).toString() });
}

async function ask(world: ProgramWorld, request: Request, failed = ''): Promise<{ status: number; text: string }> {
	const { method, url } = request;
	try {
		const response = await world.send(request);
		return { status: response.status, text: await response.text() };
	} catch (error) {
		if (!(error instanceof NetworkFailure)) throw error;
		const verb = method.charAt(0) + method.slice(1).toLowerCase();
		// It was built with Go 1.18, which does not say that it was TLS that could not verify (Go 1.20 does).
		const words = error.message.replace('tls: failed to verify certificate: ', '');
		throw new Failure(`${failed === '' ? '' : `${failed}: `}${verb} "${url}": ${words}`);
	}
}

function parse(text: string, failed: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return value;
	} catch (error) {
		throw new Failure(`${failed}: ${error instanceof Error ? error.name : 'no JSON'}`);
	}
}
