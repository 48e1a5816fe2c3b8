import { puller } from '../../registry/registry.ts';
import type { CaseFile, SecretSpec } from '../pull-case.ts';

function secret(name: string, host: string, password = puller.password): SecretSpec {
	return { name, content: { auths: { [host]: { username: puller.user, password } } } };
}

const goodSecret = secret('good', 'registry.example.com');
const withGood = { imagePullSecrets: ['good'] };

export const nodeCases: CaseFile = {
	name: 'node',
	about: 'Plugins, pull policies and names: what a node decides before or without asking the registry.',
	cases: [
		{ name: 'plugin-good', about: "the plugin's credential is good", image: 'plugin.example.com/cases/plugin-good:1' },
		{
			name: 'plugin-fails',
			about: 'the plugin ends with an error: nothing of it shows, the pull is anonymous',
			image: 'failing-plugin.example.com/cases/plugin-fails:1',
		},
		{
			name: 'plugin-good-secret-wrong',
			about: "a wrong secret is tried first, the plugin's credential after it",
			image: 'plugin.example.com/cases/plugin-good-secret-wrong:1',
			pod: { imagePullSecrets: ['wrong'] },
			secrets: [secret('wrong', 'plugin.example.com', 'wrong')],
		},
		{
			name: 'plugin-fails-secret-good',
			about: 'the plugin fails, the secret is good',
			image: 'failing-plugin.example.com/cases/plugin-fails-secret-good:1',
			pod: withGood,
			secrets: [secret('good', 'failing-plugin.example.com')],
		},
		{
			name: 'plugin-good-secret-good',
			about: 'the plugin is asked although the secret is good',
			image: 'plugin.example.com/cases/plugin-good-secret-good:1',
			pod: withGood,
			secrets: [secret('good', 'plugin.example.com')],
		},
		{
			name: 'plugin-with-service-account-token',
			about: "the plugin gets a token of the pod's service account, which has the annotation it requires",
			image: 'federated.example.com/cases/plugin-with-service-account-token:1',
			pod: { serviceAccountName: 'puller' },
			serviceAccounts: [{ name: 'puller', annotations: { 'kubernetes.azure.com/acr-client-id': 'client-id' } }],
		},
		{
			name: 'plugin-without-annotation',
			about: 'the service account lacks the required annotation: the plugin is not called, and nothing says so',
			image: 'federated.example.com/cases/plugin-without-annotation:1',
			pod: { serviceAccountName: 'puller' },
			serviceAccounts: [{ name: 'puller' }],
		},
		{ name: 'aks-granted', about: "AKS's plugin, exchange granted", image: 'granted.azurecr.io/cases/aks-granted:1' },
		{
			name: 'aks-refused',
			about: "AKS's plugin, exchange refused",
			image: 'refused.azurecr.io/cases/aks-refused:1',
		},
		{
			name: 'aks-refused-secret-good',
			about: "AKS's plugin is refused, the secret is good",
			image: 'refused2.azurecr.io/cases/aks-refused-secret-good:1',
			pod: withGood,
			secrets: [secret('good', 'refused2.azurecr.io')],
		},
		{
			name: 'aks-granted-secret-wrong',
			about: "AKS's plugin is granted, the secret is wrong",
			image: 'granted2.azurecr.io/cases/aks-granted-secret-wrong:1',
			pod: { imagePullSecrets: ['wrong'] },
			secrets: [secret('wrong', 'granted2.azurecr.io', 'wrong')],
		},
		{
			name: 'aks-granted-repository-not-covered',
			about: 'the exchange is granted, but not this repository; the anonymous entry is tried after it',
			image: 'uncovered.azurecr.io/cases/aks-granted-repository-not-covered:1',
			registry: { fault: { at: 'token', grantsNothing: true } },
		},
		{
			name: 'aks-refused-guests-welcome',
			about: "AKS's plugin is refused where guests may pull",
			image: 'open.azurecr.io/cases/aks-refused-guests-welcome:1',
		},
		{ name: 'never-absent', about: 'policy Never, image not on the node', pod: { imagePullPolicy: 'Never' } },
		{
			name: 'never-present',
			about: 'policy Never, image on the node, same secret',
			before: { ...withGood, imagePullPolicy: 'Always' },
			pod: { ...withGood, imagePullPolicy: 'Never' },
			secrets: [goodSecret],
		},
		{
			name: 'if-absent',
			about: 'policy IfNotPresent, image not on the node',
			pod: { ...withGood, imagePullPolicy: 'IfNotPresent' },
			secrets: [goodSecret],
		},
		{
			name: 'if-present',
			about: 'policy IfNotPresent, image on the node, pulled with the same secret',
			before: { ...withGood, imagePullPolicy: 'Always' },
			pod: { ...withGood, imagePullPolicy: 'IfNotPresent' },
			secrets: [goodSecret],
		},
		{
			name: 'if-present-without-credentials',
			about: 'policy IfNotPresent, image on the node, but pulled with a secret that this pod has not (KEP-2535)',
			before: { ...withGood, imagePullPolicy: 'Always' },
			pod: { imagePullPolicy: 'IfNotPresent' },
			secrets: [goodSecret],
		},
		{
			name: 'always-present',
			about: 'policy Always, image on the node: asked for again, layers not fetched',
			before: { ...withGood, imagePullPolicy: 'Always' },
			pod: { ...withGood, imagePullPolicy: 'Always' },
			secrets: [goodSecret],
		},
		{ name: 'name-in-capitals', about: 'a repository in capitals', image: 'registry.example.com/Cases/App:1' },
		{ name: 'name-with-bad-tag', about: 'a tag that cannot be one', image: 'registry.example.com/cases/app:-1' },
		{
			name: 'name-with-short-digest',
			about: 'a digest that is too short',
			image: 'registry.example.com/cases/app@sha256:abc',
		},
		{
			name: 'command-absent',
			about: 'the image is pulled, its command is not in it',
			pod: { ...withGood, command: ['/no-such-command'] },
			secrets: [goodSecret],
		},
		{
			name: 'command-absent-never-restarted',
			about: 'the same in a pod that is not restarted',
			pod: { ...withGood, command: ['/no-such-command'], restartPolicy: 'Never' },
			secrets: [goodSecret],
		},
		{
			name: 'back-off',
			about: 'attempts come 10 s and 20 s after each other',
			attempts: 3,
		},
	],
};
