import { Problem } from '@lanyard/core';
import type { Send } from './send.ts';

/** Sends and reads. Whatever problem the answer turns out to be says which host it came from. */
export async function ask<T>(send: Send, request: Request, read: (response: Response) => T | Promise<T>): Promise<T> {
	const response = await send(request);
	try {
		return await read(response);
	} catch (problem) {
		throw problem instanceof Problem ? located(problem, new URL(request.url).host) : problem;
	} finally {
		// A body that nobody reads keeps its connection busy.
		if (!response.bodyUsed) await response.body?.cancel();
	}
}

function located(problem: Problem, host: string): Problem {
	if (problem.where !== undefined) return problem;
	const { code, message: sentence, wanted, found, fix, cause } = problem;
	return new Problem(code, {
		sentence,
		...(wanted === undefined ? {} : { wanted }),
		...(found === undefined ? {} : { found }),
		where: host,
		fix,
		cause,
	});
}
