package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

const finalizer = "clients.example/cleanup"

var (
	shops  = schema.GroupVersionKind{Group: "clients.example", Version: "v1", Kind: "Shop"}
	corner = types.NamespacedName{Namespace: "default", Name: "corner"}
)

func shop() *unstructured.Unstructured {
	made := &unstructured.Unstructured{}
	made.SetGroupVersionKind(shops)
	made.SetNamespace(corner.Namespace)
	made.SetName(corner.Name)
	return made
}

// Keeps a config map with the seats of each shop, and says in its status how many are open.
type reconciler struct{ client.Client }

func (r reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	found := shop()
	if err := r.Get(ctx, request.NamespacedName, found); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !found.GetDeletionTimestamp().IsZero() {
		controllerutil.RemoveFinalizer(found, finalizer)
		return ctrl.Result{}, r.Update(ctx, found)
	}
	if controllerutil.AddFinalizer(found, finalizer) {
		return ctrl.Result{}, r.Update(ctx, found)
	}
	seats, _, _ := unstructured.NestedInt64(found.Object, "spec", "seats")
	owned := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: request.Namespace, Name: request.Name}}
	if _, err := controllerutil.CreateOrUpdate(ctx, r.Client, owned, func() error {
		owned.Data = map[string]string{"seats": fmt.Sprint(seats)}
		return controllerutil.SetControllerReference(found, owned, r.Scheme())
	}); err != nil {
		return ctrl.Result{}, err
	}
	before := client.MergeFrom(found.DeepCopy())
	if err := unstructured.SetNestedField(found.Object, seats, "status", "open"); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.Status().Patch(ctx, found, before)
}

func managerChecks(config *rest.Config) {
	lease, renew, retry := 2*time.Second, 1500*time.Millisecond, 200*time.Millisecond
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Metrics:                       server.Options{BindAddress: "0"},
		LeaderElection:                true,
		LeaderElectionID:              "shops",
		LeaderElectionNamespace:       "default",
		LeaderElectionReleaseOnCancel: true,
		LeaseDuration:                 &lease,
		RenewDeadline:                 &renew,
		RetryPeriod:                   &retry,
	})
	if err != nil {
		panic(err)
	}
	toCorner := handler.EnqueueRequestsFromMapFunc(func(_ context.Context, _ client.Object) []reconcile.Request {
		return []reconcile.Request{{NamespacedName: corner}}
	})
	err = ctrl.NewControllerManagedBy(manager).For(shop()).Owns(&corev1.ConfigMap{}).
		Watches(&corev1.Secret{}, toCorner).Complete(reconciler{manager.GetClient()})
	if err != nil {
		panic(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- manager.Start(ctx) }()
	lifeChecks(manager.GetClient(), manager.GetAPIReader())
	check("controller-runtime: the manager ends cleanly", func(context.Context) error {
		stop()
		return <-ended
	})
}

func lifeChecks(writer client.Client, live client.Reader) {
	open := func(ctx context.Context, seats int64) error {
		return soon(fmt.Sprint(seats, " open, and the owned map"), func() bool {
			found, owned := shop(), &corev1.ConfigMap{}
			if live.Get(ctx, corner, found) != nil || live.Get(ctx, corner, owned) != nil {
				return false
			}
			value, _, _ := unstructured.NestedInt64(found.Object, "status", "open")
			return value == seats && owned.Data["seats"] == fmt.Sprint(seats)
		})
	}
	check("controller-runtime: a manager leads and reconciles", func(ctx context.Context) error {
		made := shop()
		made.Object["spec"] = map[string]any{"seats": int64(4)}
		if err := writer.Create(ctx, made); err != nil {
			return err
		}
		return open(ctx, 4)
	})
	check("controller-runtime: a change is followed", func(ctx context.Context) error {
		patch := client.RawPatch(types.MergePatchType, []byte(`{"spec":{"seats":7}}`))
		if err := writer.Patch(ctx, shop(), patch); err != nil {
			return err
		}
		return open(ctx, 7)
	})
	check("controller-runtime: what it owns is mended", func(ctx context.Context) error {
		owned := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: corner.Namespace, Name: corner.Name}}
		if err := writer.Delete(ctx, owned); err != nil {
			return err
		}
		return open(ctx, 7)
	})
	check("controller-runtime: a finalizer runs, and what was owned is collected", func(ctx context.Context) error {
		if err := writer.Delete(ctx, shop()); err != nil {
			return err
		}
		return soon("the end of both", func() bool {
			return live.Get(ctx, corner, shop()) != nil && live.Get(ctx, corner, &corev1.ConfigMap{}) != nil
		})
	})
}
