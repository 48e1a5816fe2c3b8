import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

import { parseScript } from './script.ts';
import { reviewScript } from './review.ts';

const traps = (text: string) => reviewScript(text).map(({ line, trap }) => [line, trap]);

describe('a script that steps into a trap is told of it, with its line', () => {
	it.each<[string, string, [number, string][]]>([
		[
			'--scope beside --scopes (document 002)',
			'az ad sp create-for-rbac --name sp \\\n --scopes $ACR --scope subscriptions/$SUB --role acrpull',
			[[1, 'scope-given-twice']],
		],
		[
			'a principal asked for by its URI (documents 000, 002)',
			'ID=$(az ad sp show --id http://$NAME --query appId --output tsv)',
			[[1, 'principal-by-uri']],
		],
		['a URI as name (document 003)', 'az ad sp create-for-rbac --name http://x --role acrpull', [[1, 'uri-as-name']]],
		[
			'a search by prefix taken for a look-up (document 002)',
			"az ad sp list --display-name $NAME --query '[].appId' -o tsv",
			[[1, 'search-by-prefix']],
		],
		['a flag of old (document 002)', 'az ad sp create-for-rbac --skip-assignment', [[1, 'deprecated-flag']]],
		[
			'Reader where pull is meant (document 000)',
			'az role assignment create --assignee $X --role Reader --scope $ACR',
			[[1, 'role-wider-than-pull']],
		],
		[
			'a token of three hours as a lasting secret (document 004)',
			'T=$(az acr login -n r --expose-token --query accessToken -o tsv)\nkubectl create secret docker-registry s --docker-password="$T"',
			[
				[1, 'short-token-as-secret'],
				[2, 'secret-as-argument'],
			],
		],
		[
			'a password without quotes (document 003)',
			'kubectl create secret docker-registry s --docker-password $P',
			[[1, 'secret-unquoted-argument']],
		],
		[
			'a password that is printed (document 000)',
			'P=$(az ad sp create-for-rbac -n x --query password -o tsv)\n\necho "Password: $P"',
			[
				[1, 'rerun-ends-passwords'],
				[3, 'secret-printed'],
			],
		],
		[
			'the client id "msi" (document 000)',
			'C=$(az aks show -n c -g g --query "servicePrincipalProfile.clientId" -o tsv)\naz role assignment create --assignee $C --role acrpull --scope $A',
			[[1, 'msi-is-no-principal']],
		],
		[
			'attach on a registry in ABAC mode (document 001)',
			'az acr create -n reg -g g --sku Basic --role-assignment-mode rbac-abac\naz aks update -n c -g g --attach-acr reg',
			[[2, 'attach-on-abac-registry']],
		],
		['a login with the password behind -p', 'docker login reg.azurecr.io -u x -p "$P"', [[1, 'secret-as-argument']]],
		[
			'the first of a search by prefix',
			`az ad app list --display-name "$NAME" --query '[0].id' -otsv`,
			[[1, 'search-by-prefix']],
		],
	])('%s', (_name, text, found) => expect(traps(text)).toEqual(found));
});

describe('a secret in the arguments is found, however the command is written', () => {
	it.each<[string, string]>([
		[
			'flags of the program before its command',
			'kubectl -n shop create secret docker-registry s --docker-password="$P"',
		],
		['flags between its words', 'kubectl create --namespace shop secret docker-registry s --docker-password="$P"'],
		['flags in a variable', 'kubectl "${FLAGS[@]}" create secret docker-registry s --docker-password "$P"'],
		['sudo with flags', 'sudo -E -u "$ME" docker login -u x -p "$P"'],
		['under another program', 'timeout -k 5 60 env -u A B=c oras login r.example -u x -p "$P"'],
		['in another folder, for a platform', './bin/cosign-linux-amd64 login r.example -u x -p "$P"'],
		['in a loop', 'until docker login r.example -u x -p "$P"; do sleep 1; done'],
		['a recipe of a Makefile', '\t@az login --service-principal -u $(ID) -p "$(KEY)"'],
		['a step of a pipeline', '- run: crane auth login r.example -u x -p "$P"'],
		['credentials of a copy', 'skopeo copy --src-creds "x:$P" docker://r.example/a docker://r.example/b'],
		['an import', 'az acr import -n reg --source r.example/a:1 -u x -p "$P"'],
		['a credential of a task', 'az acr task credential add -n t -r reg --login-server r.example -u x -p "$P"'],
		['what is written into a kubeconfig', 'kubelogin convert-kubeconfig -l spn --client-id x --client-secret "$P"'],
		['a flag that can be nothing else', '"$TOOL" deploy --client-secret "$P"'],
		['a password of Windows nodes', 'az aks create -n c -g g --windows-admin-password "$P"'],
		['a secret for a cluster', 'az aks update-credentials -n c -g g --reset-service-principal --client-secret "$P"'],
		['a program in a variable', '"${KUBECTL}" create secret docker-registry s --docker-password="$P"'],
		['a user of a kubeconfig', 'kubectl config set-credentials me --token="$T"'],
		['a login of a single command', 'kubectl --username me --password "$P" get pods'],
		['regctl', 'regctl registry login r.example -u x --pass "$P"'],
	])('%s', (_name, text) => expect(traps(text)).toEqual([[1, 'secret-as-argument']]));
});

