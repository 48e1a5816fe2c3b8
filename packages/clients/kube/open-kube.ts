import { type Clock, Problem, type Secret } from '@lanyard/core';
import { type RetryOptions, withRetry } from '../retry.ts';
import type { RunProgram } from '../run-program.ts';
import { openSend, type Send, untilAborted } from '../send.ts';
import { sleep } from '../sleep.ts';
import type { Kube } from './kube.ts';
import { kubeAuth, type KubeAuth } from './kube-auth.ts';
import { kubeCalls } from './kube-calls.ts';
import { contextNames, parseKubeconfig } from './kubeconfig.ts';
import { parseKubeconfigText } from './kubeconfig-text.ts';
import { watchKube } from './watch.ts';

/** How to reach a cluster. */
export interface KubeOptions {
	/** The kubeconfig's text. */
	kubeconfig: Secret | string;
	/** Instead of its current context. */
	context?: string | undefined;
	/** The kubeconfig's own `proxy-url` counts first. */
	proxyUrl?: string | undefined;
	noProxy?: string | undefined;
	userAgent?: string | undefined;
	/** Starts credential plugins such as kubelogin; a kubeconfig that names one is of no use without. */
	run?: RunProgram | undefined;
	clock?: Clock | undefined;
	retry?: RetryOptions | undefined;
	/** Ends whatever is under way. */
	signal?: AbortSignal | undefined;
}

/** Opens a cluster. Nothing is sent yet; a kubeconfig that cannot be read is a problem at once. */
export async function openKube(options: KubeOptions): Promise<Kube> {
	const context = parseKubeconfig(await parseKubeconfigText(options.kubeconfig), options.context);
	const { proxyUrl = options.proxyUrl, server, namespace } = context;
	const { noProxy, userAgent = 'lanyard', run, clock = wallClock, retry = defaultRetry } = options;
	const auth = kubeAuth(context, {
		clock,
		run,
		connect: (tls, ca) => openSend({ proxyUrl, noProxy, userAgent, ca, tls }),
	});
	const at = { server, send: untilAborted(forKube(withRetry(sendThrough(auth), retry)), options.signal) };
	return {
		server,
		context: context.name,
		namespace,
		...kubeCalls(at),
		watch: (path, watched = {}) => watchKube(at, { ...watched, path, retry }),
		close: () => auth.close(),
	};
}

/** The names of a kubeconfig's contexts, in its order. */
export async function kubeconfigContexts(kubeconfig: Secret): Promise<string[]> {
	return contextNames(await parseKubeconfigText(kubeconfig));
}

const wallClock: Clock = { now: () => new Date() };

const defaultRetry: RetryOptions = { sleep, random: Math.random };

/** Sends with the credential of the moment, and once more with a new one where the API server no longer takes it. */
function sendThrough(auth: KubeAuth): Send {
	const sendWith = async (request: Request, isRefused: boolean) => {
		const { authorization, connection } = await auth.door(isRefused);
		if (authorization !== undefined) request.headers.set('authorization', authorization);
		return connection.send(request);
	};
	return async (request) => {
		if (!auth.canRenew) return sendWith(request, false);
		const again = request.clone();
		const response = await sendWith(request, false);
		if (response.status !== 401) return response;
		await response.body?.cancel();
		return sendWith(again, true);
	};
}

/** An API server that cannot be reached is the cluster's problem: most often it is stopped, or private. */
function forKube(send: Send): Send {
	return async (request) => {
		try {
			return await send(request);
		} catch (problem) {
			if (!(problem instanceof Problem) || problem.code !== 'not-reachable') throw problem;
			const { found = 'no answer', where = new URL(request.url).host } = problem;
			throw new Problem('kubernetes-unavailable', { found, where, cause: problem });
		}
	};
}
