# Commands of Microsoft's pages, as they stand there, in the order of the pages; the pages were opened (MicrosoftDocs/azure-management-docs on
# GitHub) and this was written before it was run once. Changed are placeholders only (<registry-name>, myrepo, the Docker Hub account), and
# --yes stands where a page's reader is asked. Written between them: what a page says in words that comes out.
set -e

# articles/container-registry/container-registry-get-started-azure-cli.md: a group and a registry to work with
az group create --name myResourceGroup --location eastus
az acr create --resource-group myResourceGroup --name mysourceregistry --sku Standard

# articles/container-registry/container-registry-rbac-abac-repository-permissions.md (1 May 2025), "Create a registry with ABAC enabled"
az acr create --name myregistry --resource-group myResourceGroup --sku Standard --role-assignment-mode 'rbac-abac' --location eastus
az acr show --name myregistry --resource-group myResourceGroup --query "roleAssignmentMode"

# … "Update an existing registry to enable ABAC", and back, as the page says that one can
az acr update --name mysourceregistry --resource-group myResourceGroup --role-assignment-mode 'rbac-abac'
az acr update --name mysourceregistry --resource-group myResourceGroup --role-assignment-mode 'rbac'

# … "Scope role assignment to a specific repository", "Azure CLI"
condition=$(cat <<'EOF' | tr -d '\n'
(
 (
  !(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'})
  AND
  !(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/metadata/read'})
 )
 OR 
 (
  @Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'nginx'
 )
)
EOF
)
echo "$condition"
scope=$(az acr show --name myregistry --resource-group myResourceGroup --query "id" -o tsv)
az role assignment create \
  --role "Container Registry Repository Reader" \
  --scope "$scope" \
  --assignee "ana@contoso.onmicrosoft.com" \
  --description "Read access to a specific repository" \
  --condition "$condition" \
  --condition-version "2.0"

# … "using repository prefix": the first one must be deleted before
az role assignment delete --role "Container Registry Repository Reader" --scope "$scope" --assignee "ana@contoso.onmicrosoft.com"
condition=$(cat <<'EOF' | tr -d '\n'
(
 (
  !(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'})
  AND
  !(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/metadata/read'})
 )
 OR 
 (
  @Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'backend/'
 )
)
EOF
)
az role assignment create \
  --role "Container Registry Repository Reader" \
  --scope "$scope" \
  --assignee "ana@contoso.onmicrosoft.com" \
  --description "Read access to a multiple repositories under a repository prefix" \
  --condition "$condition" \
  --condition-version "2.0"

# articles/container-registry/container-registry-import-images.md (31 October 2023)
az acr import \
  --name mysourceregistry \
  --source docker.io/library/hello-world:latest \
  --image hello-world:latest
az acr manifest list-metadata \
  --name hello-world \
  --registry mysourceregistry
az acr import \
  --name mysourceregistry \
  --source docker.io/library/nginx:latest \
  --image aci-helloworld:latest
az acr import \
  --name myregistry \
  --source aci-helloworld:latest \
  --image backend/aci-helloworld:latest \
  --registry $(az acr show --name mysourceregistry --query id --output tsv)
az acr repository show-tags --name myregistry --repository backend/aci-helloworld --output tsv

# articles/container-registry/includes/container-registry-service-principal.md, which container-registry-auth-service-principal.md shows, and
# container-registry-import-images.md, "using service principal credentials"
ACR_REGISTRY_ID=$(az acr show --name mysourceregistry --query "id" --output tsv)
PASSWORD=$(az ad sp create-for-rbac --name acr-service-principal --scopes $ACR_REGISTRY_ID --role acrpull --query "password" --output tsv)
USER_NAME=$(az ad sp list --display-name acr-service-principal --query "[].appId" --output tsv)
az acr import \
  --name myregistry \
  --source mysourceregistry.azurecr.io/hello-world:latest \
  --image backend/hello-world:latest \
  --username $USER_NAME \
  --password $PASSWORD

# articles/container-registry/container-registry-image-lock.md (31 October 2023)
az acr repository show \
    --name mysourceregistry --repository hello-world \
    --output jsonc
az acr repository show \
    --name mysourceregistry --image hello-world:latest \
    --output jsonc
az acr repository update \
    --name mysourceregistry --image hello-world:latest \
    --write-enabled false
# "then it will block image deletion"
! az acr repository delete --name mysourceregistry --image hello-world:latest --yes
registry="mysourceregistry"
repo="hello-world"
tag="latest"
az acr repository show -n $registry --repository $repo
az acr manifest show-metadata -r $registry -n "$repo:$tag"
digest=$(az acr manifest show-metadata -r $registry -n "$repo:$tag" --query digest -o tsv)
az acr manifest show-metadata -r $registry -n "$repo@$digest"
az acr repository update \
    --name mysourceregistry --repository hello-world \
    --delete-enabled false --write-enabled true
az acr repository update \
    --name mysourceregistry --image hello-world:latest \
    --delete-enabled true --write-enabled true
az acr repository update \
    --name mysourceregistry --repository hello-world \
    --delete-enabled true --write-enabled true
az acr repository update \
   --name mysourceregistry --image $repo@$digest \
   --delete-enabled true --write-enabled true

# articles/container-registry/container-registry-delete.md (31 October 2023)
az acr manifest list-metadata --name hello-world --registry mysourceregistry \
    --orderby time_asc -o tsv --query "[?lastUpdateTime < '2019-04-05'].[digest, lastUpdateTime]"
az acr repository untag --name mysourceregistry --image hello-world:latest
az acr repository delete --name mysourceregistry --image hello-world@$digest --yes

# articles/container-registry/container-registry-token-based-repository-permissions.md (1 May 2025)
az acr scope-map create --name MyScopeMap --registry mysourceregistry \
  --repository samples/hello-world \
  content/write content/read \
  --description "Sample scope map"
az acr token create --name MyToken \
  --registry mysourceregistry \
  --scope-map MyScopeMap
az acr scope-map create --name MyScopeMapWildcard --registry mysourceregistry \
  --repository samples/* \
  content/write content/read \
  --description "Sample scope map with wildcards"
az acr token create --name MyTokenWildcard \
  --registry mysourceregistry \
  --scope-map MyScopeMapWildcard
az acr scope-map update \
  --name MyScopeMap \
  --registry mysourceregistry \
  --add-repository samples/nginx content/write content/read \
  --remove-repository samples/hello-world content/write
az acr scope-map update \
  --name MyScopeMap \
  --registry mysourceregistry \
  --add-repository samples/nginx content/delete
az acr scope-map list \
  --registry mysourceregistry --output table
az acr scope-map show \
  --name MyScopeMap --registry mysourceregistry
az acr token list --registry mysourceregistry --output table
TOKEN_NAME=MyToken
TOKEN_PWD=$(az acr token credential generate \
  --name MyToken --registry mysourceregistry --expiration-in-days 30 \
  --password1 --query 'passwords[0].value' --output tsv)
az acr import --name mysourceregistry --source docker.io/library/nginx:latest --image samples/nginx:v1
az acr scope-map update \
  --name MyScopeMap \
  --registry mysourceregistry \
  --add-repository samples/nginx metadata/read
az acr repository show-tags \
  --name mysourceregistry --repository samples/nginx \
  --username $TOKEN_NAME --password $TOKEN_PWD
az acr repository delete \
  --name mysourceregistry --repository samples/nginx \
  --username $TOKEN_NAME --password $TOKEN_PWD --yes
az acr token update --name MyToken --registry mysourceregistry \
  --scope-map MyScopeMapWildcard
az acr token update --name MyToken --registry mysourceregistry \
  --status disabled
az acr token delete --name MyToken --registry mysourceregistry --yes

# articles/container-registry/anonymous-pull-access.md (28 February 2025)
az acr update --name mysourceregistry --anonymous-pull-enabled
az acr show -n mysourceregistry --query anonymousPullEnabled
az acr update --name mysourceregistry --anonymous-pull-enabled false

# articles/container-registry/container-registry-rbac-custom-roles.md (24 April 2025)
az provider operation show --namespace Microsoft.ContainerRegistry --query "resourceTypes[0].name"

# Clean-up
az group delete --name myResourceGroup --yes
