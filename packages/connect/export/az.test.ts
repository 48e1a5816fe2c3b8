import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Plan } from '@lanyard/core';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { buildAzScript, exportedVerbs } from './az.ts';
import { buildKubernetesList } from './kubernetes.ts';

const folder = join(import.meta.dirname, '..');

it('writes a script for every verb that a plan can have', () => {
	const sources = globSync('{methods,secrets,steps}/**/*.ts', { cwd: folder, exclude: ['**/*.test.ts'] });
	// An inverse is on one line with its verb's `says`; it is not exported.
	const verbs = sources.flatMap((path) => {
		const text = readFileSync(join(folder, path), 'utf8').replaceAll(
			/inverse: [^]*?\{ do: '[^']+'|: \{ do: '[^']+'/g,
			'',
		);
		return Array.from(text.matchAll(/\bdo: '([a-z-]+)'/g), ([, verb = '']) => verb);
	});
	const known = [...exportedVerbs(), 'nothing'];
	expect(verbs.length).toBeGreaterThan(15);
	expect([...new Set(verbs)].filter((verb) => !known.includes(verb))).toEqual([]);
});

it('signs in to a cluster that it makes only when it is there', () => {
	const cluster = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/shop';
	const step = { says: '', inverse: { do: 'nothing', says: '', change: {} }, before: null, state: 'planned' as const };
	const plan: Plan = {
		...{ schema: 'lanyard.dev/plan/v1', id: 'bcdf-2345', world: 'azure', seen: {} },
		goal: { method: 'create-cluster', target: { cluster: 'shop' } },
		steps: [
			{ ...step, id: '1', do: 'create-cluster', target: cluster, change: { id: cluster, name: 'shop' } },
			{
				...{ ...step, id: '2', do: 'prove-pull', target: cluster },
				change: { cluster, image: 'r.azurecr.io/nginx:v1', pools: 'nodepool1', namespace: 'default' },
			},
		],
		proof: { by: 'pull-pod', says: '' },
	};
	const lines = buildAzScript(plan).split('\n');
	const at = (text: string) => lines.findIndex((line) => line.includes(text));
	expect(at('az aks get-credentials')).toBeGreaterThan(at('az aks create'));
	expect(at('lanyard-proof-bcdf23452x0')).toBeGreaterThan(at('az aks get-credentials'));
});

const secretPlan = (change: Record<string, string>): Plan => {
	const step = { says: '', target: '', inverse: { do: 'nothing', says: '', change: {} }, before: null };
	const place = { cluster: 'context:mycluster', namespace: 'shop', name: 'pull' };
	const servers = { servers: 'myregistry.azurecr.io', source: 'login' };
	const named = { ...place, kind: 'serviceaccount', name: 'default', secret: 'pull', beside: 'first,second' };
	return {
		...{ schema: 'lanyard.dev/plan/v1', id: 'bcdf-2345', world: 'azure', seen: {} },
		goal: { method: 'login', target: { secret: 'pull' } },
		steps: [
			{ ...step, id: '1', do: 'take-login', change: servers, state: 'planned' },
			{ ...step, id: '2', do: 'write-secret', change: { ...place, credentials: '1', ...change }, state: 'planned' },
			{ ...step, id: '3', do: 'name-secret', change: named, state: 'planned' },
		],
		proof: { by: 'none', says: '' },
	};
};

/** Runs the lines that write the secret with a kubectl that has a secret with another registry's login, and prints what it is given. */
function writtenOver(plan: Plan): string {
	const bin = mkdtempSync(join(tmpdir(), 'lanyard-export-'));
	const auths = { 'docker.io': { auth: 'aHViOng=' }, 'myregistry.azurecr.io': { auth: 'b2xkOm9sZA==' } };
	const notes = [
		{ server: 'docker.io', source: 'login' },
		{ server: 'myregistry.azurecr.io', source: 'token' },
	];
	const secret = {
		metadata: { annotations: { 'lanyard.dev/credentials': JSON.stringify(notes) } },
		data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
	};
	writeFileSync(join(bin, 'secret.json'), JSON.stringify(secret));
	const kubectl = `#!/bin/sh\ncase "$*" in *jsonpath=*lanyard*plan*) printf dcbf-5432;; *" get secret "*) cat ${bin}/secret.json;; *apply*) cat;; *) cat >/dev/null;; esac\n`;
	writeFileSync(join(bin, 'kubectl'), kubectl, { mode: 0o755 });
	const script = buildAzScript({ ...plan, steps: plan.steps.slice(0, 2) });
	const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
	const ran = spawnSync('bash', ['-c', script], { env, input: `jane\na "b" $c\n` });
	rmSync(bin, { recursive: true });
	return ran.stdout.toString() + ran.stderr.toString();
}

it.each<[string, Record<string, string>, string[]]>([
	['writes a new secret whole', {}, ['myregistry.azurecr.io']],
	['keeps other logins in a secret that is there', { mode: 'update' }, ['docker.io', 'myregistry.azurecr.io']],
])('%s, with its password as it was typed', (_name, change, servers) => {
	const written = parse(writtenOver(secretPlan(change)));
	const config = JSON.parse(Buffer.from(written.data['.dockerconfigjson'], 'base64').toString());
	expect(Object.keys(config.auths)).toEqual(servers);
	const { auth } = config.auths['myregistry.azurecr.io'];
	expect(Buffer.from(auth, 'base64').toString()).toBe('jane:a "b" $c');
	const notes: { server: string }[] = JSON.parse(written.metadata.annotations['lanyard.dev/credentials']);
	expect(notes.map(({ server }) => server)).toEqual(servers);
});

it.each<[string, Record<string, string>, string]>([
	['renewed, stays what the plan made that wrote it', { mode: 'update', renews: 'true' }, 'dcbf-5432'],
	['written over, is what this plan made', { mode: 'update' }, 'bcdf-2345'],
])('a secret that is %s', (_name, change, id) => {
	const written = parse(writtenOver(secretPlan(change)));
	expect(written.metadata.annotations['lanyard.dev/plan']).toBe(id);
});

it('writes YAML in which a service account keeps the other secrets that it names', () => {
	const names = [{ name: 'first' }, { name: 'second' }, { name: 'pull' }];
	expect(buildKubernetesList(secretPlan({}))).toMatchObject({
		items: [{ kind: 'Secret' }, { imagePullSecrets: names }],
	});
});
