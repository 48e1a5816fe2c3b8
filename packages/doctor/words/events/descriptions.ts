import type { WordEvent } from '../read-attempts.ts';

// A pod as `kubectl describe` prints it begins with its name at the start of a line.
const begins = /^Name: {1,40}(\S{1,253})$/;
const eventLine = /^ {1,8}(?:Warning|Normal) {1,40}(\S{1,60}) /;
const telling =
	/^(Failed|InspectFailed|ErrImageNeverPull|FailedToRetrieveImagePullSecret|FailedCreate|FailedCreatePodSandBox|Evicted)$/;
const noise = /Error: (ErrImagePull|ImagePullBackOff)\s*$/;

/** One report per pod of `kubectl describe`; none if the text is something else. */
export function readDescriptions(text: string): WordEvent[] {
	const pods: { id: string; lines: string[] }[] = [];
	let inEvents = false;
	for (const line of text.split('\n')) {
		const name = begins.exec(line)?.[1];
		const pod = pods.at(-1);
		if (name !== undefined) pods.push({ id: name, lines: [] });
		if (name !== undefined || pod === undefined) {
			inEvents = false;
			continue;
		}
		const namespace = /^Namespace: {1,40}(\S{1,253})$/.exec(line)?.[1];
		if (namespace !== undefined) pod.id = `${namespace}/${pod.id}`;
		if (line.startsWith('Events:')) inEvents = true;
		const reason = eventLine.exec(line)?.[1];
		const isEvent = inEvents && reason !== undefined && telling.test(reason) && !noise.test(line);
		const isState =
			/^ {1,12}(?:Reason|Message): {1,40}(?:ErrImage|ImagePull|InvalidImage|rpc error|failed to|Back-off pulling)/.test(
				line,
			);
		if (isEvent || isState) pod.lines.push(`- ${line.trim().replace(/^(Reason|Message): +/, '')}`);
	}
	return pods
		.filter(({ lines }) => lines.length > 0)
		.map(({ id, lines }) => ({ id, message: [...new Set(lines)].join('\n') }));
}
