package tests

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// wait is a waiter that has everything but the time it may take.
type wait func(time.Duration) error

// ready is the waiter with what it asks for.
func ready[I, O any](p *place, waiter func(context.Context, *I, time.Duration, ...func(*O)) error, input *I) wait {
	return func(most time.Duration) error { return waiter(p.ctx, input, most) }
}

// notBuilt are waiters for what nothing makes yet.
var notBuilt = []string{
	"BundleTaskComplete", "ConversionTaskCancelled", "ConversionTaskCompleted", "ConversionTaskDeleted", "ExportTaskCancelled",
	"ExportTaskCompleted", "ImageUsageReportAvailable", "SecondaryNetworkCreateComplete", "SecondaryNetworkDeleteComplete",
	"SecondarySubnetCreateComplete", "SecondarySubnetDeleteComplete", "SnapshotImported", "StoreImageTaskComplete",
}

// waiters are made ready for what they wait for, by the SDK's name for them.
var waiters = map[string]func(*place) wait{
	"CustomerGatewayAvailable": func(p *place) wait {
		return ready(p, ec2.NewCustomerGatewayAvailableWaiter(p).Wait, &ec2.DescribeCustomerGatewaysInput{CustomerGatewayIds: []string{p.customer()}})
	},
	"ImageAvailable": func(p *place) wait { return ready(p, ec2.NewImageAvailableWaiter(p).Wait, p.images()) },
	"ImageExists":    func(p *place) wait { return ready(p, ec2.NewImageExistsWaiter(p).Wait, p.images()) },
	"InstanceExists": func(p *place) wait { return ready(p, ec2.NewInstanceExistsWaiter(p).Wait, p.machines()) },
	"InstanceRunning": func(p *place) wait {
		return ready(p, ec2.NewInstanceRunningWaiter(p).Wait, p.machines())
	},
	"InstanceStatusOk": func(p *place) wait {
		return ready(p, ec2.NewInstanceStatusOkWaiter(p).Wait, &ec2.DescribeInstanceStatusInput{InstanceIds: p.machines().InstanceIds})
	},
	"SystemStatusOk": func(p *place) wait {
		return ready(p, ec2.NewSystemStatusOkWaiter(p).Wait, &ec2.DescribeInstanceStatusInput{InstanceIds: p.machines().InstanceIds})
	},
	"InstanceStopped": func(p *place) wait {
		own := p.machines()
		must(p.StopInstances(p.ctx, &ec2.StopInstancesInput{InstanceIds: own.InstanceIds}))(p.T)
		return ready(p, ec2.NewInstanceStoppedWaiter(p).Wait, own)
	},
	"InstanceTerminated": func(p *place) wait {
		own := p.machines()
		must(p.TerminateInstances(p.ctx, &ec2.TerminateInstancesInput{InstanceIds: own.InstanceIds}))(p.T)
		return ready(p, ec2.NewInstanceTerminatedWaiter(p).Wait, own)
	},
	"InternetGatewayExists": func(p *place) wait {
		id := p.gateway(p.vpc("10.0.0.0/16"))
		return ready(p, ec2.NewInternetGatewayExistsWaiter(p).Wait, &ec2.DescribeInternetGatewaysInput{InternetGatewayIds: []string{id}})
	},
	"KeyPairExists": func(p *place) wait {
		must(p.CreateKeyPair(p.ctx, &ec2.CreateKeyPairInput{KeyName: aws.String("key"), KeyType: types.KeyTypeEd25519}))(p.T)
		return ready(p, ec2.NewKeyPairExistsWaiter(p).Wait, &ec2.DescribeKeyPairsInput{KeyNames: []string{"key"}})
	},
	"NatGatewayAvailable": func(p *place) wait { return ready(p, ec2.NewNatGatewayAvailableWaiter(p).Wait, p.nats()) },
	"NatGatewayDeleted": func(p *place) wait {
		own := p.nats()
		must(p.DeleteNatGateway(p.ctx, &ec2.DeleteNatGatewayInput{NatGatewayId: &own.NatGatewayIds[0]}))(p.T)
		return ready(p, ec2.NewNatGatewayDeletedWaiter(p).Wait, own)
	},
	"NetworkInterfaceAvailable": func(p *place) wait {
		id := p.card(p.subnet(p.vpc("10.0.0.0/16")))
		return ready(p, ec2.NewNetworkInterfaceAvailableWaiter(p).Wait, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{id}})
	},
	"PasswordDataAvailable": func(p *place) wait {
		must(p.CreateKeyPair(p.ctx, &ec2.CreateKeyPairInput{KeyName: aws.String("windows")}))(p.T)
		windows := must(p.DescribeImages(p.ctx, &ec2.DescribeImagesInput{
			Owners: []string{"amazon"}, Filters: []types.Filter{filter("platform", "windows")},
		}))(p.T).Images[0].ImageId
		made := must(p.RunInstances(p.ctx, &ec2.RunInstancesInput{
			ImageId: windows, InstanceType: types.InstanceTypeT3Micro, KeyName: aws.String("windows"),
			MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		}))(p.T)
		return ready(p, ec2.NewPasswordDataAvailableWaiter(p).Wait, &ec2.GetPasswordDataInput{InstanceId: made.Instances[0].InstanceId})
	},
	"SecurityGroupExists": func(p *place) wait {
		id := p.group(p.vpc("10.0.0.0/16"), "web")
		return ready(p, ec2.NewSecurityGroupExistsWaiter(p).Wait, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{id}})
	},
	"SecurityGroupVpcAssociationAssociated": func(p *place) wait {
		_, _, own := p.association()
		return ready(p, ec2.NewSecurityGroupVpcAssociationAssociatedWaiter(p).Wait, own)
	},
	"SecurityGroupVpcAssociationDisassociated": func(p *place) wait {
		group, vpc, own := p.association()
		must(p.DisassociateSecurityGroupVpc(p.ctx, &ec2.DisassociateSecurityGroupVpcInput{GroupId: &group, VpcId: &vpc}))(p.T)
		return ready(p, ec2.NewSecurityGroupVpcAssociationDisassociatedWaiter(p).Wait, own)
	},
	"SnapshotCompleted": func(p *place) wait {
		volume := p.volume()
		id := must(p.CreateSnapshot(p.ctx, &ec2.CreateSnapshotInput{VolumeId: &volume}))(p.T).SnapshotId
		return ready(p, ec2.NewSnapshotCompletedWaiter(p).Wait, &ec2.DescribeSnapshotsInput{SnapshotIds: []string{*id}})
	},
	"SpotInstanceRequestFulfilled": func(p *place) wait {
		made := must(p.RequestSpotInstances(p.ctx, &ec2.RequestSpotInstancesInput{
			LaunchSpecification: &types.RequestSpotLaunchSpecification{
				ImageId: aws.String(image), InstanceType: types.InstanceTypeT3Micro,
			},
		}))(p.T)
		ids := []string{*made.SpotInstanceRequests[0].SpotInstanceRequestId}
		return ready(p, ec2.NewSpotInstanceRequestFulfilledWaiter(p).Wait, &ec2.DescribeSpotInstanceRequestsInput{SpotInstanceRequestIds: ids})
	},
	"SubnetAvailable": func(p *place) wait {
		id := p.subnet(p.vpc("10.0.0.0/16"))
		return ready(p, ec2.NewSubnetAvailableWaiter(p).Wait, &ec2.DescribeSubnetsInput{SubnetIds: []string{id}})
	},
	"VolumeAvailable": func(p *place) wait {
		return ready(p, ec2.NewVolumeAvailableWaiter(p).Wait, &ec2.DescribeVolumesInput{VolumeIds: []string{p.volume()}})
	},
	"VolumeDeleted": func(p *place) wait {
		id := p.volume()
		must(p.DeleteVolume(p.ctx, &ec2.DeleteVolumeInput{VolumeId: &id}))(p.T)
		return ready(p, ec2.NewVolumeDeletedWaiter(p).Wait, &ec2.DescribeVolumesInput{VolumeIds: []string{id}})
	},
	"VolumeInUse": func(p *place) wait {
		machine, id := p.machine(p.subnet(p.vpc("10.0.0.0/16"))), p.volume()
		must(p.AttachVolume(p.ctx, &ec2.AttachVolumeInput{InstanceId: &machine, VolumeId: &id, Device: aws.String("/dev/sdf")}))(p.T)
		return ready(p, ec2.NewVolumeInUseWaiter(p).Wait, &ec2.DescribeVolumesInput{VolumeIds: []string{id}})
	},
	"VpcAvailable": func(p *place) wait { return ready(p, ec2.NewVpcAvailableWaiter(p).Wait, p.vpcs()) },
	"VpcExists":    func(p *place) wait { return ready(p, ec2.NewVpcExistsWaiter(p).Wait, p.vpcs()) },
	"VpcPeeringConnectionExists": func(p *place) wait {
		return ready(p, ec2.NewVpcPeeringConnectionExistsWaiter(p).Wait, p.peerings())
	},
	"VpcPeeringConnectionDeleted": func(p *place) wait {
		own := p.peerings()
		must(p.DeleteVpcPeeringConnection(p.ctx, &ec2.DeleteVpcPeeringConnectionInput{
			VpcPeeringConnectionId: &own.VpcPeeringConnectionIds[0],
		}))(p.T)
		return ready(p, ec2.NewVpcPeeringConnectionDeletedWaiter(p).Wait, own)
	},
	"VpnConnectionAvailable": func(p *place) wait {
		return ready(p, ec2.NewVpnConnectionAvailableWaiter(p).Wait, p.vpns())
	},
	"VpnConnectionDeleted": func(p *place) wait {
		own := p.vpns()
		must(p.DeleteVpnConnection(p.ctx, &ec2.DeleteVpnConnectionInput{VpnConnectionId: &own.VpnConnectionIds[0]}))(p.T)
		return ready(p, ec2.NewVpnConnectionDeletedWaiter(p).Wait, own)
	},
}

