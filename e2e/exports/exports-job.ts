import { spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';

import { expectThat } from '../check.ts';
import type { Place } from '../enclosure/run-job.ts';
import { azArguments } from '../set-up/azure-cli.ts';
import { compiledIn } from '../set-up/compile-cache.ts';
import { type Change, changes, exec, fromToken, password, secretList } from './changes.data.ts';

/** The clients that run what Lanyard exports. */
export interface ExportsInput {
	/** The Python that has az. */
	python: string;
	kubectl: string;
}

/** One plan, done by Lanyard and done by its exported script. */
export interface ExportRow {
	plan: string;
	lanyardSeconds: number;
	lanyardRequests: number;
	scriptSeconds: number;
	scriptRequests: number;
}

const main = resolve(import.meta.dirname, '../../packages/cli/main.ts');
const world = `
settings: {timeScale: 20, replicationDelay: 5s}
tenants:
  - domain: contoso.onmicrosoft.com
    users: [{name: ana, password: ${password}, roles: [Application Administrator, Groups Administrator]}]
    groups: [{name: pullers}]
subscriptions: [{name: Payments, tenant: contoso.onmicrosoft.com}]
registries: [{name: myregistry, group: myResourceGroup, images: ['nginx:v1']}]
clusters: [{name: mycluster, group: myResourceGroup, nodes: 1}]
assignments: [{principal: ana@contoso.onmicrosoft.com, role: Owner, scope: /subscriptions/Payments}]
dockerHub: [{name: jane, password: ${password}}]
`;
const sources = ['new-service-principal', 'token', 'admin-user', 'short-lived'];

/**
 * Each plan is done by Lanyard and taken back, then done by its script with az and kubectl; what both leave is the same, and
 * Lanyard goes on with what the script left: it renews the credential, for which it must be known to the last id.
 */
export async function job(input: ExportsInput, { folder }: Place): Promise<ExportRow[]> {
	const run = await runnerIn(folder, input);
	await writeFile(join(folder, 'world.yaml'), world);
	await run(['sandbox', 'up', '-f', join(folder, 'world.yaml')]);
	try {
		await run(exec('az', 'login', '-u', 'ana@contoso.onmicrosoft.com', '-p', password, '-o', 'none'));
		const rows: ExportRow[] = [];
		for (const source of sources) rows.push(await secretRow(run, folder, source));
		rows.push(...(await attachRows(run, folder)));
		for (const change of changes) rows.push(await changeRow(run, folder, change));
		rows.push(await rotateRow(run, folder), await yamlRow(run, folder));
		return rows;
	} finally {
		await run(['sandbox', 'down']).catch(() => undefined);
	}
}

type Run = (args: string[]) => Promise<string>;

async function secretRow(run: Run, folder: string, source: string): Promise<ExportRow> {
	const name = `pull-${source}`;
	const asked = ['secret', 'create', name, '--registry', 'myregistry', '--from', source, '--repository', 'nginx'];
	const args = [...asked, '--attach-to', 'serviceaccount/default'];
	const shape = async () => shapeOf(await run(['secret', 'show', name, '-o', 'json']));
	const own = await measured(run, () => run([...args, '--yes']));
	const wanted = await shape();
	await run(['undo', '--yes']);
	const exported = await run([...args, '--export', 'az']);
	const script = await measured(run, () => runScript(run, folder, exported));
	const found = await shape();
	expectThat(found === wanted, `${source}: the script leaves ${found}, the plan ${wanted}`);
	await run(['secret', 'rotate', name, '--repository', 'nginx', '--yes']);
	return rowOf(`secret create --from ${source}`, own, script);
}

/** What the documents do instead: az gives the role, and a pod that is watched by hand shows that it pulls. */
const attachAndProve = `set -euo pipefail
az aks update --name mycluster --resource-group myResourceGroup --attach-acr myregistry --output none
az aks get-credentials --name mycluster --resource-group myResourceGroup --overwrite-existing
kubectl run proof --image=myregistry.azurecr.io/nginx:v1 --image-pull-policy=Always --restart=Never
until kubectl get pod proof -o jsonpath='{.status.phase}' | grep -qE 'Running|Succeeded'; do sleep 0.5; done
kubectl delete pod proof --wait=false
`;
const detach =
	'az aks update --name mycluster --resource-group myResourceGroup --detach-acr myregistry --output none\n';

async function attachRows(run: Run, folder: string): Promise<ExportRow[]> {
	const target = ['--cluster', 'mycluster', '--registry', 'myregistry'];
	const pullers = async () => shapeOf(await run(['registry', 'show', 'myregistry', '-o', 'json']));
	const exported = await run(['attach', ...target, '--export', 'az']);
	const own = await measured(run, () => run(['attach', ...target, '--yes']));
	const wanted = await pullers();
	const away = await measured(run, () => run(['detach', ...target, '--yes']));
	await runScript(run, folder, exported);
	const found = await pullers();
	expectThat(found === wanted, `attach: the script leaves ${found}, the plan ${wanted}`);
	await run(['detach', ...target, '--yes']);
	const byAz = await measured(run, () => runScript(run, folder, attachAndProve));
	const awayByAz = await measured(run, () => runScript(run, folder, detach));
	return [rowOf('attach, with its proof', own, byAz), rowOf('detach', away, awayByAz)];
}

/** What is renewed cannot be undone: the plan renews, then the script renews what the plan made. */
async function rotateRow(run: Run, folder: string): Promise<ExportRow> {
	await run(['secret', 'create', 'turned', ...fromToken, '--yes']);
	const args = ['secret', 'rotate', 'turned', '--repository', 'nginx'];
	const login = () => run(exec('kubectl', 'get', 'secret', 'turned', '--output', 'jsonpath={.data}'));
	const shape = () => shapeOfAll(run, [secretList]);
	const logins = [await login()];
	const own = await measured(run, () => run([...args, '--yes']));
	const wanted = await shape();
	logins.push(await login());
	const exported = await run([...args, '--export', 'az']);
	const byScript = await measured(run, () => runScript(run, folder, exported));
	const found = await shape();
	logins.push(await login());
	expectThat(found === wanted, `secret rotate: the script leaves ${found}, the plan ${wanted}`);
	expectThat(new Set(logins).size === logins.length, 'secret rotate: the login is the one of before');
	// Adopting asks the registry for a token with what is in it.
	await run(['secret', 'adopt', 'turned', '--repository', 'nginx', '--yes']);
	return rowOf('secret rotate', own, byScript);
}

/** The YAML has what a plan puts into a cluster, but for the login: filled in, kubectl makes a secret of it that pulls. */
async function yamlRow(run: Run, folder: string): Promise<ExportRow> {
	const args = ['secret', 'create', 'yaml', ...fromToken, '--attach-to', 'serviceaccount/default'];
	// One that somebody else named there, which must stay.
	await run(
		exec('kubectl', 'patch', 'serviceaccount', 'default', '--patch', '{"imagePullSecrets":[{"name":"other"}]}'),
	);
	const compared = [
		secretList,
		exec('kubectl', 'get', 'serviceaccount', 'default', '--output', 'jsonpath={.imagePullSecrets}'),
	];
	const yaml = await run([...args, '--export', 'kubernetes']);
	const own = await measured(run, () => run([...args, '--yes']));
	const wanted = await shapeOfAll(run, compared);
	const read = exec('kubectl', 'get', 'secret', 'yaml', '--output', String.raw`jsonpath={.data.\.dockerconfigjson}`);
	const { auths } = JSON.parse(Buffer.from(await run(read), 'base64').toString());
	const [user = '', secret = ''] = Buffer.from(auths['myregistry.azurecr.io'].auth, 'base64').toString().split(':');
	await run(['secret', 'delete', 'yaml', '--yes']);
	const file = join(folder, 'plan.yaml');
	const filled = yaml.replace('FILL-IN', user).replace('FILL-IN', secret);
	await writeFile(file, filled);
	const byKubectl = await measured(run, () => run(exec('kubectl', 'apply', '--filename', file)));
	const found = await shapeOfAll(run, compared);
	expectThat(found === wanted, `the YAML leaves ${found}, the plan ${wanted}`);
	// Adopting asks the registry for a token with what is in it.
	await run(['secret', 'adopt', 'yaml', '--repository', 'nginx', '--yes']);
	return rowOf('secret create, as YAML', own, byKubectl);
}

async function changeRow(run: Run, folder: string, change: Change): Promise<ExportRow> {
	const { before = [], args, after, typed, compared } = change;
	const shape = () => (compared ? shapeOfAll(run, compared) : shapeOfWorld(run, folder));
	for (const one of before) await run(one);
	const script = await run([...args, '--export', 'az']);
	const answered = typed === undefined ? script : `exec <<'TYPED'\n${typed}\nTYPED\n${script}`;
	const own = await measured(run, () => run([...args, '--yes']));
	const wanted = await shape();
	await run(['undo', '--yes']);
	const byScript = await measured(run, () => runScript(run, folder, answered));
	const found = await shape();
	expectThat(found === wanted, `${args.join(' ')}: the script leaves ${found}, the plan ${wanted}`);
	for (const one of after) await run(one);
	const named = args.slice(
		0,
		args.findIndex((word) => word.startsWith('--')),
	);
	return rowOf(named.join(' '), own, byScript);
}

const questions = [
	[
		'role',
		'assignment',
		'list',
		'--all',
		'--query',
		'[].to_string([roleDefinitionName, principalType, scope]) | sort(@)',
	],
	['identity', 'list', '--query', '[].name | sort(@)'],
	[
		'aks',
		'list',
		'--query',
		'[].to_string([name, identity.type, identityProfile.kubeletidentity.resourceId]) | sort(@)',
	],
	['acr', 'list', '--query', '[].to_string([name, sku.name, roleAssignmentMode]) | sort(@)'],
	['ad', 'app', 'list', '--query', '[].displayName | sort(@)'],
	['acr', 'repository', 'show-tags', '--name', 'myregistry', '--repository', 'nginx'],
];

/** Roles, identities, clusters, registries, applications and pull secrets, as az and Lanyard tell of them. */
async function shapeOfWorld(run: Run, folder: string): Promise<string> {
	// One after the other: each az writes what it signs in with.
	const lines = questions.map((question) => `az ${question.map((word) => `'${word}'`).join(' ')} --output json`);
	const told = await runScript(run, folder, ['set -e', ...lines].join('\n'));
	return `${told.replaceAll(/\s+/g, ' ')}\n${await shapeOfAll(run, [secretList])}`;
}

async function shapeOfAll(run: Run, asked: string[][]): Promise<string> {
	const told: string[] = [];
	for (const one of asked) {
		const said = await run(one);
		// The short-lived one of before lasts nine minutes: on a slow machine it ends between the plan and its script.
		told.push(one === secretList ? shapeOf(said).replaceAll('"ended"', '"ok"') : said.replaceAll(/\s+/g, ' '));
	}
	return told.join('\n');
}

async function runScript(run: Run, folder: string, script: string): Promise<string> {
	const file = join(folder, 'plan.sh');
	await writeFile(file, script);
	return run(exec('bash', file));
}

/** What a document says, without what differs each time: ids, moments, who can read. */
function shapeOf(json: string): string {
	const { secrets, pullers } = JSON.parse(json);
	const text = JSON.stringify({ secrets, pullers });
	const ids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
	return text
		.replaceAll(ids, 'ID')
		.replaceAll(/,"endsAt":"[^"]*"/g, '')
		.replaceAll('"ends-soon"', '"ok"');
}

interface Measure {
	seconds: number;
	requests: number;
}

async function measured(run: Run, work: () => Promise<unknown>): Promise<Measure> {
	const [last] = (await requestsBy(run, 1)).slice(-1);
	const startedAt = performance.now();
	await work();
	const seconds = (performance.now() - startedAt) / 1000;
	const all = await requestsBy(run, 1000);
	const own = all.filter(({ number, machine }) => machine === 'workstation' && number > (last?.number ?? 0));
	return { seconds, requests: own.length };
}

/** The newest requests of the world: those of its nodes are not what a person's machine sends. */
async function requestsBy(run: Run, count: number): Promise<{ number: number; machine: string }[]> {
	const { lines } = JSON.parse(await run(['sandbox', 'log', '--lines', String(count), '-o', 'json']));
	return lines;
}

function rowOf(plan: string, own: Measure, script: Measure): ExportRow {
	return {
		plan,
		lanyardSeconds: own.seconds,
		lanyardRequests: own.requests,
		scriptSeconds: script.seconds,
		scriptRequests: script.requests,
	};
}

/** Runs Lanyard from source, with az and kubectl on its path; gives its standard output, or throws with all it said. */
async function runnerIn(folder: string, { python, kubectl }: ExportsInput): Promise<Run> {
	const az = join(folder, 'az');
	await writeFile(az, `#!/bin/sh\nexec ${python} ${azArguments.join(' ')} "$@"\n`);
	await chmod(az, 0o755);
	const path = [folder, dirname(kubectl), dirname(process.execPath), process.env['PATH']].join(delimiter);
	const env = {
		...process.env,
		PATH: path,
		LANYARD_STATE_DIR: join(folder, 'state'),
		LANYARD_WORLD: 'sandbox',
		...compiledIn(folder),
		NO_COLOR: '1',
		JANES_PASSWORD: password,
	};
	return (args) =>
		new Promise((done, failed) => {
			const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
			let [out, all] = ['', ''];
			child.stdout.on('data', (chunk: Buffer) => {
				out += chunk.toString();
				all += chunk.toString();
			});
			child.stderr.on('data', (chunk: Buffer) => void (all += chunk.toString()));
			child.on('error', failed);
			child.on('close', (code) =>
				code === 0 ? done(out) : failed(new Error(`lanyard ${args.slice(0, 4).join(' ')} ended with ${code}:\n${all}`)),
			);
		});
}
