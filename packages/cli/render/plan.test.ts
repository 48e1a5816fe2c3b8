import type { Plan, Step } from '@lanyard/core';
import { expect, it } from 'vitest';

import { renderSteps } from './plan.ts';

const step = (id: string, says: string, undo: string): Step => ({
	...{ id, do: 'x', target: '/x', says, change: {}, before: {}, state: 'planned' },
	inverse: { do: 'y', says: undo, change: {} },
});
const plan: Plan = {
	...{ schema: 'lanyard.dev/plan/v1', id: '2f7k-9qdm', world: 'azure', seen: {} },
	goal: { method: 'create-cluster', target: { cluster: 'shop' } },
	proof: { by: 'none', says: '' },
	steps: [
		step('1', 'give  AcrPull  to  shop-kubelet  on  myregistry', 'remove it'),
		step('2', 'make  cluster  shop  (1 node, Standard_DS2_v2)  in  westeurope', 'delete it, with all that runs in it'),
	],
};

it('keeps the ways back in a column where there is room, and no line wider than the terminal', () => {
	expect(renderSteps(plan)).toMatchInlineSnapshot(`
		"  1  give  AcrPull  to  shop-kubelet  on  myregistry                       undo: remove it
		  2  make  cluster  shop  (1 node, Standard_DS2_v2)  in  westeurope
		     undo: delete it, with all that runs in it"
	`);
	expect(renderSteps(plan, 60)).toMatchInlineSnapshot(`
		"  1  give  AcrPull  to  shop-kubelet  on  myregistry
		     undo: remove it
		  2  make  cluster  shop  (1 node, Standard_DS2_v2)  in
		     westeurope
		     undo: delete it, with all that runs in it"
	`);
});
