// The work queue of client-go, with the keys and operations of QueueBenchmark. Prints the median
// rate of add, get and done, in operations a second.
package main

import (
	"fmt"
	"sort"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
)

const (
	keys       = 1_000
	operations = 3_000_000
	rounds     = 7
)

func main() {
	requests := make([]types.NamespacedName, keys)
	for i := range requests {
		requests[i] = types.NamespacedName{Namespace: fmt.Sprintf("n%d", i%10), Name: fmt.Sprintf("r%d", i)}
	}
	rates := make([]float64, rounds)
	for i := range rates {
		rates[i] = once(requests)
	}
	sort.Float64s(rates)
	fmt.Printf("%.1f\n", rates[rounds/2])
}

func once(requests []types.NamespacedName) float64 {
	queue := workqueue.NewTyped[types.NamespacedName]()
	defer queue.ShutDown()
	start := time.Now()
	for i := 0; i < operations; i++ {
		queue.Add(requests[i%keys])
		request, _ := queue.Get()
		queue.Done(request)
	}
	return operations / time.Since(start).Seconds()
}
