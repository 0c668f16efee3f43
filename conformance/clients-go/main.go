// Checks client-go and controller-runtime, unmodified, on the server that KUBECONFIG names.
// Each check prints a line: "passed CLAIM", or "failed CLAIM: WHY".
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

const patience = 20 * time.Second

func main() {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		panic(err)
	}
	protobuf := rest.CopyConfig(config)
	protobuf.ContentType = "application/vnd.kubernetes.protobuf"
	protobuf.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	plain := kubernetes.NewForConfigOrDie(config)
	objectChecks("json", plain)
	objectChecks("protobuf", kubernetes.NewForConfigOrDie(protobuf))
	watchChecks(plain)
	managerChecks(config)
}

func check(claim string, body func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience)
	defer cancel()
	if err := body(ctx); err != nil {
		fmt.Printf("failed %s: %v\n", claim, err)
	} else {
		fmt.Printf("passed %s\n", claim)
	}
}

func soon(what string, condition func() bool) error {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if condition() {
			return nil
		}
	}
	return fmt.Errorf("expected %s within %v", what, patience)
}
