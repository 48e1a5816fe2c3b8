# Commands in the manner of Microsoft's documentation, put one after the other as a reader would. Each section names the page that it
# follows. They were written from knowledge of the pages; only "aks/cluster-container-registry-integration" was found in a search. Names are
# chosen so that the sections fit together.
set -e

# learn.microsoft.com/azure/container-registry/container-registry-get-started-azure-cli
az group create --name myDocsGroup --location westeurope
az acr create --resource-group myDocsGroup --name mydocsregistry --sku Standard
az acr show --name mydocsregistry --query loginServer --output tsv

# learn.microsoft.com/azure/container-registry/container-registry-import-images
az acr import --name mydocsregistry --source docker.io/library/hello-world:latest --image hello-world:latest
az acr repository list --name mydocsregistry --output tsv
az acr repository show-tags --name mydocsregistry --repository hello-world --output tsv

# learn.microsoft.com/azure/aks/cluster-container-registry-integration
MYACR=mydocsregistry
az aks create --name myAKSCluster --resource-group myDocsGroup --node-count 1 --generate-ssh-keys --attach-acr $MYACR
az acr import --name $MYACR --source docker.io/library/nginx:latest --image nginx:v1
az aks get-credentials --resource-group myDocsGroup --name myAKSCluster
az aks update --name myAKSCluster --resource-group myDocsGroup --detach-acr $MYACR
az aks update --name myAKSCluster --resource-group myDocsGroup --attach-acr $(az acr show --name $MYACR --query id --output tsv)

# learn.microsoft.com/azure/aks/create-node-pools
az aks nodepool add --resource-group myDocsGroup --cluster-name myAKSCluster --name mynodepool --node-count 1
az aks nodepool list --resource-group myDocsGroup --cluster-name myAKSCluster --query "[].name" --output tsv
az aks nodepool scale --resource-group myDocsGroup --cluster-name myAKSCluster --name mynodepool --node-count 2
az aks nodepool delete --resource-group myDocsGroup --cluster-name myAKSCluster --name mynodepool

# learn.microsoft.com/azure/aks/use-managed-identity
az identity create --name myIdentity --resource-group myDocsGroup
az identity create --name myKubeletIdentity --resource-group myDocsGroup
CONTROL_PLANE_PRINCIPAL=$(az identity show --name myIdentity --resource-group myDocsGroup --query principalId --output tsv)
CONTROL_PLANE_ID=$(az identity show --name myIdentity --resource-group myDocsGroup --query id --output tsv)
KUBELET_ID=$(az identity show --name myKubeletIdentity --resource-group myDocsGroup --query id --output tsv)
az role assignment create --assignee $CONTROL_PLANE_PRINCIPAL --role "Managed Identity Operator" --scope "$KUBELET_ID"
az aks create --resource-group myDocsGroup --name myManagedCluster --node-count 1 --generate-ssh-keys --assign-identity $CONTROL_PLANE_ID --assign-kubelet-identity $KUBELET_ID
az aks show --resource-group myDocsGroup --name myManagedCluster --query identityProfile.kubeletidentity.resourceId --output tsv

# learn.microsoft.com/azure/role-based-access-control/role-assignments-cli
az ad group create --display-name "Pullers" --mail-nickname pullers
GROUP_ID=$(az ad group show --group "Pullers" --query id --output tsv)
KUBELET_OBJECT=$(az identity show --name myKubeletIdentity --resource-group myDocsGroup --query principalId --output tsv)
az ad group member add --group "Pullers" --member-id $KUBELET_OBJECT
REGISTRY_ID=$(az acr show --name $MYACR --query id --output tsv)
az role assignment create --assignee-object-id $GROUP_ID --assignee-principal-type Group --role AcrPull --scope $REGISTRY_ID
az role assignment list --scope $REGISTRY_ID --query "[].roleDefinitionName" --output tsv
az role assignment delete --assignee $GROUP_ID --role AcrPull --scope $REGISTRY_ID

# learn.microsoft.com/azure/container-registry/container-registry-auth-service-principal
SERVICE_PRINCIPAL_NAME=acr-service-principal
PASSWORD=$(az ad sp create-for-rbac --name $SERVICE_PRINCIPAL_NAME --scopes $REGISTRY_ID --role acrpull --query "password" --output tsv)
USER_NAME=$(az ad sp list --display-name $SERVICE_PRINCIPAL_NAME --query "[].appId" --output tsv)
test -n "$PASSWORD" && test -n "$USER_NAME"

# learn.microsoft.com/azure/aks/update-credentials
az aks create --resource-group myDocsGroup --name myOldCluster --node-count 1 --generate-ssh-keys --service-principal $USER_NAME --client-secret "$PASSWORD"
SP_SECRET=$(az ad app credential reset --id "$USER_NAME" --query password --output tsv)
az aks update-credentials --resource-group myDocsGroup --name myOldCluster --reset-service-principal --service-principal "$USER_NAME" --client-secret "$SP_SECRET"

# learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions
az acr token create --name MyToken --registry $MYACR --repository samples/hello-world content/write content/read --output json
az acr token list --registry $MYACR --output table
az acr token delete --name MyToken --registry $MYACR --yes

# learn.microsoft.com/azure/container-registry/container-registry-authentication (admin account)
az acr update -n $MYACR --admin-enabled true
az acr credential show --name $MYACR --query username --output tsv
az acr credential renew --name $MYACR --password-name password

# Clean-up, as on every page
az ad sp delete --id "$USER_NAME"
az ad group delete --group "Pullers"
az group delete --name myDocsGroup --yes
test "$(az group exists --name myDocsGroup)" = false
