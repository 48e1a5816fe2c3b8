import type { FieldFault } from '../api-error.ts';

/** apimachinery's field.Required. */
export function required(field: string, more?: string): FieldFault {
	return { field, message: `Required value${more === undefined ? '' : `: ${more}`}`, reason: 'FieldValueRequired' };
}

/** field.Invalid */
export function wrong(field: string, value: unknown, why: string): FieldFault {
	return { field, message: `Invalid value: ${JSON.stringify(value)}: ${why}`, reason: 'FieldValueInvalid' };
}

/** field.Forbidden */
export function forbidden(field: string, why: string): FieldFault {
	return { field, message: `Forbidden: ${why}`, reason: 'FieldValueForbidden' };
}

/** field.NotSupported */
export function unsupported(field: string, value: string, known: string[]): FieldFault {
	const list = known.map((one) => JSON.stringify(one)).join(', ');
	const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
	return { field, message, reason: 'FieldValueNotSupported' };
}

/** A number that must not be negative; what is absent is not looked at. */
export function atLeastZero(field: string, value: number | undefined): FieldFault[] {
	return value !== undefined && value < 0 ? [wrong(field, value, 'must be greater than or equal to 0')] : [];
}
