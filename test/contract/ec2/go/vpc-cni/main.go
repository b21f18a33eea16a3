// Drives the EC2 and instance-metadata code of the Amazon VPC CNI's node agent as the agent does:
// find the instance, make and attach an interface, add addresses, wait until metadata shows them,
// take an address back, free the interface. Prints one line for each thing seen.
//
// Nothing is set but the environment variables that every AWS SDK reads.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/amazon-vpc-cni-k8s/pkg/awsutils"
	"github.com/aws/amazon-vpc-cni-k8s/pkg/ipamd/datastore"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	agent, err := awsutils.New(ctx, true, false, true, true, false)
	if err != nil {
		return err
	}
	if err = agent.FetchInstanceTypeLimits(ctx); err != nil {
		return err
	}
	fmt.Println("instance", agent.GetInstanceID(), agent.GetInstanceType(), agent.GetRegion())
	fmt.Println("limits", agent.GetENILimit(), agent.GetENIIPv4Limit(), "trunking", agent.IsTrunkingCompatible())
	if err = agent.RefreshSGIDs(ctx, agent.GetPrimaryENImac(), &datastore.DataStoreAccess{}); err != nil {
		return err
	}
	cidrs, err := agent.GetVPCIPv4CIDRs()
	if err != nil {
		return err
	}
	fmt.Println("VPC", cidrs)
	return useInterface(ctx, agent)
}

func useInterface(ctx context.Context, agent *awsutils.EC2InstanceMetadataCache) error {
	id, err := agent.AllocENI(ctx, nil, "", 4, 0)
	if err != nil {
		return err
	}
	if err = show(agent, "attached", id, 4); err != nil {
		return err
	}
	if _, err = agent.AllocIPAddresses(ctx, id, 3); err != nil {
		return err
	}
	if err = show(agent, "more addresses", id, 7); err != nil {
		return err
	}
	if err = describe(ctx, agent); err != nil {
		return err
	}
	addresses, err := agent.GetIPv4sFromEC2(ctx, id)
	if err != nil {
		return err
	}
	last := *addresses[len(addresses)-1].PrivateIpAddress
	if err = agent.DeallocIPAddresses(ctx, id, []string{last}); err != nil {
		return err
	}
	if err = show(agent, "one address less", id, 6); err != nil {
		return err
	}
	if err = agent.FreeENI(ctx, id); err != nil {
		return err
	}
	left, err := agent.GetAttachedENIs()
	fmt.Println("interfaces left", len(left))
	return err
}

// show waits until instance metadata has an interface with so many secondary addresses.
func show(agent *awsutils.EC2InstanceMetadataCache, what, id string, secondary int) error {
	eni, err := agent.WaitForENIAndIPsAttached(id, secondary)
	if err != nil {
		return err
	}
	fmt.Println(what, "device", eni.DeviceNumber, eni.SubnetIPv4CIDR, len(eni.IPv4Addresses), "addresses")
	return nil
}

func describe(ctx context.Context, agent *awsutils.EC2InstanceMetadataCache) error {
	all, err := agent.DescribeAllENIs(ctx)
	if err != nil {
		return err
	}
	fmt.Println("described", len(all.ENIMetadata), "trunk", all.TrunkENI != "", "by card", len(all.ENIsByNetworkCard[0]))
	return nil
}
