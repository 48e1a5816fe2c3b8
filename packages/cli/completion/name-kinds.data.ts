/** What a name can be the name of: a `cause` can be made true in a world, what is `broken` is. `file` is the shell's own to complete. */
export type NameKind =
	| 'cluster'
	| 'registry'
	| 'group'
	| 'subscription'
	| 'context'
	| 'namespace'
	| 'secret'
	| 'workload'
	| 'secret-user'
	| 'plan'
	| 'world'
	| 'sandbox'
	| 'cause'
	| 'broken'
	| 'file';

/** What the value of a flag names, in every command that has it. */
export const nameKindOfFlag: Record<string, NameKind> = {
	'--attach': 'registry',
	'--attach-to': 'secret-user',
	'--cluster': 'cluster',
	'--context': 'context',
	'--docker-config': 'file',
	'--events': 'file',
	'--file': 'file',
	'--forget': 'plan',
	'--group': 'group',
	'--kubeconfig': 'file',
	'--name': 'sandbox',
	'--namespace': 'namespace',
	'--registry': 'registry',
	'--state': 'file',
	'--subscription': 'subscription',
	'--world': 'world',
};

/** What the arguments of a command name, in their order; the last kind is that of all that follow. */
export const nameKindsOfArguments: Record<string, NameKind[]> = {
	check: ['workload'],
	explain: ['workload'],
	'registry show': ['registry'],
	resume: ['plan'],
	review: ['file'],
	'sandbox break': ['cause', 'workload'],
	'sandbox mend': ['broken'],
	'sandbox restore': ['file'],
	'sandbox snapshot': ['file'],
	'secret adopt': ['secret'],
	'secret delete': ['secret'],
	'secret rotate': ['secret'],
	'secret show': ['secret'],
	undo: ['plan'],
};
