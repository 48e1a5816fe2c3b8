import { countIn, type Json, recordIn, textIn } from './json-body.ts';

export type Status = 'enabled' | 'disabled';

/** Policies of a registry that clients read back; only the audience switch decides about anything here. */
export interface RegistryPolicies {
	quarantine: Status;
	trust: Status;
	export: Status;
	retention: Timed;
	softDelete: Timed;
}

interface Timed {
	status: Status;
	days: number;
	/** RFC 3339. */
	updatedAt: string;
}

/** Every policy as a new registry has it (recorded). */
export function defaultPolicies(now: string): RegistryPolicies {
	const timed: Timed = { status: 'disabled', days: 7, updatedAt: now };
	return { quarantine: 'disabled', trust: 'disabled', export: 'enabled', retention: timed, softDelete: timed };
}

/** The policies after a client has written `properties.policies`. */
export function changePolicies(before: RegistryPolicies, told: Json, now: string): RegistryPolicies {
	const status = (name: string, old: Status) => readStatus(recordIn(told, name)) ?? old;
	return {
		quarantine: status('quarantinePolicy', before.quarantine),
		trust: status('trustPolicy', before.trust),
		export: status('exportPolicy', before.export),
		retention: changeTimed(before.retention, recordIn(told, 'retentionPolicy'), { days: 'days', now }),
		softDelete: changeTimed(before.softDelete, recordIn(told, 'softDeletePolicy'), { days: 'retentionDays', now }),
	};
}

/** `enabled` or `disabled`, in any case. */
export function readStatus(policy: Json): Status | undefined {
	const status = textIn(policy, 'status')?.toLowerCase();
	return status === 'enabled' || status === 'disabled' ? status : undefined;
}

/** Its stamp moves whenever a client writes it, changed or not (recorded). */
function changeTimed(before: Timed, told: Json, { days, now }: { days: string; now: string }): Timed {
	if (Object.keys(told).length === 0) return before;
	return { status: readStatus(told) ?? before.status, days: countIn(told, days) ?? before.days, updatedAt: now };
}
