import { noteAnnotation } from '../secret-note.ts';
import { buildProofPod } from '../prove/proof-pod.ts';
import { quote } from './shell.ts';

/*
 * The steps that happen in a cluster, as lines for kubectl. What Lanyard keeps for its own undo (copies of what it replaced) a
 * script does not make: there is nothing that would take it back.
 */

type Change = Record<string, string>;

/** `kubectl` with the context and the namespace of a step. */
export function kubectl({ cluster = '', namespace }: Change): string {
	const name = cluster.startsWith('/') ? (cluster.split('/').at(-1) ?? '') : cluster.replace(/^context:/, '');
	const flags = [name && ` --context ${quote(name)}`, namespace ? ` --namespace ${quote(namespace)}` : ''];
	return `kubectl${flags.join('')}`;
}

/** Names a pull secret in a service account or a pod template, behind those that are there. */
export function nameSecret(change: Change): string[] {
	const { kind, secret = '' } = change;
	return kind === 'serviceaccount' ? listLines(change, secret) : [patch(change, { name: secret })];
}

/** Takes it out again; what is gone needs nothing taken out. */
export function unnameSecret(change: Change): string[] {
	const { kind = '', name = '', secret = '' } = change;
	const lines = kind === 'serviceaccount' ? listLines(change) : [patch(change, { $patch: 'delete', name: secret })];
	if (change['mayBeMissing'] !== 'true') return lines;
	return [
		`if ${kubectl(change)} get ${quote(kind)} ${quote(name)} >/dev/null 2>&1; then`,
		...lines.map((line) => `  ${line}`),
		'fi',
	];
}

/**
 * A service account's list is one value to the API (`ServiceAccount.imagePullSecrets` has no merge key, other than a pod's): a patch
 * with one name would throw the others away. So it is read, and written whole; names of secrets need no quoting in JSON.
 */
function listLines(change: Change, added?: string): string[] {
	const account = quote(change['name'] ?? '');
	const path = String.raw`'{range .imagePullSecrets[*]}{.name}{"\n"}{end}'`;
	const others = `${kubectl(change)} get serviceaccount ${account} --output jsonpath=${path} | { grep -vxF ${quote(change['secret'] ?? '')} || true; }`;
	const all = added === undefined ? others : `${others}; echo ${quote(added)}`;
	return [
		`names=$({ ${all}; } | sed 's/.*/{"name":"&"}/' | paste -sd, -)`,
		String.raw`${kubectl(change)} patch serviceaccount ${account} --type merge --patch "{\"imagePullSecrets\":[$names]}"`,
	];
}

/** A pod template's list is merged by name. */
function patch(change: Change, entry: Record<string, string>): string {
	const { kind = '', name = '' } = change;
	const template = { spec: { template: { spec: { imagePullSecrets: [entry] } } } };
	const body = JSON.stringify(kind === 'cronjob' ? { spec: { jobTemplate: template } } : template);
	return `${kubectl(change)} patch ${quote(kind)} ${quote(name)} --type strategic --patch ${quote(body)}`;
}

/** Notes where a secret is from. */
export function noteSecret(change: Change): string[] {
	const note = change['note'];
	const value = note === undefined ? `${noteAnnotation}-` : quote(`${noteAnnotation}=${note}`);
	return [`${kubectl(change)} annotate secret ${quote(change['name'] ?? '')} --overwrite ${value}`];
}

/** Reads a login out of a secret, to be proved. */
export function takeFromSecret(change: Change): string[] {
	const path = String.raw`'{.data.\.dockerconfigjson}'`;
	const read = `${kubectl(change)} get secret ${quote(change['name'] ?? '')} --output jsonpath=${path}`;
	return [`${read} | base64 -d | grep -qF ${quote(`"${change['servers'] ?? ''}"`)}`];
}

/**
 * A pull on each pool by a pod that runs nothing, as Lanyard does it: with a new pod for each attempt, for back-off belongs to a
 * pod and grows to five minutes. The script ends with an error where none of them pulled.
 */
export function provePull(change: Change, id: string): string[] {
	const { image = '', pools = '', namespace = 'default' } = change;
	const run = kubectl({ ...change, namespace });
	return pools.split(',').flatMap((pool, at) => {
		const name = `lanyard-proof-${id}x${at}`;
		const events = `${run} get events --field-selector involvedObject.name=${name},reason`;
		return [
			'pulled=',
			'for attempt in $(seq 30); do',
			`  ${run} create -f - <<'JSON'`,
			JSON.stringify(buildProofPod({ name, namespace, image, pool })),
			'JSON',
			'  for second in $(seq 60); do',
			`    pulled=$(${events}=Pulled --output name)`,
			`    failed=$(${events}=Failed --output name)`,
			'    if [ -n "$pulled$failed" ]; then break; fi',
			'    sleep 1',
			'  done',
			`  ${run} delete pod ${name} --wait=true`,
			'  if [ -n "$pulled" ]; then break; fi',
			'  sleep 10',
			'done',
			`if [ -z "$pulled" ]; then echo 'no pull on ${pool}' >&2; exit 1; fi`,
		];
	});
}
