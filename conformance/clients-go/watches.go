package main

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

func watchChecks(typed kubernetes.Interface) {
	check("client-go: an informer lists and watches", func(ctx context.Context) error {
		maps := typed.CoreV1().ConfigMaps("default")
		if _, err := maps.Create(ctx, configMap("seen"), metav1.CreateOptions{}); err != nil {
			return err
		}
		factory := informers.NewSharedInformerFactory(typed, 0)
		lister := factory.Core().V1().ConfigMaps().Lister().ConfigMaps("default")
		factory.Start(ctx.Done())
		factory.WaitForCacheSync(ctx.Done())
		if _, err := lister.Get("seen"); err != nil {
			return err
		}
		if err := maps.Delete(ctx, "seen", metav1.DeleteOptions{}); err != nil {
			return err
		}
		return soon("the deletion in the cache", func() bool {
			_, err := lister.Get("seen")
			return err != nil
		})
	})
	check("client-go: of two candidates one leads, then the other", func(ctx context.Context) error {
		leading := make(chan string, 2)
		first, resign := context.WithCancel(ctx)
		defer resign()
		go elect(first, typed, "first", leading)
		if err := soon("the first leads", func() bool { return len(leading) == 1 }); err != nil {
			return err
		}
		go elect(ctx, typed, "second", leading)
		time.Sleep(500 * time.Millisecond)
		resign()
		return soon("the second leads", func() bool { return len(leading) == 2 })
	})
}

func elect(ctx context.Context, typed kubernetes.Interface, name string, leading chan<- string) {
	leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
		Lock: &resourcelock.LeaseLock{
			LeaseMeta:  metav1.ObjectMeta{Name: "elected", Namespace: "default"},
			Client:     typed.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: name},
		},
		ReleaseOnCancel: true,
		LeaseDuration:   2 * time.Second,
		RenewDeadline:   1500 * time.Millisecond,
		RetryPeriod:     200 * time.Millisecond,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { leading <- name },
			OnStoppedLeading: func() {},
		},
	})
}
