package main

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// One wish, one condition.
type Job struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   Spec    `json:"spec"`
	Status *Status `json:"status,omitempty"`
}

type Spec struct {
	Size  int    `json:"size"`
	Owner string `json:"owner"`
}

type Status struct {
	Conditions []metav1.Condition `json:"conditions"`
}

type JobList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Job `json:"items"`
}

func addToScheme(scheme *runtime.Scheme) error {
	version := schema.GroupVersion{Group: "bench.weir.dev", Version: "v1"}
	scheme.AddKnownTypes(version, &Job{}, &JobList{})
	metav1.AddToGroupVersion(scheme, version)
	return nil
}

func jobOf(name string) *Job {
	return &Job{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name},
		Spec:       Spec{Size: 3, Owner: "ann"},
	}
}

func (j *Job) isReady() bool { return j.Status != nil && len(j.Status.Conditions) > 0 }

func (j *Job) copied() *Job {
	made := &Job{TypeMeta: j.TypeMeta, Spec: j.Spec}
	j.ObjectMeta.DeepCopyInto(&made.ObjectMeta)
	if j.Status != nil {
		made.Status = &Status{Conditions: append([]metav1.Condition(nil), j.Status.Conditions...)}
	}
	return made
}

func (j *Job) DeepCopyObject() runtime.Object { return j.copied() }

func (l *JobList) DeepCopyObject() runtime.Object {
	made := &JobList{TypeMeta: l.TypeMeta, Items: make([]Job, len(l.Items))}
	l.ListMeta.DeepCopyInto(&made.ListMeta)
	for i := range l.Items {
		made.Items[i] = *l.Items[i].copied()
	}
	return made
}

// Writes the condition once.
type reconciler struct{ client.Client }

func (r reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	job := &Job{}
	if err := r.Get(ctx, request.NamespacedName, job); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if job.isReady() {
		return ctrl.Result{}, nil
	}
	job.Status = &Status{Conditions: []metav1.Condition{{
		Type:               "Ready",
		Status:             metav1.ConditionTrue,
		ObservedGeneration: job.Generation,
		LastTransitionTime: metav1.Now(),
		Reason:             "Done",
		Message:            "made true",
	}}}
	return ctrl.Result{}, r.Status().Update(ctx, job)
}
