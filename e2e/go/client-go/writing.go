package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/util/retry"
	"k8s.io/client-go/util/workqueue"
)

// conflict writes over somebody else's change, is refused, and reads again.
func conflict(r run) ([]string, error) {
	maps := r.client.CoreV1().ConfigMaps(r.namespace)
	stale, err := r.create("c1", map[string]string{"n": "0"})
	if err != nil {
		return nil, err
	}
	patched, err := maps.Patch(r.ctx, "c1", types.MergePatchType, []byte(`{"data":{"n":"1"}}`), metav1.PatchOptions{})
	if err != nil {
		return nil, err
	}
	stale.Data["n"] = "2"
	_, err = maps.Update(r.ctx, stale, metav1.UpdateOptions{})
	lines := []string{fmt.Sprintf("patched to %s; conflict %t: %v", patched.Data["n"], apierrors.IsConflict(err), err)}
	attempts := 0
	err = retry.RetryOnConflict(retry.DefaultRetry, func() error {
		attempts++
		if attempts > 1 {
			if stale, err = maps.Get(r.ctx, "c1", metav1.GetOptions{}); err != nil {
				return err
			}
		}
		stale.Data["n"] = "3"
		_, err := maps.Update(r.ctx, stale, metav1.UpdateOptions{})
		return err
	})
	return append(lines, fmt.Sprintf("written at attempt %d", attempts)), err
}

// applied has two managers apply to one object.
func applied(r run) ([]string, error) {
	maps := r.client.CoreV1().ConfigMaps(r.namespace)
	wanted := func(data map[string]string) *applycorev1.ConfigMapApplyConfiguration {
		return applycorev1.ConfigMap("applied", r.namespace).WithData(data)
	}
	if _, err := maps.Apply(r.ctx, wanted(map[string]string{"a": "1", "b": "1"}), metav1.ApplyOptions{FieldManager: "ana"}); err != nil {
		return nil, err
	}
	_, err := maps.Apply(r.ctx, wanted(map[string]string{"a": "2"}), metav1.ApplyOptions{FieldManager: "ben"})
	lines := []string{fmt.Sprintf("conflict %t: %v", apierrors.IsConflict(err), err)}
	forced, err := maps.Apply(r.ctx, wanted(map[string]string{"a": "2"}), metav1.ApplyOptions{FieldManager: "ben", Force: true})
	if err != nil {
		return nil, err
	}
	lines = append(lines, fmt.Sprintf("forced: a is %s, %d managers", forced.Data["a"], len(forced.ManagedFields)))
	extracted, err := applycorev1.ExtractConfigMap(forced, "ana")
	if err != nil {
		return nil, err
	}
	return append(lines, fmt.Sprintf("ana keeps %v", extracted.Data)), nil
}

func deployment(name string, replicas int32) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	pod := corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: labels},
		Spec: corev1.PodSpec{
			NodeSelector: map[string]string{"nobody": "here"},
			Containers:   []corev1.Container{{Name: "web", Image: "registry.example/web:1"}},
		},
	}
	spec := appsv1.DeploymentSpec{Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: pod}
	return &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: spec}
}

