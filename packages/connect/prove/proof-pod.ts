/** What a proof pod is made of. Pure. */
export interface ProofPod {
	/** `lanyard-proof-` and eight random letters or digits. */
	name: string;
	namespace: string;
	image: string;
	/** The node pool it must run on. */
	pool: string;
}

/**
 * A pod that pulls and does nothing else:
 * - `Always`, so that the node asks the registry even if it has the image;
 * - a command that no image has, so that nothing of the image ever runs;
 * - a pull secret that does not exist: without one, admission would copy the service account's, and the pull might
 *   succeed by that instead of the nodes' identity (a missing secret is passed over with a warning);
 * - no token, no privileges, and small, so that the `restricted` pod security standard and quotas let it in.
 */
export function buildProofPod({ name, namespace, image, pool }: ProofPod): Record<string, unknown> {
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {
			name,
			namespace,
			labels: { 'app.kubernetes.io/managed-by': 'lanyard', 'lanyard.dev/purpose': 'proof' },
		},
		spec: {
			restartPolicy: 'Never',
			automountServiceAccountToken: false,
			enableServiceLinks: false,
			terminationGracePeriodSeconds: 0,
			nodeSelector: { 'kubernetes.azure.com/agentpool': pool },
			tolerations: [{ operator: 'Exists' }],
			imagePullSecrets: [{ name: 'lanyard-proof-uses-no-secret' }],
			securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
			containers: [
				{
					name: 'pull',
					image,
					imagePullPolicy: 'Always',
					command: ['/lanyard-proof-no-such-command'],
					resources: { requests: { cpu: '1m', memory: '4Mi' }, limits: { cpu: '10m', memory: '16Mi' } },
					securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
				},
			],
		},
	};
}
