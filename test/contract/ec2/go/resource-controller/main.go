// Drives the trunk code of AWS's VPC resource controller as the controller does for one node: set a
// trunk up, give pods a branch each until the node is full, start again with a pod gone, remove
// branches, and clean up after the node. Prints one line for each thing seen.
//
// The node is the instance that instance metadata names; nothing is set but the environment
// variables that every AWS SDK reads.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/aws/amazon-vpc-resource-controller-k8s/pkg/aws/ec2"
	"github.com/aws/amazon-vpc-resource-controller-k8s/pkg/aws/ec2/api"
	"github.com/aws/amazon-vpc-resource-controller-k8s/pkg/aws/ec2/api/cleanup"
	"github.com/aws/amazon-vpc-resource-controller-k8s/pkg/config"
	"github.com/aws/amazon-vpc-resource-controller-k8s/pkg/provider/branch/trunk"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	"github.com/go-logr/logr"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	kinds "k8s.io/apimachinery/pkg/types"
)

const (
	cluster = "shop"
	// Calls a second that the controller's own limiter lets through: it is not what is looked at.
	qps      = 1000
	branches = 9
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func run(instanceID, groupID string) error {
	wrapper, err := api.NewEC2Wrapper("", cluster, "us-west-2", qps, qps, qps, qps, logr.Discard())
	if err != nil {
		return err
	}
	node := node{id: instanceID, helper: api.NewEC2APIHelper(wrapper, cluster)}
	pods, err := node.fill(groupID)
	if err != nil {
		return err
	}
	if err = node.restartWithout(pods, groupID); err != nil {
		return err
	}
	return node.leave(wrapper)
}

type node struct {
	id     string
	helper api.EC2APIHelper
}

// start is what the controller does when it first sees a node, and when it starts again.
func (n node) start(pods []core.Pod) (trunk.TrunkENI, ec2.EC2Instance, error) {
	instance := ec2.NewEC2Instance("n1", n.id, config.OSLinux, logr.Discard())
	if err := instance.LoadDetails(n.helper); err != nil {
		return nil, nil, err
	}
	made := trunk.NewTrunkENI(logr.Discard(), instance, n.helper)
	return made, instance, made.InitTrunk(instance, pods)
}

// fill gives pods a branch each until there is no more room.
func (n node) fill(groupID string) ([]core.Pod, error) {
	eni, instance, err := n.start(nil)
	if err != nil {
		return nil, err
	}
	fmt.Println("node", instance.Type(), instance.SubnetCidrBlock(), instance.CurrentInstanceSecurityGroups())
	var pods []core.Pod
	for i := 1; i <= branches; i++ {
		pod := core.Pod{ObjectMeta: meta.ObjectMeta{
			Namespace: "shop", Name: fmt.Sprint("api-", i), UID: kinds.UID(fmt.Sprint("uid-", i)),
		}}
		made, err := eni.CreateAndAssociateBranchENIs(&pod, []string{groupID}, 1)
		if err != nil {
			return nil, err
		}
		annotation, err := json.Marshal(made)
		if err != nil {
			return nil, err
		}
		pod.Annotations = map[string]string{config.ResourceNamePodENI: string(annotation)}
		pods = append(pods, pod)
		fmt.Println("branch", pod.Name, "VLAN", made[0].VlanID, made[0].SubnetCIDR)
	}
	_, err = eni.CreateAndAssociateBranchENIs(&core.Pod{ObjectMeta: meta.ObjectMeta{UID: "uid-10"}}, nil, 1)
	fmt.Println("tenth refused:", err == trunk.ErrCurrentlyAtMaxCapacity)
	return pods, nil
}

// restartWithout starts the controller again after the last pod went and removes the first one's
// branch, whose VLAN id must then be free.
func (n node) restartWithout(pods []core.Pod, groupID string) error {
	kept := pods[:len(pods)-1]
	eni, _, err := n.start(kept)
	if err != nil {
		return err
	}
	seen := eni.Introspect()
	fmt.Println("after restart:", len(seen.PodToBranchENI), "kept,", len(seen.DeleteQueue), "to delete")
	var gone []*trunk.ENIDetails
	if err = json.Unmarshal([]byte(kept[0].Annotations[config.ResourceNamePodENI]), &gone); err != nil {
		return err
	}
	eni.PushENIsToFrontOfDeleteQueue(&kept[0], gone)
	// Branches with a time of death wait in the queue for the cool-down that a cluster sets; without
	// a cluster only those without one can go.
	deleteNow(eni)
	made, err := eni.CreateAndAssociateBranchENIs(&core.Pod{ObjectMeta: meta.ObjectMeta{UID: "uid-11"}}, []string{groupID}, 1)
	if err != nil {
		return err
	}
	fmt.Println("VLAN taken again:", made[0].VlanID)
	return nil
}

// deleteNow runs the controller's queue. The first entry that has to cool down stops it: outside of
// a cluster the controller has no cool-down to ask for and panics there.
func deleteNow(eni trunk.TrunkENI) {
	defer func() { _ = recover() }()
	eni.DeleteCooledDownENIs()
}

// leave is what remains to do when a node has gone: interfaces of it that are in no use.
func (n node) leave(wrapper api.EC2Wrapper) error {
	found, err := n.helper.GetInstanceDetails(&n.id)
	if err != nil {
		return err
	}
	name := aws.String("branch-eni")
	_, err = n.helper.CreateNetworkInterface(name, found.SubnetId, []string{"sg-0123456789abcdef0"}, nil, nil, nil, nil)
	var refusal smithy.APIError
	if !errors.As(err, &refusal) {
		return fmt.Errorf("a group that is not there was taken: %w", err)
	}
	fmt.Println("refused", refusal.ErrorCode())
	tags := []types.Tag{{Key: aws.String(config.NetworkInterfaceNodeIDKey), Value: &n.id}}
	if _, err = n.helper.CreateNetworkInterface(name, found.SubnetId, nil, tags, nil, nil, nil); err != nil {
		return err
	}
	return cleanup.NewNodeResourceCleaner(n.id, wrapper, *found.VpcId).DeleteLeakedResources()
}
