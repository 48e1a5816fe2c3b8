"""azure-containerregistry, signed in with azure-identity: container_registry.py DEED REGISTRY REPOSITORY TAG.

Proxy, roots and who it is stand in the variables that these libraries read.
"""
import io
import sys

from azure.containerregistry import ContainerRegistryClient
from azure.identity import EnvironmentCredential

deed, host, repository, tag = sys.argv[1:5]
client = ContainerRegistryClient(f"https://{host}", EnvironmentCredential(), retry_total=0)
layer = b"a layer of the SDK"


def push():
    config, config_size = client.upload_blob(repository, io.BytesIO(b"{}"))
    blob, blob_size = client.upload_blob(repository, io.BytesIO(layer))
    image = {
        "schemaVersion": 2,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": config_size},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": blob, "size": blob_size}],
    }
    client.set_manifest(repository, image, tag=tag)


def pull():
    manifest = client.get_manifest(repository, tag).manifest
    stream = client.download_blob(repository, manifest["layers"][0]["digest"])
    assert b"".join(stream) == layer, "the layer came back otherwise"


def list_tags():
    assert tag in [one.name for one in client.list_tag_properties(repository)]


def list_repositories():
    assert repository in client.list_repository_names()


def retag():
    client.set_manifest(repository, client.get_manifest(repository, tag).manifest, tag="tagged")


deeds = {
    "sign in": lambda: list(client.list_repository_names()),
    "push": push,
    "pull": pull,
    "list tags": list_tags,
    "list repositories": list_repositories,
    "tag": retag,
    "delete": lambda: client.delete_tag(repository, "tagged"),
}
deeds[deed]()
