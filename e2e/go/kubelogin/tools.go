//go:build tools

// Package kubelogin names the program that the set-up builds, so that go.mod and go.sum pin all it needs.
package kubelogin

import _ "github.com/Azure/kubelogin"
