import { Problem, Secret } from '@lanyard/core';
import {
	base64Bytes,
	flagField,
	optionalArray,
	optionalField,
	optionalString,
	stringField,
	stringList,
} from '@lanyard/wire';

/** One context of a kubeconfig with what it points at, as written: files are named, not yet read. */
export interface KubeContext {
	name: string;
	/** `https://host:443`, without a slash at the end. */
	server: string;
	namespace: string;
	ca: Material;
	isInsecure: boolean;
	tlsServerName: string | undefined;
	proxyUrl: string | undefined;
	user: KubeUser;
}

/** PEM text, the file it stands in, or nothing. */
export type Material = { pem: string } | { file: string } | undefined;

/** How a context signs in; client certificate and bearer token may come together, as AKS's do. */
export interface KubeUser {
	token: Secret | undefined;
	tokenFile: string | undefined;
	basic: { user: string; password: Secret } | undefined;
	certificate: Material;
	key: Material;
	exec: ExecPlugin | undefined;
}

/** A program that hands out credentials, such as kubelogin. */
export interface ExecPlugin {
	apiVersion: string;
	command: string;
	args: string[];
	env: Record<string, string>;
	/** Whether it wants to know which cluster it is for. */
	wantsCluster: boolean;
	/** Whether it may talk to the person at the terminal; only `Never` says no. */
	mayAsk: boolean;
}

/** Reads one context of a kubeconfig's YAML: the named one, else the current one. */
export function parseKubeconfig(config: unknown, wanted?: string): KubeContext {
	const name = wanted ?? optionalString(config, 'current-context');
	if (!name) throw new Problem('context-not-found', { wanted: 'a current context', found: 'none is set' });
	const context = entry(config, 'context', name) ?? contextMissing(config, name);
	const cluster = entry(config, 'cluster', stringField(context, 'cluster')) ?? pointsNowhere(name, 'cluster');
	const userName = optionalString(context, 'user');
	const user = userName ? (entry(config, 'user', userName) ?? pointsNowhere(name, 'user')) : undefined;
	return {
		name,
		server: stringField(cluster, 'server').replace(/\/+$/, ''),
		namespace: optionalString(context, 'namespace') || 'default',
		ca: material(cluster, 'certificate-authority'),
		isInsecure: flagField(cluster, 'insecure-skip-tls-verify'),
		tlsServerName: optionalString(cluster, 'tls-server-name'),
		proxyUrl: optionalString(cluster, 'proxy-url'),
		user: parseUser(user),
	};
}

function entry(config: unknown, kind: 'context' | 'cluster' | 'user', name: string): object | undefined {
	const found = optionalArray(config, `${kind}s`, (item) => ({ name: optionalString(item, 'name'), item }));
	return optionalField(found.find((candidate) => candidate.name === name)?.item, kind);
}

function contextMissing(config: unknown, name: string): never {
	const found = contextNames(config).join(', ') || 'no context';
	throw new Problem('context-not-found', { wanted: `context "${name}"`, found });
}

/** The names of the contexts, in the order of the file. */
export function contextNames(config: unknown): string[] {
	return optionalArray(config, 'contexts', (item) => optionalString(item, 'name') ?? '');
}

function pointsNowhere(context: string, kind: string): never {
	throw new Problem('context-not-found', {
		wanted: `the ${kind} of context "${context}"`,
		found: 'nothing of its name',
	});
}

function parseUser(user: unknown): KubeUser {
	const legacy = optionalString(user, 'auth-provider.name');
	if (legacy !== undefined) {
		const fix = 'Run kubelogin convert-kubeconfig, or get the credentials again with az aks get-credentials.';
		throw new Problem('no-cluster-access', { found: `sign-in by "${legacy}", which Kubernetes gave up in 1.26`, fix });
	}
	const [token, name, password] = ['token', 'username', 'password'].map((field) => optionalString(user, field));
	const exec = optionalField(user, 'exec');
	return {
		token: token ? new Secret(token) : undefined,
		tokenFile: optionalString(user, 'tokenFile'),
		basic: name && password ? { user: name, password: new Secret(password) } : undefined,
		certificate: material(user, 'client-certificate'),
		key: material(user, 'client-key'),
		exec: exec ? parseExec(exec) : undefined,
	};
}

function parseExec(exec: unknown): ExecPlugin {
	const env = optionalArray(exec, 'env', (item) => [stringField(item, 'name'), optionalString(item, 'value') ?? '']);
	return {
		apiVersion: optionalString(exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1',
		command: stringField(exec, 'command'),
		args: stringList(exec, 'args'),
		env: Object.fromEntries(env),
		wantsCluster: flagField(exec, 'provideClusterInfo'),
		mayAsk: optionalString(exec, 'interactiveMode') !== 'Never',
	};
}

/** `…-data` is base64 of PEM and counts before the file's name, as in kubectl. */
function material(from: unknown, field: string): Material {
	const [data, file] = [optionalString(from, `${field}-data`), optionalString(from, field)];
	if (data) return { pem: decoded(data, `${field}-data`) };
	return file ? { file } : undefined;
}

function decoded(data: string, field: string): string {
	try {
		return new TextDecoder().decode(base64Bytes(data.replace(/\s+/g, '')));
	} catch {
		// The decoder's message may quote a private key.
		throw new Problem('unexpected-answer', { where: 'the kubeconfig', wanted: `base64 at "${field}"` });
	}
}
