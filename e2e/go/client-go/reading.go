package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/pager"
	watchtools "k8s.io/client-go/tools/watch"
)

func configMap(name string, data map[string]string) *corev1.ConfigMap {
	meta := metav1.ObjectMeta{Name: name, Labels: map[string]string{"set": name[:1]}}
	return &corev1.ConfigMap{ObjectMeta: meta, Data: data}
}

func (r run) create(name string, data map[string]string) (*corev1.ConfigMap, error) {
	return r.client.CoreV1().ConfigMaps(r.namespace).Create(r.ctx, configMap(name, data), metav1.CreateOptions{})
}

// pages lists what there is in pages of two, by hand and with the pager of informers.
func pages(r run) ([]string, error) {
	for _, name := range []string{"a1", "a2", "a3", "b1", "b2"} {
		if _, err := r.create(name, map[string]string{"key": name, "bytes": "grüezi"}); err != nil {
			return nil, err
		}
	}
	var lines []string
	options := metav1.ListOptions{Limit: 2, LabelSelector: "set"}
	for {
		page, err := r.client.CoreV1().ConfigMaps(r.namespace).List(r.ctx, options)
		if err != nil {
			return nil, err
		}
		remaining := int64(-1)
		if page.RemainingItemCount != nil {
			remaining = *page.RemainingItemCount
		}
		lines = append(lines, fmt.Sprintf("%s, remaining %d", names(page.Items), remaining))
		if options.Continue = page.Continue; options.Continue == "" {
			break
		}
	}
	count := 0
	list := func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		return r.client.CoreV1().ConfigMaps(r.namespace).List(ctx, options)
	}
	paged := pager.New(list)
	paged.PageSize = 2
	err := paged.EachListItem(r.ctx, metav1.ListOptions{LabelSelector: "set"}, func(runtime.Object) error { count++; return nil })
	return append(lines, fmt.Sprintf("the pager saw %d", count)), err
}

func names(maps []corev1.ConfigMap) string {
	var all []string
	for _, one := range maps {
		all = append(all, one.Name)
	}
	return strings.Join(all, " ")
}

func selectors(r run) ([]string, error) {
	var lines []string
	for _, options := range []metav1.ListOptions{
		{LabelSelector: "set=a"},
		{LabelSelector: "set notin (a, c),set"},
		{LabelSelector: "!set"},
		{FieldSelector: "metadata.name=b1"},
		{FieldSelector: "metadata.name!=b1", LabelSelector: "set in (b)"},
	} {
		list, err := r.client.CoreV1().ConfigMaps(r.namespace).List(r.ctx, options)
		if err != nil {
			return nil, err
		}
		list.Items = slices.DeleteFunc(list.Items, func(one corev1.ConfigMap) bool { return one.Name == "kube-root-ca.crt" })
		lines = append(lines, fmt.Sprintf("%s %s gives [%s]", options.LabelSelector, options.FieldSelector, names(list.Items)))
	}
	return lines, nil
}

