package tests

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// A cluster is made, waited for, changed and taken away, as Terraform's provider does it.
func TestAClusterIsMadeChangedAndTakenAway(t *testing.T) {
	t.Parallel()
	config, ctx := settings(start(t).endpoint), t.Context()
	client := eks.NewFromConfig(config)
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	role := must(iam.NewFromConfig(config).CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: aws.String("r"), AssumeRolePolicyDocument: &trust,
	}))(t).Role.Arn
	found := must(ec2.NewFromConfig(config).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{
		Filters: []ec2types.Filter{filter("availability-zone-id", "use1-az1", "use1-az2")},
	}))(t)
	var subnets []string
	for _, subnet := range found.Subnets {
		subnets = append(subnets, *subnet.SubnetId)
	}
	name := aws.String("one")
	made := must(client.CreateCluster(ctx, &eks.CreateClusterInput{
		Name: name, RoleArn: role, ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: subnets},
		AccessConfig: &types.CreateAccessConfigRequest{AuthenticationMode: types.AuthenticationModeApi},
	}))(t)
	equal(t, made.Cluster.Status, types.ClusterStatusCreating)
	which := &eks.DescribeClusterInput{Name: name}
	if err := eks.NewClusterActiveWaiter(client).Wait(ctx, which, time.Minute); err != nil {
		t.Fatal(err)
	}
	update := must(client.UpdateClusterConfig(ctx, &eks.UpdateClusterConfigInput{
		Name: name, ResourcesVpcConfig: &types.VpcConfigRequest{EndpointPrivateAccess: aws.Bool(true)},
	}))(t).Update
	told := must(client.DescribeUpdate(ctx, &eks.DescribeUpdateInput{Name: name, UpdateId: update.Id}))(t).Update
	equal(t, told.Status, types.UpdateStatusSuccessful)
	for number := range 3 {
		service := fmt.Sprintf("s%d", number)
		principal := must(iam.NewFromConfig(config).CreateRole(ctx, &iam.CreateRoleInput{
			RoleName: &service, AssumeRolePolicyDocument: &trust,
		}))(t).Role.Arn
		must(client.CreateAccessEntry(ctx, &eks.CreateAccessEntryInput{ClusterName: name, PrincipalArn: principal}))(t)
		must(client.DescribeAccessEntry(ctx, &eks.DescribeAccessEntryInput{ClusterName: name, PrincipalArn: principal}))(t)
	}
	pages, entries := eks.NewListAccessEntriesPaginator(client, &eks.ListAccessEntriesInput{
		ClusterName: name, MaxResults: aws.Int32(2),
	}), 0
	for pages.HasMorePages() {
		entries += len(must(pages.NextPage(ctx))(t).AccessEntries)
	}
	equal(t, entries, 5)
	must(client.DeleteCluster(ctx, &eks.DeleteClusterInput{Name: name}))(t)
	if err := eks.NewClusterDeletedWaiter(client).Wait(ctx, which, time.Minute); err != nil {
		t.Fatal(err)
	}
	_, err := client.DescribeCluster(ctx, which)
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) {
		t.Fatalf("found: %v", err)
	}
	equal(t, missing.ErrorMessage(), "No cluster found for name: one.")
}

// A node group is made of instances, waited for, paged through and taken away.
func TestANodeGroupIsMadeOfInstances(t *testing.T) {
	t.Parallel()
	config, ctx := settings(start(t).endpoint), t.Context()
	client, machines := eks.NewFromConfig(config), ec2.NewFromConfig(config)
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["%s"]},"Action":"sts:AssumeRole"}]}`
	role := func(name, service string) *string {
		document := fmt.Sprintf(trust, service)
		return must(iam.NewFromConfig(config).CreateRole(ctx, &iam.CreateRoleInput{
			RoleName: &name, AssumeRolePolicyDocument: &document,
		}))(t).Role.Arn
	}
	found := must(machines.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{
		Filters: []ec2types.Filter{filter("availability-zone-id", "use1-az1", "use1-az2")},
	}))(t)
	var subnets []string
	for _, subnet := range found.Subnets {
		subnets = append(subnets, *subnet.SubnetId)
	}
	cluster := aws.String("one")
	must(client.CreateCluster(ctx, &eks.CreateClusterInput{
		Name: cluster, RoleArn: role("c", "eks.amazonaws.com"), ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: subnets},
	}))(t)
	nodes := role("n", "ec2.amazonaws.com")
	for number := range 3 {
		name := fmt.Sprintf("n%d", number)
		must(client.CreateNodegroup(ctx, &eks.CreateNodegroupInput{
			ClusterName: cluster, NodegroupName: &name, Subnets: subnets, NodeRole: nodes,
			ScalingConfig: &types.NodegroupScalingConfig{
				MinSize: aws.Int32(1), MaxSize: aws.Int32(2), DesiredSize: aws.Int32(1),
			},
		}))(t)
		which := &eks.DescribeNodegroupInput{ClusterName: cluster, NodegroupName: &name}
		waiter := eks.NewNodegroupActiveWaiter(client, func(own *eks.NodegroupActiveWaiterOptions) {
			own.MinDelay, own.MaxDelay = 50*time.Millisecond, time.Second
		})
		if err := waiter.Wait(ctx, which, time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	pages, groups := eks.NewListNodegroupsPaginator(client, &eks.ListNodegroupsInput{
		ClusterName: cluster, MaxResults: aws.Int32(2),
	}), 0
	for pages.HasMorePages() {
		groups += len(must(pages.NextPage(ctx))(t).Nodegroups)
	}
	equal(t, groups, 3)
	running := must(machines.DescribeInstances(ctx, &ec2.DescribeInstancesInput{
		Filters: []ec2types.Filter{filter("tag:eks:cluster-name", "one"), filter("instance-state-name", "running")},
	}))(t)
	equal(t, len(running.Reservations), 3)
	which := &eks.DescribeNodegroupInput{ClusterName: cluster, NodegroupName: aws.String("n0")}
	must(client.DeleteNodegroup(ctx, &eks.DeleteNodegroupInput{ClusterName: cluster, NodegroupName: which.NodegroupName}))(t)
	waiter := eks.NewNodegroupDeletedWaiter(client, func(own *eks.NodegroupDeletedWaiterOptions) {
		own.MinDelay, own.MaxDelay = 50*time.Millisecond, time.Second
	})
	if err := waiter.Wait(ctx, which, time.Minute); err != nil {
		t.Fatal(err)
	}
}
