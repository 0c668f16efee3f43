package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/retry"
)

// Single objects and lists by the generated client, in one of its encodings.
func objectChecks(encoding string, typed kubernetes.Interface) {
	maps := typed.CoreV1().ConfigMaps("default")
	name := "go-" + encoding
	claim := func(text string) string { return "client-go, " + encoding + ": " + text }
	check(claim("a config map is made and read"), func(ctx context.Context) error {
		made, err := maps.Create(ctx, configMap(name), metav1.CreateOptions{})
		if err != nil {
			return err
		}
		found, err := maps.Get(ctx, name, metav1.GetOptions{})
		if err == nil && (found.UID != made.UID || found.Data["k"] != "1") {
			err = fmt.Errorf("expected %v, found %v", made, found)
		}
		return err
	})
	check(claim("a stale update conflicts, and a retry does not"), func(ctx context.Context) error {
		stale, err := maps.Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		err = retry.RetryOnConflict(retry.DefaultRetry, func() error {
			fresh, err := maps.Get(ctx, name, metav1.GetOptions{})
			if err != nil {
				return err
			}
			fresh.Data["k"] = "2"
			_, err = maps.Update(ctx, fresh, metav1.UpdateOptions{})
			return err
		})
		if err != nil {
			return err
		}
		stale.Data["k"] = "3"
		if _, err = maps.Update(ctx, stale, metav1.UpdateOptions{}); !apierrors.IsConflict(err) {
			return fmt.Errorf("expected a conflict, found %v", err)
		}
		return nil
	})
	check(claim("JSON, merge and strategic merge patch"), func(ctx context.Context) error {
		for kind, patch := range map[types.PatchType]string{
			types.JSONPatchType:           `[{"op":"add","path":"/data/json","value":"x"}]`,
			types.MergePatchType:          `{"data":{"merge":"x"}}`,
			types.StrategicMergePatchType: `{"data":{"strategic":"x"}}`,
		} {
			if _, err := maps.Patch(ctx, name, kind, []byte(patch), metav1.PatchOptions{}); err != nil {
				return err
			}
		}
		found, err := maps.Get(ctx, name, metav1.GetOptions{})
		if err == nil && len(found.Data) != 4 {
			err = fmt.Errorf("expected 4 entries, found %v", found.Data)
		}
		return err
	})
	check(claim("pages and selectors"), func(ctx context.Context) error {
		for i := range 3 {
			page := configMap(fmt.Sprintf("%s-%d", name, i))
			page.Labels = map[string]string{"page": encoding}
			if _, err := maps.Create(ctx, page, metav1.CreateOptions{}); err != nil {
				return err
			}
		}
		options := metav1.ListOptions{LabelSelector: "page=" + encoding, Limit: 2}
		first, err := maps.List(ctx, options)
		if err != nil {
			return err
		}
		options.Continue = first.Continue
		second, err := maps.List(ctx, options)
		if err == nil && (len(first.Items) != 2 || len(second.Items) != 1) {
			err = fmt.Errorf("found pages of %d and %d", len(first.Items), len(second.Items))
		}
		return err
	})
	check(claim("what is deleted is not found"), func(ctx context.Context) error {
		if err := maps.Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
			return err
		}
		if _, err := maps.Get(ctx, name, metav1.GetOptions{}); !apierrors.IsNotFound(err) {
			return fmt.Errorf("expected not found, found %v", err)
		}
		return nil
	})
}

func configMap(name string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"k": "1"}}
}
