import { type Fields, fieldsAt, isFields, listAt, textAt } from '../json.ts';
import { type KubeObject, parseObject } from '../kube-object.ts';

/** Fills in what the API server fills in (pkg/apis/core/v1/defaults.go, pkg/apis/apps/v1/defaults.go), as far as anything here reads it. */
export function applyDefaults(object: KubeObject): KubeObject {
	switch (object.kind) {
		case 'Pod':
			return { ...object, spec: defaultPodSpec(fieldsAt(object, 'spec')) };
		case 'Deployment':
			return { ...object, spec: defaultDeploymentSpec(fieldsAt(object, 'spec')) };
		case 'ReplicaSet':
			return { ...object, spec: withTemplate({ replicas: 1, ...fieldsAt(object, 'spec') }) };
		case 'Secret':
			return defaultSecret(object);
		case 'Namespace':
			return defaultNamespace(object);
		default:
			return object;
	}
}

function defaultNamespace(object: KubeObject): KubeObject {
	const { metadata } = object;
	const labels = { 'kubernetes.io/metadata.name': metadata.name, ...metadata.labels };
	const spec = { finalizers: ['kubernetes'], ...fieldsAt(object, 'spec') };
	return {
		...object,
		metadata: { ...metadata, labels },
		spec,
		status: { phase: 'Active', ...fieldsAt(object, 'status') },
	};
}

function defaultSecret({ stringData, ...secret }: KubeObject): KubeObject {
	const plain = Object.entries(isFields(stringData) ? stringData : {});
	const encoded = plain.map(([key, text]): [string, string] => [key, Buffer.from(String(text)).toString('base64')]);
	const data: Fields = { ...fieldsAt(secret, 'data'), ...Object.fromEntries(encoded) };
	return { ...parseObject(secret), data, type: textAt(secret, 'type') || 'Opaque' };
}

function defaultDeploymentSpec(spec: Fields): Fields {
	return withTemplate({
		replicas: 1,
		revisionHistoryLimit: 10,
		progressDeadlineSeconds: 600,
		...spec,
		strategy: defaultStrategy(fieldsAt(spec, 'strategy')),
	});
}

function defaultStrategy(strategy: Fields): Fields {
	if (textAt(strategy, 'type') === 'Recreate') return strategy;
	const rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...fieldsAt(strategy, 'rollingUpdate') };
	return { type: 'RollingUpdate', rollingUpdate };
}

function withTemplate(spec: Fields): Fields {
	const template = fieldsAt(spec, 'template');
	return {
		...spec,
		template: {
			...template,
			metadata: { creationTimestamp: null, ...fieldsAt(template, 'metadata') },
			spec: defaultPodSpec(fieldsAt(template, 'spec')),
		},
	};
}

function defaultPodSpec(spec: Fields): Fields {
	const containers = listAt(spec, 'containers').map(defaultContainer);
	const initContainers = listAt(spec, 'initContainers').map(defaultContainer);
	const serviceAccount = textAt(spec, 'serviceAccountName') || textAt(spec, 'serviceAccount');
	return {
		restartPolicy: 'Always',
		terminationGracePeriodSeconds: 30,
		dnsPolicy: 'ClusterFirst',
		securityContext: {},
		schedulerName: 'default-scheduler',
		...spec,
		...(serviceAccount !== '' && { serviceAccountName: serviceAccount, serviceAccount }),
		containers,
		...(initContainers.length > 0 && { initContainers }),
	};
}

function defaultContainer(container: unknown): Fields {
	const fields = isFields(container) ? container : {};
	const ports = listAt(fields, 'ports').map((port) => ({ protocol: 'TCP', ...(isFields(port) ? port : {}) }));
	return {
		resources: {},
		terminationMessagePath: '/dev/termination-log',
		terminationMessagePolicy: 'File',
		imagePullPolicy: defaultPullPolicy(textAt(fields, 'image')),
		...fields,
		...(ports.length > 0 && { ports }),
	};
}

// SetDefaults_Container: `latest`, also unsaid, is always pulled; a digest never again.
function defaultPullPolicy(image: string): string {
	if (image.includes('@')) return 'IfNotPresent';
	const tag = /:(?<tag>[^/:]+)$/.exec(image)?.groups?.['tag'] ?? 'latest';
	return tag === 'latest' ? 'Always' : 'IfNotPresent';
}
