// The flow of ControlBenchmark with controller-runtime on kube-apiserver and etcd, which it starts
// by controller-runtime's own envtest, and ends: objects are created, stored, watched, reconciled,
// their condition written and seen by another watcher.
//
//	go run . flow|serve ETCD KUBE-APISERVER DATA-DIRECTORY DEFINITION
//
// With flow, it measures; with serve, it starts the two for a client of another's, and prints the
// milliseconds until they were ready, and the kubeconfig on the lines that follow.
//
// The definition is the CustomResourceDefinition of the kind. Flow prints the objects a second, and the
// middle and the 99th percentile of the milliseconds from a create to the condition seen. Ends when
// its standard input does.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
)

const (
	warmUp  = 500
	count   = 5_000
	writers = 64
)

func main() {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	cluster := &envtest.Environment{}
	cluster.ControlPlane.Etcd = &envtest.Etcd{Path: os.Args[2], DataDir: os.Args[4]}
	// Tests do without; who asks for durable writes does not.
	cluster.ControlPlane.Etcd.Configure().Disable("unsafe-no-fsync")
	cluster.ControlPlane.GetAPIServer().Path = os.Args[3]
	defer func() {
		if e := cluster.Stop(); err == nil {
			err = e
		}
	}()
	start := time.Now()
	config, err := cluster.Start()
	if err != nil {
		return err
	}
	ready := time.Since(start)
	definition := envtest.CRDInstallOptions{Paths: os.Args[5:], ErrorIfPathMissing: true}
	if _, err := envtest.InstallCRDs(config, definition); err != nil {
		return err
	}
	if os.Args[1] == "serve" {
		return serve(ctx, cluster, ready)
	}
	// No client of the others limits itself.
	config.QPS = -1
	config.Burst = 0
	return measure(ctx, config)
}

func serve(ctx context.Context, cluster *envtest.Environment, ready time.Duration) error {
	admin := envtest.User{Name: "bench", Groups: []string{"system:masters"}}
	user, err := cluster.AddUser(admin, nil)
	if err != nil {
		return err
	}
	kubeconfig, err := user.KubeConfig()
	if err != nil {
		return err
	}
	fmt.Printf("%d\n%s\n...\n", ready.Milliseconds(), kubeconfig)
	<-ctx.Done()
	return nil
}

func measure(ctx context.Context, config *rest.Config) error {
	if err := addToScheme(scheme.Scheme); err != nil {
		return err
	}
	live, err := client.NewWithWatch(config, client.Options{Scheme: scheme.Scheme})
	if err != nil {
		return err
	}
	manager, err := controllers(config)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- manager.Start(ctx) }()
	defer func() { stop(); <-ended }()
	flow, err := follow(ctx, live)
	if err != nil {
		return err
	}
	if _, err := flow.burst(ctx, warmUp); err != nil {
		return err
	}
	outcome, err := flow.burst(ctx, count)
	if err == nil {
		fmt.Printf("%.2f %.2f %.2f\n", outcome.perSecond, outcome.p50, outcome.p99)
	}
	return err
}

func controllers(config *rest.Config) (ctrl.Manager, error) {
	manager, err := ctrl.NewManager(config, ctrl.Options{Metrics: server.Options{BindAddress: "0"}})
	if err != nil {
		return nil, err
	}
	return manager, ctrl.NewControllerManagedBy(manager).
		For(&Job{}).
		WithEventFilter(predicate.GenerationChangedPredicate{}).
		WithOptions(controller.Options{MaxConcurrentReconciles: writers}).
		Complete(reconciler{manager.GetClient()})
}