// subresources scales a deployment and writes a status.
func subresources(r run) ([]string, error) {
	deployments := r.client.AppsV1().Deployments(r.namespace)
	if _, err := deployments.Create(r.ctx, deployment("web", 0), metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	scale, err := deployments.GetScale(r.ctx, "web", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	lines := []string{fmt.Sprintf("scale %d, selector %s", scale.Spec.Replicas, scale.Status.Selector)}
	wanted := &autoscalingv1.Scale{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: r.namespace}, Spec: autoscalingv1.ScaleSpec{Replicas: 2}}
	scale, err = deployments.UpdateScale(r.ctx, "web", wanted, metav1.UpdateOptions{})
	if err != nil {
		return nil, err
	}
	return append(lines, fmt.Sprintf("scaled to %d", scale.Spec.Replicas)), nil
}

// controllers waits for what the cluster's own controllers make of the deployment.
func controllers(r run) ([]string, error) {
	var lines []string
	err := r.until(func(ctx context.Context) (bool, error) {
		pods, err := r.client.CoreV1().Pods(r.namespace).List(ctx, metav1.ListOptions{LabelSelector: "app=web"})
		if err != nil || len(pods.Items) < 2 {
			return false, err
		}
		owner := metav1.GetControllerOf(&pods.Items[0])
		set, err := r.client.AppsV1().ReplicaSets(r.namespace).Get(ctx, owner.Name, metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		above := metav1.GetControllerOf(set)
		lines = []string{fmt.Sprintf("%d pods of a %s of %s %s", len(pods.Items), owner.Kind, above.Kind, above.Name)}
		return true, nil
	})
	return lines, err
}

// until asks again and again, for minutes: only what never comes takes so long.
func (r run) until(isSo wait.ConditionWithContextFunc) error {
	return wait.PollUntilContextTimeout(r.ctx, 50*time.Millisecond, 4*time.Minute, true, isSo)
}

// reconciler is a controller: an informer, a queue, and work that ends when the world is as wanted.
func reconciler(r run) ([]string, error) {
	ctx, stop := context.WithCancel(r.ctx)
	defer stop()
	factory := informers.NewSharedInformerFactoryWithOptions(r.client, time.Second, informers.WithNamespace(r.namespace),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.LabelSelector = "set=b" }))
	shared := factory.Core().V1().ConfigMaps()
	queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]())
	add := func(object any) {
		if key, err := cache.MetaNamespaceKeyFunc(object); err == nil {
			queue.Add(key)
		}
	}
	handler := cache.ResourceEventHandlerFuncs{AddFunc: add, UpdateFunc: func(_, after any) { add(after) }}
	if _, err := shared.Informer().AddEventHandler(handler); err != nil {
		return nil, err
	}
	defer factory.Shutdown()
	defer stop()
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), shared.Informer().HasSynced) {
		return nil, errors.New("the cache did not sync")
	}
	go r.work(queue, shared.Lister().ConfigMaps(r.namespace).Get)
	defer queue.ShutDown()
	if _, err := r.create("b3", nil); err != nil {
		return nil, err
	}
	done := 0
	err := r.until(func(ctx context.Context) (bool, error) {
		list, err := r.client.CoreV1().ConfigMaps(r.namespace).List(ctx, metav1.ListOptions{LabelSelector: "set=b"})
		done = 0
		for _, one := range list.Items {
			if one.Data["reconciled"] == "yes" {
				done++
			}
		}
		return done == 3, err
	})
	return []string{fmt.Sprintf("%d are as wanted", done)}, err
}

func (r run) work(queue workqueue.TypedRateLimitingInterface[string], get func(string) (*corev1.ConfigMap, error)) {
	for {
		key, isOver := queue.Get()
		if isOver {
			return
		}
		_, name, _ := cache.SplitMetaNamespaceKey(key)
		if err := r.reconcile(name, get); err != nil {
			queue.AddRateLimited(key)
		} else {
			queue.Forget(key)
		}
		queue.Done(key)
	}
}

func (r run) reconcile(name string, get func(string) (*corev1.ConfigMap, error)) error {
	found, err := get(name)
	if err != nil || found.Data["reconciled"] == "yes" {
		return err
	}
	wanted := found.DeepCopy()
	if wanted.Data == nil {
		wanted.Data = map[string]string{}
	}
	wanted.Data["reconciled"] = "yes"
	_, err = r.client.CoreV1().ConfigMaps(r.namespace).Update(r.ctx, wanted, metav1.UpdateOptions{})
	return err
}

