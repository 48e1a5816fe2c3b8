export interface ContainerdPlaces {
	folder: string;
	socket: string;
	sandboxImage: string;
}

/** The configuration of containerd 2.x for a node that keeps everything in one folder. */
export function containerdConfig(node: ContainerdPlaces): string {
	const place = placeIn(node);
	return `version = 3
root = ${place('containerd')}
state = ${place('containerd-state')}
temp = ${place('containerd-temp')}
imports = []

[grpc]
address = ${JSON.stringify(node.socket)}

[plugins.'io.containerd.internal.v1.opt']
path = ${place('opt')}

[plugins.'io.containerd.nri.v1.nri']
disable = true

[plugins.'io.containerd.image-verifier.v1.bindir']
bin_dir = ${place('image-verifier')}

[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = ${JSON.stringify(node.sandboxImage)}

[plugins.'io.containerd.cri.v1.runtime']
# Without CAP_SYS_RESOURCE, as in many CI machines, runc cannot lower a sandbox's score.
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
cdi_spec_dirs = []

[plugins.'io.containerd.cri.v1.runtime'.cni]
conf_dir = ${place('cni')}

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
SystemdCgroup = false
`;
}

/** The same for containerd 1.x. */
export function containerd1Config(node: ContainerdPlaces): string {
	const place = placeIn(node);
	return `version = 2
root = ${place('containerd')}
state = ${place('containerd-state')}
temp = ${place('containerd-temp')}

[grpc]
address = ${JSON.stringify(node.socket)}

[plugins.'io.containerd.internal.v1.opt']
path = ${place('opt')}

[plugins.'io.containerd.grpc.v1.cri']
sandbox_image = ${JSON.stringify(node.sandboxImage)}
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true

[plugins.'io.containerd.grpc.v1.cri'.cni]
conf_dir = ${place('cni')}

[plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'

[plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.runc.options]
SystemdCgroup = false
`;
}

function placeIn({ folder }: ContainerdPlaces): (name: string) => string {
	return (name) => JSON.stringify(`${folder}/${name}`);
}
