/* RBAC's rules and how they match (pkg/apis/rbac/v1/evaluation_helpers.go, component-helpers/auth/rbac/validation). */
import { listAt } from '../../json.ts';
import { type Attributes, isPath } from './attributes.ts';

export interface Rule {
	verbs: string[];
	apiGroups: string[];
	resources: string[];
	resourceNames: string[];
	nonResourceURLs: string[];
}

/** Reads the rules of a role. */
export function readRules(role: unknown): Rule[] {
	return listAt(role, 'rules').map(readRule);
}

/** Reads one rule. */
export function readRule(rule: unknown): Rule {
	const texts = (name: string) => listAt(rule, name).map(String);
	return {
		verbs: texts('verbs'),
		apiGroups: texts('apiGroups'),
		resources: texts('resources'),
		resourceNames: texts('resourceNames'),
		nonResourceURLs: texts('nonResourceURLs'),
	};
}

/** Whether a rule lets something through. */
export function ruleAllows(rule: Rule, attributes: Attributes): boolean {
	if (!hasOrAll(rule.verbs, attributes.verb)) return false;
	if (isPath(attributes)) return rule.nonResourceURLs.some((url) => matchesPath(url, attributes.path));
	const { group, resource, subresource, name = '' } = attributes;
	return (
		hasOrAll(rule.apiGroups, group) &&
		matchesResource(rule.resources, resource, subresource) &&
		(rule.resourceNames.length === 0 || rule.resourceNames.includes(name))
	);
}

function hasOrAll(list: string[], wanted: string): boolean {
	return list.includes('*') || list.includes(wanted);
}

function matchesResource(list: string[], resource: string, subresource: string | undefined): boolean {
	const combined = subresource === undefined ? resource : `${resource}/${subresource}`;
	return hasOrAll(list, combined) || (subresource !== undefined && list.includes(`*/${subresource}`));
}

function matchesPath(url: string, path: string): boolean {
	if (url === '*' || url === path) return true;
	return url.endsWith('*') && path.startsWith(url.slice(0, -1));
}

/** One thing that a rule gives: one verb on one resource, name or path. */
interface Atom extends Rule {
	isPath: boolean;
}

function atomsOf(rule: Rule): Atom[] {
	const paths = rule.nonResourceURLs.flatMap((url) =>
		rule.verbs.map((verb): Atom => ({ ...empty, verbs: [verb], nonResourceURLs: [url], isPath: true })),
	);
	const names = rule.resourceNames.length > 0 ? rule.resourceNames.map((name) => [name]) : [[]];
	const resources = rule.apiGroups.flatMap((group) =>
		rule.resources.flatMap((resource) =>
			rule.verbs.flatMap((verb) =>
				names.map((resourceNames): Atom => ({
					...empty,
					verbs: [verb],
					apiGroups: [group],
					resources: [resource],
					resourceNames,
					isPath: false,
				})),
			),
		),
	);
	return [...resources, ...paths];
}

const empty: Rule = { verbs: [], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };

function covers(owner: Rule, atom: Atom): boolean {
	const [verb = '', group = '', resource = '', url = ''] = [
		atom.verbs[0],
		atom.apiGroups[0],
		atom.resources[0],
		atom.nonResourceURLs[0],
	];
	if (!hasOrAll(owner.verbs, verb)) return false;
	if (atom.isPath) return owner.nonResourceURLs.some((one) => matchesPath(one, url));
	const [plural = '', subresource] = resource.split('/');
	const [name] = atom.resourceNames;
	const hasName = owner.resourceNames.length === 0 || (name !== undefined && owner.resourceNames.includes(name));
	return hasOrAll(owner.apiGroups, group) && matchesResource(owner.resources, plural, subresource) && hasName;
}

/** What some rules give beyond what others do, gathered as the escalation check tells it. */
export function missingRules(owned: Rule[], wanted: Rule[]): Rule[] {
	const missing = wanted.flatMap(atomsOf).filter((atom) => !owned.some((rule) => covers(rule, atom)));
	const gathered = new Map<string, Rule>();
	for (const { verbs, isPath: _isPath, ...rest } of missing) {
		const key = JSON.stringify(rest);
		const known = gathered.get(key) ?? { ...rest, verbs: [] };
		gathered.set(key, { ...known, verbs: [...new Set([...known.verbs, ...verbs])] });
	}
	return [...gathered.values()].toSorted((a, b) => (render(a) < render(b) ? -1 : 1));
}

/** A rule as Go's `CompactString` prints it. */
export function render({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: Rule): string {
	const parts = Object.entries({
		APIGroups: apiGroups,
		Resources: resources,
		NonResourceURLs: nonResourceURLs,
		ResourceNames: resourceNames,
		Verbs: verbs,
	})
		.filter(([, values]) => values.length > 0)
		.map(([name, values]) => `${name}:${renderList(values)}`);
	return `{${parts.join(', ')}}`;
}

function renderList(values: string[]): string {
	return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}

/** Groups as Go's `%q` prints them. */
export function renderGroups(groups: string[]): string {
	return renderList(groups);
}