// election has two candidates lead one after the other, by a Lease.
func election(r run) ([]string, error) {
	var lines []string
	for _, name := range []string{"first", "second"} {
		ctx, stop := context.WithTimeout(r.ctx, 4*time.Minute)
		lock := &resourcelock.LeaseLock{
			LeaseMeta:  metav1.ObjectMeta{Name: "leader", Namespace: r.namespace},
			Client:     r.client.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: name},
		}
		leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
			Lock: lock, ReleaseOnCancel: true, Name: name,
			LeaseDuration: 4 * time.Second, RenewDeadline: 3 * time.Second, RetryPeriod: time.Second,
			Callbacks: leaderelection.LeaderCallbacks{
				OnStartedLeading: func(context.Context) {
					lines = append(lines, name+" leads")
					// Then there is a second until the next time: a renewal that is cut off in the middle may keep the lock.
					if err := r.untilRenewed(); err != nil {
						lines = append(lines, err.Error())
					}
					stop()
				},
				OnStoppedLeading: func() { lines = append(lines, name+" stops") },
			},
		})
	}
	lease, err := r.client.CoordinationV1().Leases(r.namespace).Get(r.ctx, "leader", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	return append(lines, fmt.Sprintf("held by %q after %d changes", *lease.Spec.HolderIdentity, *lease.Spec.LeaseTransitions)), nil
}

// untilRenewed waits until who leads has said so a second time.
func (r run) untilRenewed() error {
	return r.until(func(ctx context.Context) (bool, error) {
		lease, err := r.client.CoordinationV1().Leases(r.namespace).Get(ctx, "leader", metav1.GetOptions{})
		if err != nil || lease.Spec.RenewTime == nil || lease.Spec.AcquireTime == nil {
			return false, err
		}
		return lease.Spec.RenewTime.After(lease.Spec.AcquireTime.Time), nil
	})
}

// refusals are recognised by what they are, not by their words.
func refusals(r run) ([]string, error) {
	maps := r.client.CoreV1().ConfigMaps(r.namespace)
	_, missing := maps.Get(r.ctx, "none", metav1.GetOptions{})
	_, again := r.create("c1", nil)
	_, bad := r.create("Not A Name", nil)
	_, old := maps.List(r.ctx, metav1.ListOptions{ResourceVersion: "nonsense"})
	_, unmatched := maps.Watch(r.ctx, metav1.ListOptions{ResourceVersion: "1", ResourceVersionMatch: "Exact"})
	return []string{
		fmt.Sprintf("not found %t: %v", apierrors.IsNotFound(missing), missing),
		fmt.Sprintf("there already %t: %v", apierrors.IsAlreadyExists(again), again),
		fmt.Sprintf("invalid %t", apierrors.IsInvalid(bad)),
		fmt.Sprintf("bad request %t or invalid %t", apierrors.IsBadRequest(old), apierrors.IsInvalid(old)),
		fmt.Sprintf("invalid %t: %v", apierrors.IsInvalid(unmatched), unmatched),
	}, nil
}

// deletion takes a selection, then the namespace with all that is in it.
func deletion(r run) ([]string, error) {
	maps := r.client.CoreV1().ConfigMaps(r.namespace)
	if err := maps.DeleteCollection(r.ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "set=b"}); err != nil {
		return nil, err
	}
	left, err := maps.List(r.ctx, metav1.ListOptions{LabelSelector: "set in (a, b)"})
	if err != nil {
		return nil, err
	}
	lines := []string{fmt.Sprintf("left: %s", names(left.Items))}
	foreground := metav1.DeletePropagationForeground
	if err := r.client.AppsV1().Deployments(r.namespace).Delete(r.ctx, "web", metav1.DeleteOptions{PropagationPolicy: &foreground}); err != nil {
		return nil, err
	}
	err = r.until(func(ctx context.Context) (bool, error) {
		_, err := r.client.AppsV1().Deployments(r.namespace).Get(ctx, "web", metav1.GetOptions{})
		return apierrors.IsNotFound(err), ignoreNotFound(err)
	})
	if err != nil {
		return nil, err
	}
	lines = append(lines, "the deployment is gone, after its replica set and pods")
	if err := r.client.CoreV1().Namespaces().Delete(r.ctx, r.namespace, metav1.DeleteOptions{}); err != nil {
		return nil, err
	}
	err = r.until(func(ctx context.Context) (bool, error) {
		_, err := r.client.CoreV1().Namespaces().Get(ctx, r.namespace, metav1.GetOptions{})
		return apierrors.IsNotFound(err), ignoreNotFound(err)
	})
	return append(lines, "the namespace is gone"), err
}

func ignoreNotFound(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
