// Command client-go does on a cluster what controllers do, with nothing but client-go: it lists, watches, applies, elects and reconciles,
// and prints what it saw. On every API server it must print the same lines.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// A run is one walk through all steps, in a namespace of its own.
type run struct {
	ctx       context.Context
	client    kubernetes.Interface
	namespace string
	label     string
}

type step struct {
	name string
	do   func(run) ([]string, error)
}

var steps = []step{
	{"pages", pages},
	{"selectors", selectors},
	{"informer", informer},
	{"resumption", resumption},
	{"conflict", conflict},
	{"apply", applied},
	{"subresources", subresources},
	{"controllers", controllers},
	{"reconciler", reconciler},
	{"election", election},
	{"errors", refusals},
	{"deletion", deletion},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	if err := walkAll(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func walkAll(ctx context.Context) error {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 200, 200
	for _, content := range []string{"application/json", "application/vnd.kubernetes.protobuf"} {
		if err := walk(ctx, config, content); err != nil {
			return err
		}
	}
	return nil
}

// walk does every step with bodies in one content type.
func walk(ctx context.Context, config *rest.Config, content string) error {
	own := rest.CopyConfig(config)
	own.ContentType = content
	client, err := kubernetes.NewForConfig(own)
	if err != nil {
		return err
	}
	label := content[strings.LastIndexAny(content, "/.")+1:]
	meta := metav1.ObjectMeta{GenerateName: "go-" + label + "-"}
	namespace, err := client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: meta}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	one := run{ctx, client, namespace.Name, label}
	for _, step := range steps {
		lines, err := step.do(one)
		if err != nil {
			return fmt.Errorf("%s, %s: %w", label, step.name, err)
		}
		for _, line := range lines {
			fmt.Printf("%s %s: %s\n", label, step.name, strings.ReplaceAll(line, namespace.Name, "NAMESPACE"))
		}
	}
	return nil
}
