import type { MachineSettings, Store } from '@lanyard/sandbox-ground';

/** What a registry says in place of its own answers, for as long as this stands. */
export interface RegistryAnswer {
	/** To which requests. */
	at: 'any' | 'challenge' | 'exchange' | 'token' | 'manifest' | 'blob';
	/** 0: the connection is closed without an answer. */
	status: number;
	/** An error of the distribution specification, as the body. */
	error?: { code: string; message: string };
	headers?: Record<string, string>;
}

type HostMap = 'resolver' | 'routes' | 'certificates' | 'addresses';

/** One thing about the world that no public API reaches, set to a value; null takes it back. */
export type Setting =
	| { machine: string; key: keyof MachineSettings; value: unknown }
	/** One host's entry in a map; those of other hosts stay. */
	| { machine: string; key: HostMap; host: string; value: unknown }
	/** A node as new: no images, nothing remembered. */
	| { machine: string; key: 'asNew'; value: true }
	| { registry: string; key: 'answers'; value: RegistryAnswer[] | null }
	/** Milliseconds; null: what the world was declared with. */
	| { world: 'azure'; key: 'replicationDelayMs'; value: number | null };

/** What is set at the moment; it lives in the world's store. */
export interface WorldSettings {
	ofMachine(name: string): MachineSettings;
	answersOf(registry: string): RegistryAnswer[];
	replicationDelayMs(): number | undefined;
	/** Notes it; what has to happen besides is for whoever runs the world. */
	keep(setting: Setting): void;
}

const nothing: MachineSettings = {};

export function openSettings(store: Store): WorldSettings {
	const machines = store.table<MachineSettings>('world/machine-settings');
	const registries = store.table<RegistryAnswer[]>('world/registry-answers');
	const numbers = store.table<number>('world/numbers');
	return {
		ofMachine: (name) => machines.get(name) ?? nothing,
		answersOf: (registry) => registries.get(registry) ?? [],
		replicationDelayMs: () => numbers.get('replicationDelayMs'),
		keep(setting) {
			if ('machine' in setting && setting.key === 'asNew') return;
			if ('machine' in setting) {
				const { [setting.key]: before, ...others } = machines.get(setting.machine) ?? nothing;
				const value = 'host' in setting ? withEntry(before, setting) : setting.value;
				machines.set(setting.machine, value === null ? others : { ...others, [setting.key]: value });
			} else if ('registry' in setting) put(registries, setting.registry, setting.value);
			else put(numbers, setting.key, setting.value);
		},
	};
}

function put<T>(
	table: { set(key: string, value: T): void; delete(key: string): boolean },
	key: string,
	value: T | null,
): void {
	if (value === null) table.delete(key);
	else table.set(key, value);
}

/** A map with one host's entry set, or taken away; null where nothing is left of it. */
function withEntry(map: unknown, { host, value }: { host: string; value: unknown }): object | null {
	const entries = Object.entries(Object(map)).filter(([name]) => name !== host);
	const next = value === null ? entries : [...entries, [host, value]];
	return next.length === 0 ? null : Object.fromEntries(next);
}
