// Command manifests prints, as one JSON List, the objects of KubeVirt that virt-operator would have
// made: custom resource definitions, admission webhooks, and the roles of virt-api, virt-controller
// and virt-handler. They come from KubeVirt's own packages, so they always fit its programs.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"kubevirt.io/kubevirt/pkg/virt-operator/resource/generate/components"
	"kubevirt.io/kubevirt/pkg/virt-operator/resource/generate/rbac"
)

const namespace = "kubevirt"

type list struct {
	metav1.TypeMeta `json:",inline"`
	Items           []any `json:"items"`
}

// virt-api waits for every one of these before it serves.
var definitions = []func() (*extv1.CustomResourceDefinition, error){
	components.NewVirtualMachineInstanceCrd,
	components.NewVirtualMachineCrd,
	components.NewPresetCrd,
	components.NewReplicaSetCrd,
	components.NewVirtualMachineInstanceMigrationCrd,
	components.NewKubeVirtCrd,
	components.NewVirtualMachinePoolCrd,
	components.NewVirtualMachineSnapshotCrd,
	components.NewVirtualMachineSnapshotContentCrd,
	components.NewVirtualMachineRestoreCrd,
	components.NewVirtualMachineExportCrd,
	components.NewVirtualMachineBackupCrd,
	components.NewVirtualMachineBackupTrackerCrd,
	components.NewVirtualMachineInstancetypeCrd,
	components.NewVirtualMachineClusterInstancetypeCrd,
	components.NewVirtualMachinePreferenceCrd,
	components.NewVirtualMachineClusterPreferenceCrd,
	components.NewMigrationPolicyCrd,
	components.NewVirtualMachineCloneCrd,
}

func collect() ([]any, error) {
	var items []any
	for _, define := range definitions {
		definition, err := define()
		if err != nil {
			return nil, fmt.Errorf("make a KubeVirt custom resource definition: %w", err)
		}
		items = append(items, definition)
	}
	for _, object := range rbac.GetAllApiServer(namespace) {
		items = append(items, object)
	}
	for _, object := range rbac.GetAllController(namespace, false) {
		items = append(items, object)
	}
	for _, object := range rbac.GetAllHandler(namespace) {
		items = append(items, object)
	}
	for _, object := range rbac.GetAllCluster() {
		items = append(items, object)
	}
	items = append(items,
		components.NewVirtAPIMutatingWebhookConfiguration(namespace),
		components.NewVirtAPIValidatingWebhookConfiguration(namespace),
	)
	return items, nil
}

func main() {
	items, err := collect()
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(list{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "List"},
			Items:    items,
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "manifests:", err)
		os.Exit(1)
	}
}
