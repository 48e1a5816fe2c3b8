//go:build tools

// Package acrcredentialprovider names the program that the set-up builds, so that go.mod and go.sum pin all it needs.
package acrcredentialprovider

import _ "sigs.k8s.io/cloud-provider-azure/cmd/acr-credential-provider"
