#!/bin/sh
# Builds the Kubernetes peers that Weir is compared with, from Go modules: kube-apiserver,
# kube-controller-manager and etcd. About ten minutes the first time; nothing the second.
#
#   conformance/peers/kubernetes.sh [DIR]      DIR defaults to $WEIR_PEERS, else ~/.cache/weir/peers
#
# Prints the environment variables that name the binaries. ./weir bench control runs them where they
# are; ./weir test never needs them.
set -eu

KUBERNETES=1.34.2
ETCD=3.6.5
dir=${1:-${WEIR_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/weir/peers}}

command -v go >/dev/null || { echo "kubernetes.sh: needs go 1.24 or later on the PATH" >&2; exit 2; }
mkdir -p "$dir"

# build NAME IMPORT MAIN-BODY: a module of two lines of Go around somebody else's command.
build() {
    [ -x "$dir/$1" ] && return
    echo "building $1 ..." >&2
    mkdir -p "$dir/src/$1"
    printf 'package main\n\n%s\n' "$2" >"$dir/src/$1/main.go"
    (cd "$dir/src/$1" && go mod tidy >/dev/null 2>"$dir/$1.log" && go build -trimpath -ldflags='-s -w' -o "$dir/$1" . 2>>"$dir/$1.log") ||
        { tail -n 20 "$dir/$1.log" >&2; exit 1; }
}

kubernetes_module() {
    mkdir -p "$dir/src/$1"
    {
        echo "module weir.dev/peer/$1"
        echo "go 1.24.0"
        echo "require k8s.io/kubernetes v$KUBERNETES"
        for m in api apiextensions-apiserver apimachinery apiserver cli-runtime client-go cloud-provider \
            cluster-bootstrap code-generator component-base component-helpers controller-manager cri-api \
            cri-client csi-translation-lib dynamic-resource-allocation endpointslice externaljwt kms \
            kube-aggregator kube-controller-manager kube-proxy kube-scheduler kubectl kubelet metrics \
            mount-utils pod-security-admission sample-apiserver sample-cli-plugin sample-controller; do
            echo "replace k8s.io/$m => k8s.io/$m v0.${KUBERNETES#1.}"
        done
    } >"$dir/src/$1/go.mod"
}

kubernetes_command() {
    [ -x "$dir/$1" ] || kubernetes_module "$1"
    build "$1" "import (
	\"os\"

	\"k8s.io/component-base/cli\"
	\"k8s.io/kubernetes/cmd/$1/app\"
)

func main() { os.Exit(cli.Run(app.$2())) }"
}

if [ ! -x "$dir/etcd" ]; then
    mkdir -p "$dir/src/etcd"
    printf 'module weir.dev/peer/etcd\ngo 1.24.0\nrequire go.etcd.io/etcd/server/v3 v%s\n' "$ETCD" >"$dir/src/etcd/go.mod"
fi
build etcd 'import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }'
kubernetes_command kube-apiserver NewAPIServerCommand
kubernetes_command kube-controller-manager NewControllerManagerCommand

echo "export WEIR_ETCD=$dir/etcd"
echo "export WEIR_KUBE_APISERVER=$dir/kube-apiserver"
echo "export WEIR_KUBE_CONTROLLER_MANAGER=$dir/kube-controller-manager"
