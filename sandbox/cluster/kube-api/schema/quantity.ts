const pattern = /^(?<number>[+-]?[0-9.]+)(?<suffix>[eEinumkKMGTP]*[-+]?[0-9]*)$/;

const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** What the API server says of a text that is no quantity. */
export const quantityRule =
	"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** A quantity as the API server writes it (resource.Quantity's canonical form): `1000m` is `1`; undefined where it is none. */
export function canonicalQuantity(value: unknown): string | undefined {
	const parts = split(value);
	if (!parts) return undefined;
	const [number, suffix] = parts;
	if (suffix !== '' && binary.includes(suffix)) {
		return canonicalBinary(toNano(number, 0) * 1024n ** BigInt(binary.indexOf(suffix)));
	}
	const exponent = /^[eE](?<power>[-+]?\d+)$/.exec(suffix)?.groups?.['power'];
	if (exponent !== undefined) return canonicalExponent(toNano(number, Number(exponent)));
	const power = decimal[suffix];
	return power === undefined ? undefined : canonicalDecimal(toNano(number, power));
}

function split(value: unknown): [number: string, suffix: string] | undefined {
	const text = typeof value === 'number' ? String(value) : value;
	const groups = typeof text === 'string' ? pattern.exec(text)?.groups : undefined;
	const number = groups?.['number'] ?? '';
	// An exponent that no quantity has would be a number as long.
	if (!/\d/.test(number) || number.length > 40 || /\..*\./.test(number)) return undefined;
	const suffix = groups?.['suffix'] ?? '';
	return /\d{3}/.test(suffix) ? undefined : [number, suffix];
}

/** In billionths, rounded up as the server does with what is smaller. */
function toNano(number: string, power: number): bigint {
	const [whole = '', fraction = ''] = number.replace(/^[+-]/, '').split('.');
	const digits = BigInt(`${whole}${fraction}` || '0');
	const shift = 9 + power - fraction.length;
	const size = shift >= 0 ? digits * 10n ** BigInt(shift) : divideUp(digits, 10n ** BigInt(-shift));
	return number.startsWith('-') ? -size : size;
}

function divideUp(value: bigint, by: bigint): bigint {
	return (value + by - 1n) / by;
}

function canonicalBinary(nano: bigint): string {
	const size = nano < 0n ? -nano : nano;
	// Less than 1024, or no whole number: the decimal form is used instead.
	if (size < 1024n * 1_000_000_000n || size % 1_000_000_000n !== 0n) return canonicalDecimal(nano);
	let value = nano / 1_000_000_000n;
	let power = 0;
	while (value !== 0n && value % 1024n === 0n && power < binary.length - 1) {
		value /= 1024n;
		power += 1;
	}
	return `${value}${binary[power] ?? ''}`;
}

function canonicalDecimal(nano: bigint): string {
	const [value, power] = reduce(nano);
	const suffix = Object.entries(decimal).find(([, one]) => one === power)?.[0] ?? '';
	return `${value}${suffix}`;
}

function canonicalExponent(nano: bigint): string {
	const [value, power] = reduce(nano);
	return power === 0 ? String(value) : `${value}e${power}`;
}

function reduce(nano: bigint): [value: bigint, power: number] {
	if (nano === 0n) return [0n, 0];
	let value = nano;
	let power = -9;
	while (value % 1000n === 0n && power < 18) {
		value /= 1000n;
		power += 3;
	}
	return [value, power];
}
