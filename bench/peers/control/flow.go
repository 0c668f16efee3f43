package main

import (
	"context"
	"fmt"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	tools "k8s.io/client-go/tools/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Objects on their way from the create call to the moment when a watcher sees their condition.
type flow struct {
	client  client.Client
	watcher watch.Interface
	runs    int
}

type outcome struct{ perSecond, p50, p99 float64 }

// The watch goes on when the server ends it, which it does when a definition is new.
func follow(ctx context.Context, live client.WithWatch) (*flow, error) {
	found := &JobList{}
	if err := live.List(ctx, found, client.InNamespace("default")); err != nil {
		return nil, err
	}
	watcher, err := tools.NewRetryWatcherWithContext(ctx, found.ResourceVersion, &cache.ListWatch{
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			return live.Watch(ctx, &JobList{}, &client.ListOptions{Namespace: "default", Raw: &options})
		},
	})
	return &flow{client: live, watcher: watcher}, err
}

// As fast as the writers can.
func (f *flow) burst(ctx context.Context, count int) (outcome, error) {
	f.runs++
	var started sync.Map
	var next atomic.Int64
	failed := make(chan error, writers)
	start := time.Now()
	for range writers {
		go func() {
			for n := next.Add(1); n <= int64(count); n = next.Add(1) {
				name := fmt.Sprintf("job-%d-%d", f.runs, n)
				started.Store(name, time.Now())
				if err := f.client.Create(ctx, jobOf(name)); err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	millis, err := f.await(ctx, count, &started, failed)
	if err != nil {
		return outcome{}, err
	}
	perSecond := float64(count) / time.Since(start).Seconds()
	sort.Float64s(millis)
	return outcome{perSecond, millis[count/2], millis[count*99/100]}, nil
}

func (f *flow) await(ctx context.Context, count int, started *sync.Map, failed chan error) ([]float64, error) {
	var millis []float64
	for len(millis) < count {
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("stopped with %d of %d seen", len(millis), count)
		case err := <-failed:
			return nil, err
		case event, open := <-f.watcher.ResultChan():
			if !open {
				return nil, fmt.Errorf("the watch ended with %d of %d seen", len(millis), count)
			}
			job, ok := event.Object.(*Job)
			if !ok || !job.isReady() {
				continue
			}
			if since, ok := started.LoadAndDelete(job.Name); ok {
				millis = append(millis, float64(time.Since(since.(time.Time)))/float64(time.Millisecond))
			}
		}
	}
	return millis, nil
}
