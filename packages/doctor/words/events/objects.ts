import type { WordEvent } from '../read-attempts.ts';

type Fields = Record<string, unknown>;

/** Reports out of one JSON value: a list, an event, a pod, or a line with a `message`. */
export function readObjects(value: unknown): WordEvent[] {
	if (Array.isArray(value)) return joined(value.flatMap(readObjects));
	if (!isFields(value)) return typeof value === 'string' ? [{ message: value }] : [];
	if (Array.isArray(value['items'])) return joined(value['items'].flatMap(readObjects));
	if (isFields(value['involvedObject']) || isFields(value['regarding'])) return readEvent(value);
	if (isFields(value['status']) && isFields(value['spec'])) return readPod(value);
	return readReport(value);
}

// What the kubelet and admission say of images (kubernetes pkg/kubelet/events/event.go, pkg/kubelet/images/types.go).
const reasons =
	/^(Failed|BackOff|InspectFailed|ErrImageNeverPull|FailedToRetrieveImagePullSecret|FailedCreate|FailedCreatePodSandBox|FailedPull|ImageInspectError|Evicted|FreeDiskSpaceFailed|ImageGCFailed)$/;
const noise = /^(Error: (ErrImagePull|ImagePullBackOff)|Back-off pulling image "[^"]*")$/;
const aboutImages = /image|pull|registry|secret|ErrImage|admission webhook|disk|sandbox/i;

function readEvent(event: Fields): WordEvent[] {
	const message = textOf(event['message']) ?? textOf(event['note']) ?? '';
	const reason = textOf(event['reason']) ?? '';
	if (!reasons.test(reason) || !aboutImages.test(message) || noise.test(message.trim())) return [];
	const object = isFields(event['involvedObject']) ? event['involvedObject'] : event['regarding'];
	const { namespace, name } = isFields(object) ? object : {};
	return [{ ...idOf(namespace, name), message: reason === 'Failed' ? message : `${reason}: ${message}` }];
}

const waiting =
	/^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable|SignatureValidationFailed|CreateContainerConfigError)$/;

function readPod({ metadata, status }: Fields): WordEvent[] {
	const { namespace, name } = isFields(metadata) ? metadata : {};
	const all = isFields(status)
		? ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'].flatMap((key) => listOf(status[key]))
		: [];
	return all.flatMap((container) => {
		const state =
			isFields(container['state']) && isFields(container['state']['waiting']) ? container['state']['waiting'] : {};
		const reason = textOf(state['reason']) ?? '';
		if (!waiting.test(reason)) return [];
		const image = textOf(container['image']);
		const said = `${reason}: ${textOf(state['message']) ?? ''}`;
		const isNamed = image === undefined || said.includes(image);
		return [{ ...idOf(namespace, name), message: isNamed ? said : `Failed to pull image "${image}": ${said}` }];
	});
}

/** A line of our own form, or of a program that logs in JSON. */
function readReport(line: Fields): WordEvent[] {
	const message = ['message', 'msg', 'log', 'note', 'MESSAGE'].flatMap((key) => textOf(line[key]) ?? [])[0];
	const error = textOf(line['error']) ?? textOf(line['err']);
	const said = [message, error].filter((part) => part !== undefined).join(': ');
	const optional = {
		id: textOf(line['id']) ?? numberOf(line['id']),
		context: textOf(line['context']),
		registryKind: textOf(line['registry_kind']),
		runtime: textOf(line['runtime']),
		platform: textOf(line['platform']),
	};
	const known = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
	return [{ ...known, message: said }];
}

/** Several events of one pod are one report: the warning about a secret and the refusal after it belong together. */
function joined(events: WordEvent[]): WordEvent[] {
	const byId = new Map<string, WordEvent>();
	return events.filter((event) => {
		if (event.id === undefined || event.context !== undefined || !event.id.includes('/')) return true;
		const before = byId.get(event.id);
		if (before === undefined) {
			byId.set(event.id, event);
			return true;
		}
		if (before.message.length < 16_000 && !before.message.includes(event.message))
			before.message = `${before.message.startsWith('- ') ? '' : '- '}${before.message}\n- ${event.message}`;
		return false;
	});
}

function idOf(namespace: unknown, name: unknown): { id?: string } {
	const parts = [textOf(namespace), textOf(name)].filter((part) => part !== undefined);
	return parts.length === 0 ? {} : { id: parts.join('/') };
}

function listOf(value: unknown): Fields[] {
	return Array.isArray(value) ? value.filter(isFields) : [];
}

function textOf(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): string | undefined {
	return typeof value === 'number' ? String(value) : undefined;
}

function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