// Each waiter of the SDK is content with its first look. Which there are is read from the SDK's source.
func TestEveryWaiterSucceedsWithItsFirstLook(t *testing.T) {
	t.Parallel()
	covered := append(slices.Collect(maps.Keys(waiters)), notBuilt...)
	slices.Sort(covered)
	equal(t, covered, waitersOfTheSDK(t, ec2.NewVpcExistsWaiter))
	waitForAll(t, waiters)
}

// waitForAll waits once for each.
func waitForAll(t *testing.T, waiters map[string]func(*place) wait) {
	t.Helper()
	endpoint := start(t).endpoint
	for name, begin := range waiters {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, endpoint)
			wait := begin(p)
			before := p.calls.sent.Load()
			p.done(wait(patience))
			equal(t, p.calls.sent.Load()-before, int64(1))
		})
	}
}

// waitersOfTheSDK are those of the service that one of them is given of.
func waitersOfTheSDK(t *testing.T, one any) []string {
	t.Helper()
	file, _ := runtime.FuncForPC(reflect.ValueOf(one).Pointer()).FileLine(0)
	files := must(filepath.Glob(filepath.Join(filepath.Dir(file), "api_op_*.go")))(t)
	constructor := regexp.MustCompile(`(?m)^func New(\w+)Waiter\(`)
	var names []string
	for _, file := range files {
		for _, found := range constructor.FindAllSubmatch(must(os.ReadFile(file))(t), -1) {
			names = append(names, string(found[1]))
		}
	}
	slices.Sort(names)
	return names
}

