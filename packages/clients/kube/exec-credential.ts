import { Problem, Secret } from '@lanyard/core';
import { optionalDate, optionalField, optionalString } from '@lanyard/wire';
import type { RunProgram } from '../run-program.ts';
import type { ExecPlugin, KubeContext } from './kubeconfig.ts';

/** What a credential plugin hands out. */
export interface ExecCredential {
	token: Secret | undefined;
	certificate: string | undefined;
	key: string | undefined;
	endsAt: Date | undefined;
}

/** Runs a credential plugin, such as kubelogin (kubernetes.io, "client-go credential plugins"). */
export async function runExecPlugin(
	plugin: ExecPlugin,
	context: KubeContext,
	run: RunProgram | undefined,
): Promise<ExecCredential> {
	if (!run) throw pluginProblem(plugin, 'no way to run programs');
	const environment = { ...plugin.env, KUBERNETES_EXEC_INFO: execInfo(plugin, context) };
	const extra = { environment, isInteractive: plugin.mayAsk };
	const { exitCode, stdout } = await run(plugin.command, plugin.args, extra).catch((cause: unknown) => {
		throw pluginProblem(plugin, 'it cannot be started', cause);
	});
	if (exitCode !== 0) throw pluginProblem(plugin, `it ended with exit code ${exitCode}`);
	return parseExecCredential(stdout, plugin);
}

function parseExecCredential(stdout: string, plugin: ExecPlugin): ExecCredential {
	const status = optionalField(parseJson(stdout, plugin), 'status');
	const token = optionalString(status, 'token');
	const certificate = optionalString(status, 'clientCertificateData');
	if (!token && !certificate) throw pluginProblem(plugin, 'it printed no credential');
	return {
		token: token ? new Secret(token) : undefined,
		certificate,
		key: optionalString(status, 'clientKeyData'),
		endsAt: optionalDate(status, 'expirationTimestamp'),
	};
}

function parseJson(stdout: string, plugin: ExecPlugin): unknown {
	try {
		return JSON.parse(stdout);
	} catch {
		// The parser's message quotes the output, which is a credential.
		throw pluginProblem(plugin, 'it printed no JSON');
	}
}

function execInfo(plugin: ExecPlugin, { server, ca, isInsecure }: KubeContext): string {
	const authority = ca && 'pem' in ca ? { 'certificate-authority-data': btoa(ca.pem) } : {};
	const cluster = { server, 'insecure-skip-tls-verify': isInsecure, ...authority };
	const spec = { interactive: plugin.mayAsk, ...(plugin.wantsCluster ? { cluster } : {}) };
	return JSON.stringify({ kind: 'ExecCredential', apiVersion: plugin.apiVersion, spec });
}

function pluginProblem({ command }: ExecPlugin, found: string, cause?: unknown): Problem {
	return new Problem('no-cluster-access', { wanted: `a credential from ${command}`, found, cause });
}
