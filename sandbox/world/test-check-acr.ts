import { z } from 'zod';

/** The pod that `az aks check-acr` makes (azure-cli 2.91, acs/custom.py `aks_check_acr`), as far as a node looks at it. */
export function buildProbe(name: string, registry: string) {
	const container = {
		name,
		image: 'mcr.microsoft.com/aks/canipull:v0.1.0',
		args: ['-v6', registry],
		stdin: true,
		stdinOnce: true,
		securityContext: { runAsUser: 0 },
		volumeMounts: [{ name: 'azurejson', mountPath: '/etc/kubernetes' }],
	};
	const spec = {
		restartPolicy: 'Never',
		hostNetwork: true,
		containers: [container],
		volumes: [{ name: 'azurejson', hostPath: { path: '/etc/kubernetes' } }],
	};
	return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
}

const stateSchema = z.object({
	waiting: z.object({ reason: z.string() }).optional(),
	terminated: z.object({ exitCode: z.number() }).optional(),
});
const podSchema = z.object({
	status: z.object({ containerStatuses: z.array(z.object({ state: stateSchema })).default([]) }),
});

/** How a probe ended, or why it does not begin; undefined as long as neither is known. */
export function readProbe(pod: unknown): { exitCode?: number; waits?: string } | undefined {
	const { terminated, waiting } = podSchema.parse(pod).status.containerStatuses[0]?.state ?? {};
	if (terminated) return { exitCode: terminated.exitCode };
	return waiting && waiting.reason !== 'ContainerCreating' ? { waits: waiting.reason } : undefined;
}
