"""Microsoft's Python SDK, as it comes with the Azure CLI, against a sandbox: makes, lists page by page, changes, deletes, is refused."""

import json
import os
import sys
import uuid

import msal
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.containerservice import ContainerServiceClient
from azure.mgmt.msi import ManagedServiceIdentityClient
from azure.mgmt.resource.resources import ResourceManagementClient

done = []


class Secret:
    """What azure-identity's ClientSecretCredential does, with the same MSAL beneath."""

    def __init__(self, app, secret):
        authority = f"https://login.microsoftonline.com/{os.environ['TENANT']}"
        self.app = msal.ConfidentialClientApplication(app, client_credential=secret, authority=authority)

    def get_token(self, *scopes, **_):
        answer = self.app.acquire_token_for_client(list(scopes))
        if "access_token" not in answer:
            raise PermissionError(answer["error_description"].split(":")[0])
        return AccessToken(answer["access_token"], 4_000_000_000)


def check(name, found, wanted):
    if found != wanted:
        sys.exit(f"{name}: {found!r} instead of {wanted!r}")
    done.append(name)


def refusal(work):
    try:
        work()
    except HttpResponseError as error:
        return [error.status_code, error.error.code]
    except PermissionError as error:
        return [401, str(error)]
    return None


owner = Secret(os.environ["APP"], os.environ["SECRET"])
subscription = os.environ["SUBSCRIPTION"]
resources = ResourceManagementClient(owner, subscription)
registries = ContainerRegistryManagementClient(owner, subscription).registries
clusters = ContainerServiceClient(owner, subscription).managed_clusters
identities = ManagedServiceIdentityClient(owner, subscription).user_assigned_identities
access = AuthorizationManagementClient(owner, subscription)

wrong = Secret(os.environ["APP"], "wrong")
check("a wrong secret is refused", refusal(lambda: wrong.get_token("https://management.azure.com/.default")), [401, "AADSTS7000215"])
check("a group is made", resources.resource_groups.create_or_update("mine", {"location": "westeurope"}).name, "mine")
for name in ["first111", "second22", "third333"]:
    registries.begin_create("mine", name, {"location": "westeurope", "sku": {"name": "Basic"}}, polling_interval=0.1).result()
pages = [[one.name for one in page] for page in resources.resources.list_by_resource_group("mine", top=2).by_page()]
check("lists come page by page", pages, [["first111", "second22"], ["third333"]])
changed = registries.begin_update("mine", "first111", {"properties": {"adminUserEnabled": True}}, polling_interval=0.1).result()
check("a registry is changed", changed.admin_user_enabled, True)
registries.begin_delete("mine", "third333", polling_interval=0.1).result()
check("what was deleted is gone", refusal(lambda: registries.get("mine", "third333")), [404, "ResourceNotFound"])
identity = identities.create_or_update("mine", "worker", {"location": "westeurope"})
scope = registries.get("mine", "first111").id
role = next(iter(access.role_definitions.list(scope, filter="roleName eq 'AcrPull'")))
properties = {"roleDefinitionId": role.id, "principalId": identity.principal_id, "principalType": "ServicePrincipal"}
give = lambda: access.role_assignments.create(scope, str(uuid.uuid4()), {"properties": properties})
check("a role is given", give().principal_id, identity.principal_id)
check("and not twice", refusal(give), [409, "RoleAssignmentExists"])
cluster = {
    "location": "westeurope",
    "identity": {"type": "SystemAssigned"},
    "properties": {"dnsPrefix": "small", "agentPoolProfiles": [{"name": "pool", "count": 1, "mode": "System", "vmSize": "Standard_DS2_v2"}]},
}
made = clusters.begin_create_or_update("mine", "small", cluster, polling_interval=0.1).result()
check("a cluster is made", made.provisioning_state, "Succeeded")
check("it has a kubeconfig", len(clusters.list_cluster_user_credentials("mine", "small").kubeconfigs), 1)
reader = ContainerRegistryManagementClient(Secret(os.environ["READER"], os.environ["SECRET"]), subscription).registries
check("a reader reads", reader.get("mine", "first111").name, "first111")
check("and nothing else", refusal(lambda: reader.list_credentials("mine", "first111")), [403, "AuthorizationFailed"])
resources.resource_groups.begin_delete("mine", polling_interval=0.1).result()
check("a group goes with all that is in it", refusal(lambda: resources.resource_groups.get("mine")), [404, "ResourceGroupNotFound"])
print(json.dumps(done))