it.each([
	['echo "Password: $P"', true],
	['echo "Password: $P" >&2', true],
	['echo "Password: $P" 1>&2', true],
	['echo "Password: $P" > /dev/stderr', true],
	['echo "> $P"', true],
	['echo "$P" 2>/dev/null', true],
	['echo "$P" > password.txt', false],
	['echo "$P" >>"$GITHUB_ENV"', false],
	['echo "$P" &> password.txt', false],
	['echo "$P" 2>&1 | docker login r.example -u x --password-stdin', false],
])('a password that is shown, and one that goes elsewhere: %s', (line, isShown) => {
	const script = `P=$(az ad sp create-for-rbac --query password -o tsv)\n${line}`;
	expect(traps(script)).toEqual(isShown ? [[2, 'secret-printed']] : []);
});

it('a redirection ends no command', () => {
	expect(traps('docker login r.example >/dev/null 2>&1 -u x -p "$P"')).toEqual([[1, 'secret-as-argument']]);
	expect(traps('make login & docker login r.example -u x -p "$P" &')).toEqual([[1, 'secret-as-argument']]);
});

it('a prose with apostrophes does not hide what follows', () => {
	const pipeline = `name: don't wait\nsteps:\n  - run: docker login r.example -u x -p "$P"`;
	expect(traps(pipeline)).toEqual([[3, 'secret-as-argument']]);
});

it('what only looks like a here-document hides nothing', () => {
	const script = 'cat <<< "text"\nsize=$((1 << SHIFT))\ndocker login r.example -u x -p "$P"';
	expect(traps(script)).toEqual([[3, 'secret-as-argument']]);
});

it('a transcript and a block of YAML in a document are read as well', () => {
	const text =
		'```console\n$ docker login r.example \\\n>  -u x -p "$P"\nLogin Succeeded\n```\n```yaml\n- az ad sp show --id http://x\n```';
	expect(traps(text)).toEqual([
		[2, 'secret-as-argument'],
		[7, 'principal-by-uri'],
	]);
});

it('what to do instead is something that the program has', () => {
	const fixOf = (text: string) => reviewScript(text)[0]?.fix ?? '';
	expect(fixOf('docker login -u x -p "$P"')).toContain('--password-stdin');
	// az has no --password-stdin.
	expect(fixOf('az login --service-principal -u x -p "$P"')).toMatch(/--identity.*@FILE/);
	expect(fixOf('regctl registry login r.example --pass "$P"')).toContain('--pass-stdin');
});

describe('what is no trap is not told of', () => {
	it.each<[string, string]>([
		['a comment', '# az ad sp create-for-rbac --name http://x'],
		['a text in quotes', "echo 'run az ad sp show --id http://x'"],
		['a here-document', 'cat <<EOF\naz ad sp show --id http://x\nEOF'],
		['the password from standard input', 'echo "$TOKEN" | docker login reg.azurecr.io -u x --password-stdin'],
		['the pull role', 'az role assignment create --assignee-object-id $X --role AcrPull --scope $ACR'],
		[
			'a role on something that is no registry',
			'az role assignment create --role contributor --assignee $X --scope $BATCH',
		],
		['attach on a registry in RBAC mode', 'az acr create -n reg -g g --sku Basic\naz aks update -n c --attach-acr reg'],
		['one scope', 'az ad sp create-for-rbac --scopes $ACR --role acrpull --display-name x'],
		['a token that is used at once', 'az acr login -n r --expose-token --query accessToken -o tsv'],
		['the port of docker run, which is -p too', 'docker run -p 80:80 x'],
		['what a transcript prints', '```console\n$ ls\naz ad sp show --id http://x\n```'],
		['a password from a file that az reads', 'az login --service-principal -u x -p @secret.txt'],
		[
			'a password whose place is in Key Vault',
			'az acr task credential add -u x -p https://v.vault.azure.net/secrets/p',
		],
		['a password that is -, standard input', 'printf %s "$P" | docker login -u x --password -'],
		['the text of a help', '```\n  --client-secret string   the secret\n```'],
		[
			'a token of three hours for a login now',
			'az acr login -n r --expose-token | docker login r --password-stdin\nkubectl create secret docker-registry s --from-file=c',
		],
		['a token that no secret takes', 'T=$(az acr login -n r --expose-token)\nkubectl apply -f DEPLOYMENT.yaml'],
		['a filter on the whole name', `az ad sp list --display-name x --query "[?displayName=='x'].appId" -o tsv`],
		['what is not in a code block of a document', 'az ad sp show --id http://x\n```bash\nls\n```'],
	])('%s', (_name, text) => expect(traps(text)).toEqual([]));
});