// informer follows config maps with a shared informer, whose lister must agree with what happened.
func informer(r run) ([]string, error) {
	factory := informers.NewSharedInformerFactoryWithOptions(r.client, 0, informers.WithNamespace(r.namespace),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.LabelSelector = "set=a" }))
	shared := factory.Core().V1().ConfigMaps()
	events := make(chan string, 100)
	_, err := shared.Informer().AddEventHandler(cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(object any, isInInitialList bool) {
			events <- fmt.Sprintf("added %s, initially %t", object.(*corev1.ConfigMap).Name, isInInitialList)
		},
		UpdateFunc: func(before, after any) {
			events <- fmt.Sprintf("changed %s: %s to %s", after.(*corev1.ConfigMap).Name, before.(*corev1.ConfigMap).Data["key"], after.(*corev1.ConfigMap).Data["key"])
		},
		DeleteFunc: func(object any) { events <- "deleted " + object.(*corev1.ConfigMap).Name },
	})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(r.ctx)
	defer factory.Shutdown()
	defer stop()
	factory.Start(ctx.Done())
	synced := factory.WaitForCacheSync(ctx.Done())
	lines := []string{fmt.Sprintf("synced %t", len(synced) == 1)}
	var seen []string
	for range 3 {
		seen = append(seen, <-events)
	}
	slices.Sort(seen)
	maps := r.client.CoreV1().ConfigMaps(r.namespace)
	if _, err := r.create("a4", map[string]string{"key": "a4"}); err != nil {
		return nil, err
	}
	lines = append(append(lines, seen...), <-events)
	changed := configMap("a4", map[string]string{"key": "new"})
	if _, err := maps.Update(r.ctx, changed, metav1.UpdateOptions{}); err != nil {
		return nil, err
	}
	lines = append(lines, <-events)
	// Out of the selection: for who selects, it is gone.
	changed.Labels = map[string]string{"set": "z"}
	if _, err := maps.Update(r.ctx, changed, metav1.UpdateOptions{}); err != nil {
		return nil, err
	}
	lines = append(lines, <-events)
	if err := maps.Delete(r.ctx, "a3", metav1.DeleteOptions{}); err != nil {
		return nil, err
	}
	lines = append(lines, <-events)
	listed, err := shared.Lister().ConfigMaps(r.namespace).List(labels.Everything())
	return append(lines, fmt.Sprintf("the lister knows %d", len(listed))), err
}

// resumption ends a watch on the server's side and goes on from the last version it saw, as reflectors do; then a RetryWatcher does so by itself.
func resumption(r run) ([]string, error) {
	maps := r.client.CoreV1().ConfigMaps(r.namespace)
	first, err := r.create("w1", nil)
	if err != nil {
		return nil, err
	}
	seconds := int64(1)
	options := metav1.ListOptions{ResourceVersion: first.ResourceVersion, TimeoutSeconds: &seconds, AllowWatchBookmarks: true}
	short, err := maps.Watch(r.ctx, options)
	if err != nil {
		return nil, err
	}
	second, err := r.create("w2", nil)
	if err != nil {
		return nil, err
	}
	lines := tillEnd(short)
	for len(lines) == 0 {
		// On a busy machine the second was over before the event was sent.
		if short, err = maps.Watch(r.ctx, options); err != nil {
			return nil, err
		}
		lines = tillEnd(short)
	}
	lines = append(lines, "ended by the server")
	if _, err := r.create("w3", nil); err != nil {
		return nil, err
	}
	if err := maps.Delete(r.ctx, "w1", metav1.DeleteOptions{}); err != nil {
		return nil, err
	}
	retrying, err := watchtools.NewRetryWatcherWithContext(r.ctx, second.ResourceVersion, &cache.ListWatch{
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.TimeoutSeconds = &seconds
			options.FieldSelector = fields.OneTermNotEqualSelector("metadata.name", "kube-root-ca.crt").String()
			return maps.Watch(ctx, options)
		},
	})
	if err != nil {
		return nil, err
	}
	defer retrying.Stop()
	lines = append(lines, describe(<-retrying.ResultChan()), describe(<-retrying.ResultChan()))
	// Longer than the server lets one watch live.
	time.Sleep(1500 * time.Millisecond)
	if _, err := r.create("w4", nil); err != nil {
		return nil, err
	}
	return append(lines, describe(<-retrying.ResultChan())), nil
}

// tillEnd tells what comes until the server ends the watch; bookmarks come or not, as it likes.
func tillEnd(watched watch.Interface) []string {
	var lines []string
	for event := range watched.ResultChan() {
		if event.Type != watch.Bookmark {
			lines = append(lines, describe(event))
		}
	}
	return lines
}

func describe(event watch.Event) string {
	if object, isMap := event.Object.(*corev1.ConfigMap); isMap {
		return fmt.Sprintf("%s %s", event.Type, object.Name)
	}
	return fmt.Sprintf("%s %T", event.Type, event.Object)
}
