/** One command of a client, and what its output must say. */
export interface ClientStep {
	client: 'kubectl' | 'helm' | 'javascript' | 'python' | 'go';
	args: string[];
	/** What standard output (or, of a failure, the error) must match. */
	says: RegExp;
	/** It works on a real cluster and not here: it must fail. */
	isBeyondUs?: true;
	/** The exit code; 0 where nothing is said. */
	status?: number;
}

const kubectl = (args: string, says: RegExp, more: Partial<ClientStep> = {}): ClientStep => ({
	client: 'kubectl',
	args: args.split(' '),
	says,
	...more,
});
const helm = (args: string, says: RegExp): ClientStep => ({ client: 'helm', args: args.split(' '), says });

const image = 'myregistry.azurecr.io/nginx:v1';
const changed = 1;

/** What the clients do, in this order; `web.yaml` and `chart` lie in the folder in which they run. */
export const clientSteps: ClientStep[] = [
	kubectl('version', /Server Version: v1\.35\.4/),
	kubectl('get nodes -o wide', /aks-nodepool1-\d+-vmss000000 +Ready .*containerd/),
	kubectl('api-resources --api-group=apps', /deployments +deploy +apps\/v1 +true +Deployment/),
	kubectl('explain pod.spec.containers.image', /FIELD: image <string>/),
	kubectl('apply -f web.yaml', /deployment.apps\/web created\nservice\/web created/),
	kubectl('apply -f web.yaml', /deployment.apps\/web unchanged\nservice\/web unchanged/),
	kubectl('diff -f web.yaml', /^$/),
	kubectl('diff -f other.yaml', /\+ +replicas: 2/, { status: changed }),
	kubectl('rollout status deploy/web --timeout=240s', /deployment "web" successfully rolled out/),
	kubectl('wait --for=condition=Available deploy/web --timeout=240s', /deployment.apps\/web condition met/),
	kubectl('get deploy web', /web +1\/1 +1 +1 +(\d+[hms])+$/m),
	kubectl('get pods -l app=web -w --request-timeout=5s', /web-\w+-\w{5} +1\/1 +Running +0/, { status: 0 }),
	kubectl('wait --for=jsonpath={.status.loadBalancer.ingress} svc/web --timeout=240s', /condition met/),
	kubectl('get svc web', /LoadBalancer +10\.0\.\d+\.\d+ +198\.51\.100\.\d+ +80:3\d{4}\/TCP/),
	kubectl('get endpointslices -l kubernetes.io/service-name=web', /IPv4 +80 +10\.244\./),
	kubectl('describe deploy web', /NewReplicaSet: +web-\w+ \(1\/1 replicas created\)/),
	kubectl('scale deploy web --replicas=2', /scaled/),
	kubectl('set image deploy/web web=myregistry.azurecr.io/nginx:v2', /image updated/),
	kubectl('rollout status deploy/web --timeout=240s', /successfully rolled out/),
	kubectl('rollout history deploy/web', /1 +<none>\n2 +<none>/),
	kubectl('rollout undo deploy/web', /rolled back/),
	kubectl('rollout status deploy/web --timeout=240s', /successfully rolled out/),
	kubectl('get deploy web -o jsonpath={.spec.template.spec.containers[0].image}', /nginx:v1/),
	kubectl('apply --server-side --force-conflicts -f web.yaml', /deployment.apps\/web serverside-applied/),
	kubectl('apply --server-side --field-manager=other -f other.yaml', /Apply failed with \d+ conflict/, {
		status: changed,
	}),
	kubectl('label deploy web tier=front', /labeled/),
	kubectl('annotate deploy web note=x', /annotated/),
	kubectl('patch deploy web --type=json -p [{"op":"remove","path":"/metadata/annotations/note"}]', /patched/),
	{
		client: 'kubectl',
		args: [
			'create',
			'secret',
			'docker-registry',
			'pull',
			'--docker-server=x',
			'--docker-username=u',
			'--docker-password=of-this-test',
		],
		says: /secret\/pull created/,
	},
	kubectl('create secret generic any --from-literal=a=b', /secret\/any created/),
	kubectl('create configmap any --from-literal=a=b --dry-run=server', /configmap\/any created \(server dry run\)/),
	kubectl('create namespace shop', /namespace\/shop created/),
	kubectl('create serviceaccount robot -n shop', /serviceaccount\/robot created/),
	kubectl(
		'create rolebinding robot --clusterrole=view --serviceaccount=shop:robot -n shop',
		/rolebinding.rbac.*\/robot created/,
	),
	kubectl('auth can-i list pods -n shop --as=system:serviceaccount:shop:robot', /^yes/),
	kubectl('auth can-i delete pods -n shop --as=system:serviceaccount:shop:robot', /^no/, { status: changed }),
	kubectl('auth can-i --list -n shop --as=system:serviceaccount:shop:robot', /pods\/log/),
	kubectl('auth whoami', /Username +masterclient[\s\S]*X509SHA256=/),
	kubectl('create token robot -n shop', /^ey[\w-]+\.ey[\w-]+\.[\w-]+/),
	kubectl('get secrets -n shop --as=system:serviceaccount:shop:robot', /cannot list resource "secrets"/, {
		status: changed,
	}),
	kubectl(`run one --image=${image} --restart=Never`, /pod\/one created/),
	kubectl('wait --for=condition=Ready pod/one --timeout=240s', /pod\/one condition met/),
	kubectl('logs one', /^$/),
	kubectl('describe pod one', /Successfully pulled image|already present on machine/),
	kubectl('events --for pod/one', /Scheduled/),
	kubectl('delete pod one --wait', /pod "one" deleted/),
	kubectl('delete -f web.yaml --wait', /deployment.apps "web" deleted/),
	kubectl('wait --for=delete pod -l app=web --timeout=240s', /^|condition met/),
	kubectl('delete namespace shop --wait', /namespace "shop" deleted/),
	kubectl('get namespace shop', /namespaces "shop" not found/, { status: changed }),
	kubectl('exec deploy/web -- true', /./, { status: 1, isBeyondUs: true }),
	kubectl('attach deploy/web', /./, { status: 1, isBeyondUs: true }),
	kubectl('port-forward deploy/web 8080:80', /./, { status: 1, isBeyondUs: true }),
	helm('install rel chart --wait --timeout 240s', /STATUS: deployed/),
	helm('upgrade rel chart --set tag=v2 --wait --timeout 240s', /REVISION: 2/),
	helm('rollback rel 1 --wait --timeout 240s', /Rollback was a success/),
	helm('history rel', /3 .*deployed/),
	helm('uninstall rel --wait --timeout 240s', /release "rel" uninstalled/),
	kubectl('get deploy,svc -l app=rel', /^$/),
	{ client: 'javascript', args: [], says: /listed, watched, patched, deleted/ },
	{ client: 'python', args: [], says: /listed, watched, patched, deleted/ },
	{
		client: 'go',
		args: [],
		says: /^json deletion: the namespace is gone\n[^]*^protobuf deletion: the namespace is gone$/m,
	},
];
