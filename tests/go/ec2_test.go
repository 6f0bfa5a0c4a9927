package tests

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: &name, Values: values}
}

func TestNetworkIsMadeFoundAndWaitedFor(t *testing.T) {
	t.Parallel()
	client := ec2.NewFromConfig(settings(start(t).endpoint))
	vpc := *must(client.CreateVpc(t.Context(), &ec2.CreateVpcInput{
		CidrBlock: aws.String("10.0.0.0/16"),
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeVpc,
			Tags:         []types.Tag{{Key: aws.String("Name"), Value: aws.String("fog")}},
		}},
	}))(t).Vpc.VpcId
	named := &ec2.DescribeVpcsInput{Filters: []types.Filter{filter("tag:Name", "f*")}}
	if err := ec2.NewVpcAvailableWaiter(client).Wait(t.Context(), named, time.Minute); err != nil {
		t.Fatal(err)
	}

	want := map[string]bool{}
	for number := range 12 {
		made := must(client.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{
			VpcId: &vpc, CidrBlock: aws.String(fmt.Sprintf("10.0.%d.0/24", number)),
		}))(t)
		want[*made.Subnet.SubnetId] = true
	}
	inside := &ec2.DescribeSubnetsInput{
		Filters: []types.Filter{filter("vpc-id", vpc)}, MaxResults: aws.Int32(5),
	}
	if err := ec2.NewSubnetAvailableWaiter(client).Wait(t.Context(), inside, time.Minute); err != nil {
		t.Fatal(err)
	}
	found, count := map[string]bool{}, 0
	for pages := ec2.NewDescribeSubnetsPaginator(client, inside); pages.HasMorePages(); count++ {
		page := must(pages.NextPage(t.Context()))(t)
		if len(page.Subnets) > 5 {
			t.Fatalf("a page of %d", len(page.Subnets))
		}
		for _, subnet := range page.Subnets {
			equal(t, *subnet.AvailableIpAddressCount, int32(251))
			found[*subnet.SubnetId] = true
		}
	}
	equal(t, found, want)
	equal(t, count, 3)
}

func TestTagsAndRulesComeBack(t *testing.T) {
	t.Parallel()
	client := ec2.NewFromConfig(settings(start(t).endpoint))
	vpcs := must(client.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{
		Filters: []types.Filter{filter("is-default", "true")},
	}))(t).Vpcs
	equal(t, len(vpcs), 1)
	group := must(client.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{
		GroupName: aws.String("web"), Description: aws.String("web"), VpcId: vpcs[0].VpcId,
	}))(t).GroupId
	must(client.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: group,
		IpPermissions: []types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: aws.Int32(443), ToPort: aws.Int32(443),
			IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0"), Description: aws.String("all")}},
		}},
	}))(t)
	must(client.CreateTags(t.Context(), &ec2.CreateTagsInput{
		Resources: []string{*group}, Tags: []types.Tag{{Key: aws.String("stage"), Value: aws.String("test")}},
	}))(t)
	shown := must(client.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{
		Filters: []types.Filter{filter("tag:stage", "test"), filter("ip-permission.to-port", "443")},
	}))(t).SecurityGroups
	equal(t, len(shown), 1)
	equal(t, *shown[0].IpPermissions[0].IpRanges[0].Description, "all")
	tags := must(client.DescribeTags(t.Context(), &ec2.DescribeTagsInput{
		Filters: []types.Filter{filter("resource-id", *group)},
	}))(t).Tags
	equal(t, *tags[0].Value, "test")
}

func TestNetworkRefusalsCarryTheirCodes(t *testing.T) {
	t.Parallel()
	client := ec2.NewFromConfig(settings(start(t).endpoint))
	_, err := client.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{
		VpcId: aws.String("vpc-00000000000000000"), CidrBlock: aws.String("10.0.0.0/24"),
	})
	refused(t, err, "InvalidVpcID.NotFound", 400)
	_, err = client.CreateVpc(t.Context(), &ec2.CreateVpcInput{
		CidrBlock: aws.String("10.0.0.0/16"), DryRun: aws.Bool(true),
	})
	refused(t, err, "DryRunOperation", 412)
}
