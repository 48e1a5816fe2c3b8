import { firstDate, firstString, optionalNumber, optionalString, stringField } from '../field.ts';
import { present } from '../present.ts';

/** An event, either of the core or of the events.k8s.io group. */
export interface KubeEvent {
	name: string;
	namespace: string;
	/** `Normal` or `Warning`. */
	type: string;
	reason: string;
	message: string;
	count: number;
	firstSeenAt?: Date;
	lastSeenAt?: Date;
	/** `kubelet`, `default-scheduler`, … */
	reportedBy: string;
	about: { kind: string; namespace: string; name: string; uid: string };
}

/** Reads an event. Newer writers fill `eventTime` and `series` and leave the older fields empty. */
export function parseEvent(json: unknown): KubeEvent {
	return present({
		name: stringField(json, 'metadata.name'),
		namespace: optionalString(json, 'metadata.namespace') ?? '',
		type: optionalString(json, 'type') ?? 'Normal',
		reason: optionalString(json, 'reason') ?? '',
		message: firstString(json, ['message', 'note']) ?? '',
		count: countOf(json),
		firstSeenAt: firstDate(json, ['firstTimestamp', 'deprecatedFirstTimestamp', ...madeAt]),
		lastSeenAt: firstDate(json, ['series.lastObservedTime', 'lastTimestamp', 'deprecatedLastTimestamp', ...madeAt]),
		reportedBy: firstString(json, reporters) ?? '',
		about: parseAbout(json, optionalString(json, 'involvedObject.kind') ? 'involvedObject' : 'regarding'),
	});
}

const madeAt = ['eventTime', 'metadata.creationTimestamp'];
const reporters = ['source.component', 'reportingComponent', 'reportingController', 'deprecatedSource.component'];

function countOf(json: unknown): number {
	for (const path of ['series.count', 'count', 'deprecatedCount']) {
		const count = optionalNumber(json, path);
		if (count !== undefined) return count;
	}
	return 1;
}

function parseAbout(json: unknown, path: string): KubeEvent['about'] {
	return {
		kind: optionalString(json, `${path}.kind`) ?? '',
		namespace: optionalString(json, `${path}.namespace`) ?? '',
		name: optionalString(json, `${path}.name`) ?? '',
		uid: optionalString(json, `${path}.uid`) ?? '',
	};
}
