import type { ExitCode } from '@lanyard/core';
import { z } from 'zod/mini';

import { labelled, table, wrap } from '../../render/layout.ts';
import { renderAs } from '../../render/output.ts';
import type { Context } from '../context.ts';
import { askAdmin, type NamedFlags } from './admin.ts';

const faultSchema = z.object({
	code: z.string(),
	target: z.string(),
	at: z.string(),
	edits: z.array(z.string()),
	says: z.optional(z.string()),
});
const rowSchema = z.object({ code: z.string(), does: z.optional(z.string()), not: z.optional(z.string()) });
const listSchema = z.object({ known: z.array(rowSchema), active: z.array(faultSchema) });
type Fault = z.infer<typeof faultSchema>;
type Row = z.infer<typeof rowSchema>;

export interface BreakFlags extends NamedFlags {
	code: string;
	target?: string;
	namespace?: string;
}

const schema = 'lanyard.dev/sandbox-faults/v1';

/** `lanyard sandbox break CODE [TARGET]`: makes a cause of failing pulls true. */
export async function sandboxBreak(context: Context, flags: BreakFlags): Promise<ExitCode> {
	const { code, target, namespace } = flags;
	const body = { code, ...(target !== undefined && { target }), ...(namespace !== undefined && { namespace }) };
	const fault = faultSchema.parse(await askAdmin(context, flags.name, { route: 'POST /faults', body }));
	const { known } = await readFaults(context, flags);
	const document = { schema, name: flags.name, broken: [fault] };
	context.terminal.result(await renderAs(flags.output, { document, text: () => renderBroken(flags, fault, known) }));
	return 0;
}

/** `lanyard sandbox mend [CODE]`: takes faults back. */
export async function sandboxMend(context: Context, flags: NamedFlags & { code?: string }): Promise<ExitCode> {
	const query = flags.code === undefined ? '' : `?code=${encodeURIComponent(flags.code)}`;
	const answer = await askAdmin(context, flags.name, { route: `DELETE /faults${query}` });
	const { mended } = z.object({ mended: z.array(faultSchema) }).parse(answer);
	const document = { schema, name: flags.name, mended };
	const text = () =>
		[...head(flags), ...mended.map(({ code, target }) => `  mended  ${code} on ${target}`), '', ...later].join('\n');
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return 0;
}

/** `lanyard sandbox faults`: what can be broken and how, what cannot, and what is. */
export async function sandboxFaults(context: Context, flags: NamedFlags): Promise<ExitCode> {
	const list = await readFaults(context, flags);
	const document = { schema, name: flags.name, ...list };
	const text = () => renderList(flags, list);
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return 0;
}

/** What can be broken in a world, what cannot, and what is. Throws `no-sandbox`, or `sandbox-does-not-answer`. */
export async function readFaults(
	context: Pick<Context, 'config' | 'signal'>,
	{ name }: Pick<NamedFlags, 'name'>,
): Promise<z.infer<typeof listSchema>> {
	return listSchema.parse(await askAdmin(context, name, { route: 'GET /faults' }));
}

const later = [
	"  Nodes try again within 5 minutes of the world's time; to have that now: lanyard sandbox clock +5m30s",
];

function head({ name }: NamedFlags): string[] {
	return [`sandbox "${name}"`, ''];
}

function renderBroken(flags: NamedFlags, { code, target, edits, says }: Fault, known: Row[]): string {
	const at = { indent: 2, label: 8 };
	const does = known.find((row) => row.code === code)?.does ?? '';
	const world = flags.name === 'default' ? 'sandbox' : `sandbox:${flags.name}`;
	const [first = '', ...more] = edits;
	return [
		...head(flags),
		labelled('broken', `${code} on ${target}`, at),
		labelled('how', does, at),
		labelled('done', short(first), at),
		...more.map((edit) => labelled('', short(edit), at)),
		labelled('says', says ?? 'nothing yet: the node is still waiting', at),
		'',
		labelled('see', `lanyard explain ${target} --world ${world}`, at),
		labelled('mend', `lanyard sandbox mend${flags.name === 'default' ? '' : ` --name ${flags.name}`}`, at),
	].join('\n');
}

/** A request without what is long and says little; the document has it whole. */
function short(edit: string): string {
	return edit
		.replace(/\?api-version=\S+$/, '')
		.replace(/\/subscriptions\/\S*\/registries\//, '/…/registries/')
		.replace(/\/providers\/Microsoft\.Authorization\//, '/…/');
}

function renderList(flags: NamedFlags, { known, active }: z.infer<typeof listSchema>): string {
	const can = known.flatMap(({ code, does }) => (does === undefined ? [] : [[code, does]]));
	const cannot = known.flatMap(({ code, not }) => (not === undefined ? [] : [[code, not]]));
	const standing = active.map(({ code, target, at }) => [code, `on ${target}, since ${at}`]);
	return [
		...head(flags),
		...(standing.length === 0 ? ['Nothing is broken.'] : ['Broken now:', '', rows(standing)]),
		'',
		'What can be broken (lanyard sandbox break CODE):',
		'',
		rows(can),
		'',
		'What cannot:',
		'',
		rows(cannot),
	].join('\n');
}

/** Codes in a column, their sentences wrapped beside them. */
function rows(pairs: string[][]): string {
	const width = Math.max(...pairs.map(([code = '']) => code.length));
	const lines = pairs.flatMap(([code = '', text = '']) =>
		wrap(text, 96 - width).map((line, i) => [(i === 0 ? code : '').padEnd(width), line]),
	);
	return table(lines);
}
