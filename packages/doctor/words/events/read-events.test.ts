import { expect, it, test } from 'vitest';
import { explainWords } from '../explain-words.ts';
import { readEvents } from './read-events.ts';

const image = 'myregistry.azurecr.io/nginx:v1';
const missing = `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve image: ${image}: not found`;

const event = (name: string, reason: string, message: string) => ({
	apiVersion: 'v1',
	kind: 'Event',
	involvedObject: { kind: 'Pod', namespace: 'shop', name },
	reason,
	message,
});
const list = {
	kind: 'List',
	items: [
		event('web', 'Scheduled', 'Successfully assigned shop/web to node1'),
		event('web', 'Pulling', `Pulling image "${image}"`),
		event(
			'web',
			'FailedToRetrieveImagePullSecret',
			'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
		),
		event('web', 'Failed', missing),
		event('web', 'Failed', 'Error: ErrImagePull'),
		event('other', 'Failed', missing),
	],
};
const pod = {
	kind: 'Pod',
	metadata: { namespace: 'shop', name: 'web' },
	spec: {},
	status: {
		containerStatuses: [
			{
				image,
				state: { waiting: { reason: 'ErrImagePull', message: 'rpc error: code = Unknown desc = toomanyrequests' } },
			},
			{ image: 'busybox', state: { running: {} } },
		],
	},
};
const describe = `Name:             web-7c9f
Namespace:        shop
Containers:
  web:
    Image:          ${image}
    State:          Waiting
      Reason:       ImagePullBackOff
Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Pulling    5s (x3 over 46s)   kubelet            Pulling image "${image}"
  Warning  Failed     5s (x3 over 46s)   kubelet            ${missing}
  Warning  Failed     5s (x3 over 46s)   kubelet            Error: ErrImagePull


Name:             fine
Namespace:        shop
Events:           <none>
`;
const journal = `Nov 25 03:00:01 node1 kubelet[812]: I1125 03:00:01.1 812 kubelet.go:1] "SyncLoop ADD" pods=["shop/web"]
Nov 25 03:00:02 node1 kubelet[812]: E1125 03:00:02.1 812 log.go:32] "PullImage from image service failed" err="rpc error: code = NotFound desc = failed to pull and unpack image \\"${image}\\": failed to resolve image: ${image}: not found" image="${image}"
Nov 25 03:00:02 node1 kubelet[812]: E1125 03:00:02.2 812 pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"web\\" with ErrImagePull: \\"toomanyrequests: You have reached your pull rate limit\\"" pod="shop/web" podUID="1"
`;
const containerd = `time="2026-11-25T03:00:01Z" level=info msg="PullImage \\"${image}\\""
time="2026-11-25T03:00:02Z" level=error msg="PullImage \\"${image}\\" failed" error="failed to do request: Head \\"https://myregistry.azurecr.io/v2/\\": x509: certificate signed by unknown authority"
`;
const lines = `{"id":"a","message":"toomanyrequests","registry_kind":"dockerhub","context":"since today"}
{"id":2,"message":"x509: certificate signed by unknown authority"}
{"id":"c","message":"toomanyrequests: You ha
`;

const cases: [name: string, text: string, read: [id: string | undefined, code: string | null][]][] = [
	[
		'kubectl get events -o json',
		JSON.stringify(list),
		[
			['shop/web', 'image-tag-not-found'],
			['shop/other', 'image-tag-not-found'],
		],
	],
	['kubectl get pod -o json', JSON.stringify(pod), [['shop/web', 'rate-limited']]],
	['kubectl get pods -o json', JSON.stringify({ items: [pod] }), [['shop/web', 'rate-limited']]],
	['kubectl describe', describe, [['shop/web-7c9f', 'image-tag-not-found']]],
	[
		"a kubelet's journal",
		journal,
		[
			['line 2', 'image-tag-not-found'],
			['shop/web', 'rate-limited'],
		],
	],
	["containerd's log", containerd, [['line 2', 'tls-unknown-ca']]],
	[
		'JSON lines, one of them broken',
		lines,
		[
			['a', 'rate-limited'],
			['2', 'tls-unknown-ca'],
			[undefined, 'rate-limited'],
		],
	],
	['a message', missing, [[undefined, 'image-tag-not-found']]],
	['nothing', ' \n', []],
];
const proofs = [
	event('lanyard-proof-8n7sjmbj', 'Failed', missing),
	event(
		'lanyard-proof-8n7sjmbj',
		'FailedToRetrieveImagePullSecret',
		'Unable to retrieve some image pull secrets (lanyard-proof-uses-no-secret); attempting to pull the image may not succeed.',
	),
];

it.each([
	['leaves out the proofs of lanyard', [...list.items, ...proofs], ['shop/web', 'shop/other']],
	['reads a proof where there is nothing else', proofs, ['shop/lanyard-proof-8n7sjmbj']],
])('%s', (_name, items, ids) => {
	expect([...new Set(readEvents(JSON.stringify({ kind: 'List', items })).map(({ id }) => id))]).toEqual(ids);
});

it('leaves out a line about a proof in what kubectl get events prints', () => {
	const line = (name: string, words: string) => `3m   Warning   Failed   pod/${name}   ${words}`;
	const text = [
		'LAST SEEN   TYPE      REASON    OBJECT    MESSAGE',
		line('web', missing),
		line(
			'lanyard-proof-8n7sjmbj',
			'Unable to retrieve some image pull secrets (lanyard-proof-uses-no-secret); attempting',
		),
	].join('\n');
	expect(readEvents(text).map(({ id }) => id)).toEqual(['pod/web']);
});

it.each(cases)('reads %s', (_name, text, read) => {
	expect(readEvents(text).map((one) => [one.id, explainWords(one).code])).toEqual(read);
});

test('a warning about a secret and the refusal after it are one report of the pod', () => {
	const [web] = readEvents(JSON.stringify(list));
	expect(web?.message).toContain('regcred');
	expect(web?.message).toContain('not found');
});

test('JSON of no known shape is read as nothing, and never thrown at', () => {
	for (const text of [
		'[]',
		'{}',
		'[1,null,{"items":7}]',
		'{"message":5}',
		'{"items":[{"involvedObject":{}}]}',
		'null',
		'"x"',
	]) {
		expect(() => readEvents(text).map((one) => explainWords(one))).not.toThrow();
	}
});
