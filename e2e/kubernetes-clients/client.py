"""The Python client library against the API server that the kubeconfig names."""
import os

from kubernetes import client, config, watch

config.load_kube_config()
settings = client.Configuration.get_default_copy()
settings.proxy = os.environ["HTTPS_PROXY"]
client.Configuration.set_default(settings)
api = client.CoreV1Api()
version = api.list_namespaced_config_map("default").metadata.resource_version
api.create_namespaced_config_map("default", {"metadata": {"name": "py"}, "data": {"a": "1"}})
api.patch_namespaced_config_map("py", "default", {"data": {"b": "2"}})
kinds = []
for event in watch.Watch().stream(api.list_namespaced_config_map, "default", resource_version=version, timeout_seconds=10):
    if event["object"].metadata.name == "py":
        kinds.append(event["type"])
    if len(kinds) == 2:
        break
assert kinds == ["ADDED", "MODIFIED"], kinds
api.delete_namespaced_config_map("py", "default")
print("listed, watched, patched, deleted")