func (p *place) vpcs() *ec2.DescribeVpcsInput {
	return &ec2.DescribeVpcsInput{VpcIds: []string{p.vpc("10.0.0.0/16")}}
}

// machines is one instance, as its launch left it.
func (p *place) machines() *ec2.DescribeInstancesInput {
	made := must(p.RunInstances(p.ctx, &ec2.RunInstancesInput{
		ImageId: aws.String(image), InstanceType: types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
	}))(p.T)
	return &ec2.DescribeInstancesInput{InstanceIds: []string{*made.Instances[0].InstanceId}}
}

func (p *place) images() *ec2.DescribeImagesInput {
	machine := p.machine(p.subnet(p.vpc("10.0.0.0/16")))
	id := must(p.CreateImage(p.ctx, &ec2.CreateImageInput{InstanceId: &machine, Name: aws.String("own")}))(p.T).ImageId
	return &ec2.DescribeImagesInput{ImageIds: []string{*id}}
}

func (p *place) nats() *ec2.DescribeNatGatewaysInput {
	vpc := p.vpc("10.0.0.0/16")
	subnet, address := p.subnet(vpc), p.address()
	p.gateway(vpc)
	made := must(p.CreateNatGateway(p.ctx, &ec2.CreateNatGatewayInput{SubnetId: &subnet, AllocationId: &address}))(p.T)
	return &ec2.DescribeNatGatewaysInput{NatGatewayIds: []string{*made.NatGateway.NatGatewayId}}
}

// association is a group, a further VPC of its, and both as they are listed.
func (p *place) association() (string, string, *ec2.DescribeSecurityGroupVpcAssociationsInput) {
	group, vpc := p.group(p.vpc("10.0.0.0/16"), "web"), p.vpc("10.1.0.0/16")
	must(p.AssociateSecurityGroupVpc(p.ctx, &ec2.AssociateSecurityGroupVpcInput{GroupId: &group, VpcId: &vpc}))(p.T)
	of := []types.Filter{filter("group-id", group), filter("vpc-id", vpc)}
	return group, vpc, &ec2.DescribeSecurityGroupVpcAssociationsInput{Filters: of}
}

func (p *place) peerings() *ec2.DescribeVpcPeeringConnectionsInput {
	id := p.peering(p.vpc("10.0.0.0/16"), p.vpc("10.1.0.0/16"))
	return &ec2.DescribeVpcPeeringConnectionsInput{VpcPeeringConnectionIds: []string{id}}
}

func (p *place) customer() string {
	return *must(p.CreateCustomerGateway(p.ctx, &ec2.CreateCustomerGatewayInput{
		Type: types.GatewayTypeIpsec1, BgpAsn: aws.Int32(65000), IpAddress: aws.String("203.0.113.7"),
	}))(p.T).CustomerGateway.CustomerGatewayId
}

func (p *place) vpns() *ec2.DescribeVpnConnectionsInput {
	gateway := must(p.CreateVpnGateway(p.ctx, &ec2.CreateVpnGatewayInput{Type: types.GatewayTypeIpsec1}))(p.T).VpnGateway.VpnGatewayId
	made := must(p.CreateVpnConnection(p.ctx, &ec2.CreateVpnConnectionInput{
		Type: aws.String("ipsec.1"), CustomerGatewayId: aws.String(p.customer()), VpnGatewayId: gateway,
	}))(p.T)
	return &ec2.DescribeVpnConnectionsInput{VpnConnectionIds: []string{*made.VpnConnection.VpnConnectionId}}
}
