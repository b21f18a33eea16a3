// Goes through the life of a trunk and a branch as a controller written in Go does: identity from
// instance metadata, then the calls of trunk set-up, association, listing and removal. Nothing is
// set but the environment variables that every AWS SDK reads.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	identity, err := imds.NewFromConfig(cfg).GetInstanceIdentityDocument(ctx, nil)
	if err != nil {
		return err
	}
	fmt.Println("identity", identity.AccountID, identity.Region)
	client := ec2.NewFromConfig(cfg)
	found, err := client.DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{identity.InstanceID}})
	if err != nil {
		return err
	}
	instance := found.Reservations[0].Instances[0]
	trunkID, err := makeTrunk(ctx, client, instance, identity.AccountID)
	if err != nil {
		return err
	}
	return useBranch(ctx, client, instance, trunkID)
}

func makeTrunk(ctx context.Context, client *ec2.Client, instance types.Instance, account string) (*string, error) {
	trunk, err := client.CreateNetworkInterface(ctx, &ec2.CreateNetworkInterfaceInput{
		SubnetId:      instance.SubnetId,
		InterfaceType: types.NetworkInterfaceCreationTypeTrunk,
		Description:   aws.String("aws-k8s-trunk-eni"),
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeNetworkInterface,
			Tags:         []types.Tag{{Key: aws.String("eks:eni:owner"), Value: aws.String("eks-vpc-resource-controller")}},
		}},
	})
	if err != nil {
		return nil, err
	}
	id := trunk.NetworkInterface.NetworkInterfaceId
	if _, err = client.CreateNetworkInterfacePermission(ctx, &ec2.CreateNetworkInterfacePermissionInput{
		NetworkInterfaceId: id, AwsAccountId: &account, Permission: types.InterfacePermissionTypeInstanceAttach,
	}); err != nil {
		return nil, err
	}
	attached, err := client.AttachNetworkInterface(ctx, &ec2.AttachNetworkInterfaceInput{
		NetworkInterfaceId: id, InstanceId: instance.InstanceId, DeviceIndex: aws.Int32(2),
	})
	if err != nil {
		return nil, err
	}
	_, err = client.ModifyNetworkInterfaceAttribute(ctx, &ec2.ModifyNetworkInterfaceAttributeInput{
		NetworkInterfaceId: id,
		Attachment: &types.NetworkInterfaceAttachmentChanges{
			AttachmentId: attached.AttachmentId, DeleteOnTermination: aws.Bool(true),
		},
	})
	return id, err
}

func useBranch(ctx context.Context, client *ec2.Client, instance types.Instance, trunkID *string) error {
	branch, err := client.CreateNetworkInterface(ctx, &ec2.CreateNetworkInterfaceInput{
		SubnetId: instance.SubnetId, Description: aws.String("aws-k8s-branch-eni"),
	})
	if err != nil {
		return err
	}
	id := branch.NetworkInterface.NetworkInterfaceId
	made, err := client.AssociateTrunkInterface(ctx, &ec2.AssociateTrunkInterfaceInput{
		BranchInterfaceId: id, TrunkInterfaceId: trunkID, VlanId: aws.Int32(1),
	})
	if err != nil {
		return err
	}
	fmt.Println("associated", made.InterfaceAssociation.InterfaceProtocol, *made.InterfaceAssociation.VlanId)
	if err = list(ctx, client, *instance.VpcId); err != nil {
		return err
	}
	_, err = client.DeleteNetworkInterface(ctx, &ec2.DeleteNetworkInterfaceInput{NetworkInterfaceId: id})
	var refusal smithy.APIError
	if !errors.As(err, &refusal) {
		return fmt.Errorf("an associated branch was deleted: %w", err)
	}
	fmt.Println("refused", refusal.ErrorCode())
	if _, err = client.DisassociateTrunkInterface(ctx, &ec2.DisassociateTrunkInterfaceInput{
		AssociationId: made.InterfaceAssociation.AssociationId,
	}); err != nil {
		return err
	}
	_, err = client.DeleteNetworkInterface(ctx, &ec2.DeleteNetworkInterfaceInput{NetworkInterfaceId: id})
	fmt.Println("deleted")
	return err
}

func list(ctx context.Context, client *ec2.Client, vpcID string) error {
	pages := ec2.NewDescribeNetworkInterfacesPaginator(client, &ec2.DescribeNetworkInterfacesInput{
		MaxResults: aws.Int32(5),
		Filters:    []types.Filter{{Name: aws.String("vpc-id"), Values: []string{vpcID}}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, eni := range page.NetworkInterfaces {
			fmt.Println("listed", eni.InterfaceType, eni.Status)
		}
	}
	return nil
}
