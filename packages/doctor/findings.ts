import { broaderOf, type Finding, problems } from '@lanyard/core';
import { admissionCauses, policyCauses } from './links/admission.ts';
import { wordCauses } from './links/by-words.ts';
import { grantCauses } from './links/grant.ts';
import { imageCauses } from './links/image.ts';
import { secretCauses } from './links/keyring.ts';
import type { Cause } from './links/link.ts';
import { manifestCauses } from './links/manifest.ts';
import { noCredentialCauses } from './links/no-credential.ts';
import { tokenCauses } from './links/token.ts';
import type { Look } from './look.ts';
import { plain } from './words/plain.ts';
import type { Symptom } from './words/symptom.ts';

/** The causes of one failing pull, the one to mend first in front; none for a pull that works. */
export function findingsOf(look: Look): Finding[] {
	if (look.health !== 'failing') return [];
	return causesOf(look).map((cause) => findingOf(cause, look.symptom));
}

/** Why pods of this target were never made. */
export function findingsBeforePods(look: Pick<Look, 'facts'>): Finding[] {
	return policyCauses(look).map((cause) => findingOf(cause, undefined));
}

function causesOf(look: Look): Cause[] {
	const text = imageCauses(look);
	if (text.length > 0) return text;
	const { symptom } = look;
	if (symptom !== undefined && !isAboutCredentials(symptom)) return otherCauses(look, symptom);
	return credentialCauses(look);
}

const linksOfCredentials = new Set(['admission', 'keyring', 'identity', 'exchange', 'token', 'grant']);

// A 401 has twenty causes; rate limits and policies live on the same links but say so themselves.
function isAboutCredentials({ code, shownAt, confidence }: Symptom): boolean {
	if (code === 'rate-limited' || code === 'image-policy-rejected') return false;
	return linksOfCredentials.has(problems[code].link) || (shownAt === 'token' && confidence === 'possible');
}

// The registry let the node in: what is wrong is the image, the way, or the registry.
function otherCauses(look: Look, symptom: Symptom): Cause[] {
	const missing = symptom.shownAt === 'manifest' ? manifestCauses(look) : [];
	return missing.length > 0 ? missing : wordCauses(look, symptom);
}

/**
 * In the order in which a person would mend them: what the pods name, what they forgot to name, then the identity. What is
 * missing in the registry comes after a certain cause (it fails next) and before a merely possible one (it explains the 401).
 */
function credentialCauses(look: Look): Cause[] {
	const named = [...secretCauses(look), ...tokenCauses(look)];
	const granted = grantCauses(look);
	const missing = manifestCauses(look);
	const admission = admissionCauses(look);
	// A good secret that the named ones hide says more than what is wrong with those.
	const hiding = admission.filter(({ code }) => code === 'pod-secrets-hide-service-account');
	const sure = firstFilled([hiding, named, admission, granted.filter(isMoreThanPossible)]);
	if (sure.length > 0) return [...sure, ...missing];
	const said = look.symptom === undefined ? [] : wordCauses(look, look.symptom);
	return firstFilled([missing, preciseWords(look), granted, noCredentialCauses(look), said]);
}

// The words themselves may be precise where facts are silent: an expired token, an unknown application.
function preciseWords(look: Look): Cause[] {
	const precise = look.symptoms.find((symptom) => symptom.confidence !== 'possible');
	return precise === undefined ? [] : wordCauses(look, precise);
}

function isMoreThanPossible({ confidence }: Cause): boolean {
	return confidence !== 'possible';
}

function firstFilled(groups: Cause[][]): Cause[] {
	return groups.find((group) => group.length > 0) ?? [];
}

function findingOf(cause: Cause, symptom: Symptom | undefined): Finding {
	const { code: fine, confidence, evidence, others = [], decides = null } = cause;
	const code = broaderOf(fine);
	const { link, sentence, fix } = problems[fine];
	const candidates = [...new Set(others.map((other) => broaderOf(other)))].filter((other) => other !== code);
	return {
		code,
		...(fine === code ? {} : { fine }),
		link,
		shownAt: symptom?.shownAt ?? link,
		confidence,
		sentence: plain(cause.sentence ?? sentence),
		evidence,
		candidates: candidates.map((other) => ({ code: other, confidence: 'possible' })),
		decides: confidence === 'certain' && candidates.length === 0 ? null : decides,
		fix: { sentence: fix, ...cause.fix },
	};
}
