import { type Expression, type Node, type Program, type PropertyKey, Visitor } from 'oxc-parser';

interface Found {
	uses: { name: string; offset: number }[];
	imports: { from: string; isType: boolean; offset: number }[];
}

/**
 * Lists what a program uses by name, and what it imports in the middle of code. Scopes are not looked at: a parameter
 * called `fetch` counts as `fetch`, so that reading the rule and reading the code come to the same answer.
 */
export function collectUses(program: Program): Found {
	const uses: Found['uses'] = [];
	const imports: Found['imports'] = [];
	const names = new Set<Node>();
	const isName = ({ key, computed }: { key: PropertyKey; computed: boolean }) => {
		if (!computed) names.add(key);
	};
	new Visitor({
		MemberExpression(node) {
			const name = memberName(node);
			if (name) uses.push({ name, offset: node.start });
			if (!node.computed) names.add(node.property);
		},
		NewExpression({ callee, arguments: given, start }) {
			if (callee.type === 'Identifier' && given.length === 0)
				uses.push({ name: `new ${callee.name}()`, offset: start });
		},
		CallExpression({ callee, start }) {
			if (callee.type === 'Identifier') uses.push({ name: `${callee.name}()`, offset: start });
		},
		Property(node) {
			if (!node.shorthand) isName(node);
		},
		MethodDefinition: isName,
		PropertyDefinition: isName,
		TSPropertySignature: isName,
		TSMethodSignature: isName,
		Identifier(node) {
			if (!names.has(node)) uses.push({ name: node.name, offset: node.start });
		},
		ImportExpression({ source, start }) {
			if (source.type === 'Literal') imports.push({ from: String(source.value), isType: false, offset: start });
		},
		TSImportType({ source, start }) {
			imports.push({ from: source.value, isType: true, offset: start });
		},
	}).visit(program);
	return { uses, imports };
}

/** `process.env` for that, for `globalThis.process.env` and for `process['env']`; undefined for what has no such name. */
function memberName(node: Expression): string | undefined {
	if (node.type === 'Identifier') return node.name;
	if (node.type !== 'MemberExpression') return undefined;
	const { property, object } = node;
	const member =
		property.type === 'Literal'
			? property.value
			: property.type === 'Identifier' && !node.computed
				? property.name
				: '';
	const owner = memberName(object);
	if (typeof member !== 'string' || member === '' || !owner) return undefined;
	return owner === 'globalThis' ? member : `${owner}.${member}`;
}