/** Scripts and documents with scripts that nobody wrote for this: what builds us, what our users read. */
const root = resolve(import.meta.dirname, '../../..');
// documents.md shows a line with traps, on purpose.
const own = globSync('{.ci/run,README.md,CONTRIBUTING.md,docs/*.md}', { cwd: root, exclude: ['docs/documents.md'] });

describe('what was not written for it, and has no trap', () => {
	it('is more than five', () => expect(own.length).toBeGreaterThan(5));
	it.each(own)('%s', (path) => expect(traps(readFileSync(join(root, path), 'utf8'))).toEqual([]));
});

it('names for every trap the line, what is wrong, and what to do', () => {
	const script = `#!/bin/bash
P=$(az ad sp create-for-rbac --name http://x --scopes $ACR --scope subscriptions/$S --role Reader --query password -o tsv)
ID=$(az ad sp show --id http://x --query appId -o tsv)
echo "Password: $P"
kubectl create secret docker-registry s --docker-password $P
C=$(az aks show -n c -g g --query "servicePrincipalProfile.clientId" -o tsv)
az role assignment create --assignee $C --role acrpull --scope $ACR
T=$(az acr login -n r --expose-token --query accessToken -o tsv)
kubectl create secret docker-registry t --docker-password="$T"
az acr create -n reg -g g --sku Basic --role-assignment-mode rbac-abac
az aks update -n c -g g --attach-acr reg
`;
	const found = reviewScript(script);
	expect(new Set(found.map(({ trap }) => trap)).size).toBeGreaterThanOrEqual(8);
	for (const { line, trap, says, fix } of found) {
		expect([trap, line > 1, says.length > 20, fix.length > 10]).toEqual([trap, true, true, true]);
	}
});

describe('parseScript', () => {
	it.each<[string, string, unknown]>([
		['goes on over lines', 'az acr \\\n  create -n x', [{ line: 1, words: ['az', 'acr', 'create', '-n', 'x'] }]],
		[
			'finds what runs in a substitution',
			'A=$(az x "$(b c)")',
			[
				{ line: 1, words: ['b', 'c'] },
				{ line: 1, words: ['az', 'x', '$(b c)'] },
			],
		],
		[
			'parts commands at pipes and semicolons',
			'a 1 | b 2; c 3 && d',
			[
				{ line: 1, words: ['a', '1'] },
				{ line: 1, words: ['b', '2'] },
				{ line: 1, words: ['c', '3'] },
				{ line: 1, words: ['d'] },
			],
		],
		['keeps quotes together', `a 'b c' "d 'e'" f\\ g`, [{ line: 1, words: ['a', 'b c', "d 'e'", 'f g'] }]],
		['counts lines in quoted code blocks', '> x\n>```shell\n>a b\n>```', [{ line: 3, words: ['a', 'b'] }]],
		[
			'takes spaces that are none to the shell for letters',
			'\uFEFFa \u00a0b',
			[{ line: 1, words: ['\uFEFFa', '\u00a0b'] }],
		],
		['reads what has no end to its end', 'a "b', [{ line: 1, words: ['a', 'b'] }]],
		[
			'reads what has no end to its substitution',
			'a $(b',
			[
				{ line: 1, words: ['b'] },
				{ line: 1, words: ['a', '$(b)'] },
			],
		],
	])('%s', (_name, text, commands) => {
		const seen = parseScript(text).map(({ line, words }) => ({ line, words: words.map((word) => word.text) }));
		expect(seen).toEqual(commands);
	});
});

const folder = resolve(process.env['LANYARD_REFERENCE'] ?? '../shared', 'seeds');
describe.skipIf(!existsSync(folder))('the source documents (else: not run: reference material absent)', () => {
	it.each([
		[
			'000',
			[
				'msi-is-no-principal',
				'principal-by-uri',
				'rerun-ends-passwords',
				'role-wider-than-pull',
				'secret-as-argument',
				'secret-printed',
			],
		],
		[
			'002',
			[
				'principal-by-uri',
				'rerun-ends-passwords',
				'scope-given-twice',
				'search-by-prefix',
				'secret-as-argument',
				'secret-printed',
				'uri-as-name',
			],
		],
		['001', []],
		['004', []],
		['003', ['rerun-ends-passwords', 'secret-as-argument', 'uri-as-name']],
	])('%s', (number, found) => {
		const name = readdirSync(folder).find((one) => one.startsWith(number)) ?? '';
		const seen = reviewScript(readFileSync(join(folder, name), 'utf8')).map(({ trap }) => trap);
		expect([...new Set(seen)].toSorted()).toEqual(found);
	});
});
