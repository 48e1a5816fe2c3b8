import { type Call, valueOf } from './call.ts';
import type { Check } from './traps.ts';

/** Commands whose flag takes a secret from the command line, and what each has instead. */
interface SecretArgument {
	command: RegExp;
	flags: string[];
	fix: string;
}

const fromStdin = 'Use --password-stdin.';
/** az reads the value of any argument from a file: `_expand_file_prefixed_files` of azure-cli-core 2.91.0. */
const fromFile = 'or give the value as @FILE or @- (standard input), which az reads itself.';

const secretArguments: SecretArgument[] = [
	{
		command: /^(kubectl|oc) create secret\b/,
		flags: ['--docker-password'],
		fix: 'Use lanyard secret create NAME --registry HOST --user USER --password-stdin.',
	},
	{
		command: /^(kubectl|oc)\b/,
		flags: ['--password', '--token'],
		fix: 'Let the kubeconfig have it: by an exec plugin, or written into the file without kubectl.',
	},
	{
		command: /^((docker|podman|nerdctl|buildah|skopeo|oras|cosign|notation)|helm registry|crane auth) login\b/,
		flags: ['-p', '--password'],
		fix: fromStdin,
	},
	{ command: /^regctl registry login\b/, flags: ['-p', '--pass'], fix: 'Use --pass-stdin.' },
	{
		command: /^(skopeo|podman|buildah) (copy|sync|inspect|delete|list-tags|pull|push)\b/,
		flags: ['--creds', '--src-creds', '--dest-creds', '--password', '--src-password', '--dest-password'],
		fix: 'Sign in before, with skopeo login or podman login and --password-stdin.',
	},
	{
		command: /^az acr login\b/,
		flags: ['-p', '--password'],
		fix: 'Leave user and password out, then az signs in as you are; for another user, docker login with --password-stdin.',
	},
	{
		command: /^az login\b/,
		flags: ['-p', '--password'],
		fix: `Use --identity, --federated-token or --certificate, ${fromFile}`,
	},
	{
		command: /^az acr task credential (add|update)\b/,
		flags: ['-p', '--password'],
		fix: `Give the id of a Key Vault secret, https://VAULT.vault.azure.net/secrets/NAME, ${fromFile}`,
	},
	{
		command: /^az (aks|ad user) (nodepool )?(create|update)\b/,
		flags: ['--windows-admin-password', '--password', '--client-secret'],
		fix: 'Give it as @FILE or @- (standard input), which az reads itself.',
	},
	{ command: /^az acr import\b/, flags: ['-p', '--password'], fix: `Use lanyard import, ${fromFile}` },
	{
		command: /^kubelogin (convert-kubeconfig|get-token)\b/,
		flags: ['--client-secret', '--password'],
		fix: 'Leave it out, and set AZURE_CLIENT_SECRET or AZURE_PASSWORD where kubectl runs.',
	},
	// Whatever the program is, these names say that it is a secret; a sentence of prose begins otherwise.
	{
		command: /^[a-z$]/,
		flags: ['--client-secret', '--docker-password'],
		fix: 'Let the program read it from its environment, a file or its standard input.',
	},
];

/** A password that every user of the machine can read in the process list. */
export const secretInArguments: Check = (call) => {
	const [found] = secretArguments.flatMap(({ command, flags, fix }) =>
		command.test(call.name) ? flags.filter((flag) => isSecret(call, flag)).map((name) => ({ name, fix })) : [],
	);
	if (!found) return undefined;
	const { name, fix } = found;
	const value = valueOf(call, name);
	const isBroken = value?.isSplit === true && !value.isQuoted;
	return {
		trap: isBroken ? 'secret-unquoted-argument' : 'secret-as-argument',
		says: `the value of ${name} stands in the process list for every user of the machine, and in the shell's history${isBroken ? '; without quotes a password with spaces or * in it is broken apart' : ''}`,
		fix,
	};
};

/** `-` is standard input to docker's login; `@FILE` is a file's name to az, and a URL a secret's in Key Vault. */
function isSecret(call: Call, flag: string): boolean {
	const text = valueOf(call, flag)?.text;
	return text !== undefined && text !== '-' && !(call.name.startsWith('az ') && /^(@|https:)/.test(text));
}
