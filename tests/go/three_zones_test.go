package tests

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

var (
	zones    = []string{"us-east-1a", "us-east-1b", "us-east-1c"}
	tiers    = []string{"public", "private", "database"}
	anywhere = aws.String("0.0.0.0/0")
)

const patience = time.Minute

// zonesNetwork is a network of three zones, by what has to be known to take it down.
type zonesNetwork struct {
	vpc, gateway, group, instance, logs string
	subnets, tables, endpoints          []string
	addresses, nats                     []string
}

// A network is made and taken down by the SDK for Go, and every list that EC2 has answers as before.
func TestThreeZonesComeAndGo(t *testing.T) {
	t.Parallel()
	server := start(t)
	client := ec2.NewFromConfig(settings(server.endpoint))
	before := everything(t, client)
	if len(before) < 60 {
		t.Fatalf("only %d lists were read", len(before))
	}
	buckets := s3.NewFromConfig(settings(server.endpoint), func(o *s3.Options) { o.UsePathStyle = true })
	must(buckets.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("flow-logs")}))(t)
	made := makeZones(t, client)
	_, err := client.DeleteVpc(t.Context(), &ec2.DeleteVpcInput{VpcId: &made.vpc})
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorCode() != "DependencyViolation" {
		t.Fatalf("a VPC in use is not kept: %v", err)
	}
	server.kill()
	server.open(t)
	client = ec2.NewFromConfig(settings(server.endpoint))
	found := must(client.DescribeNatGateways(t.Context(), &ec2.DescribeNatGatewaysInput{NatGatewayIds: made.nats}))(t)
	equal(t, len(found.NatGateways), len(zones))
	takeDown(t, client, made)
	after := everything(t, client)
	for name, answer := range before {
		equal(t, after[name], answer)
	}
}

func makeZones(t *testing.T, client *ec2.Client) zonesNetwork {
	ctx := t.Context()
	vpc := must(client.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")}))(t).Vpc.VpcId
	must(client.ModifyVpcAttribute(ctx, &ec2.ModifyVpcAttributeInput{
		VpcId: vpc, EnableDnsHostnames: &types.AttributeBooleanValue{Value: aws.Bool(true)},
	}))(t)
	gateway := must(client.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{}))(t).InternetGateway.InternetGatewayId
	must(client.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: gateway, VpcId: vpc}))(t)
	made := zonesNetwork{vpc: *vpc, gateway: *gateway}
	for row := range tiers {
		for column, zone := range zones {
			subnet := must(client.CreateSubnet(ctx, &ec2.CreateSubnetInput{
				VpcId: vpc, AvailabilityZone: &zone,
				CidrBlock: aws.String(fmt.Sprintf("10.0.%d.0/24", 16*row+column)),
			}))(t)
			made.subnets = append(made.subnets, *subnet.Subnet.SubnetId)
		}
	}
	for column := range zones {
		must(client.ModifySubnetAttribute(ctx, &ec2.ModifySubnetAttributeInput{
			SubnetId: &made.subnets[column], MapPublicIpOnLaunch: &types.AttributeBooleanValue{Value: aws.Bool(true)},
		}))(t)
		address := must(client.AllocateAddress(ctx, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc}))(t).AllocationId
		nat := must(client.CreateNatGateway(ctx, &ec2.CreateNatGatewayInput{
			SubnetId: &made.subnets[column], AllocationId: address,
		}))(t).NatGateway.NatGatewayId
		made.addresses, made.nats = append(made.addresses, *address), append(made.nats, *nat)
	}
	available := &ec2.DescribeNatGatewaysInput{NatGatewayIds: made.nats}
	if err := ec2.NewNatGatewayAvailableWaiter(client).Wait(ctx, available, patience); err != nil {
		t.Fatal(err)
	}
	made.route(t, client)
	made.watch(t, client)
	made.bastion(t, client)
	return made
}

// route makes a table for the public subnets, one for each zone's private one, and one for all databases.
func (made *zonesNetwork) route(t *testing.T, client *ec2.Client) {
	ctx := t.Context()
	table := func(route *ec2.CreateRouteInput, subnets ...string) {
		table := must(client.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: &made.vpc}))(t).RouteTable.RouteTableId
		made.tables = append(made.tables, *table)
		if route != nil {
			route.RouteTableId, route.DestinationCidrBlock = table, anywhere
			must(client.CreateRoute(ctx, route))(t)
		}
		for _, subnet := range subnets {
			must(client.AssociateRouteTable(ctx, &ec2.AssociateRouteTableInput{RouteTableId: table, SubnetId: &subnet}))(t)
		}
	}
	table(&ec2.CreateRouteInput{GatewayId: &made.gateway}, made.subnets[:3]...)
	for column := range zones {
		table(&ec2.CreateRouteInput{NatGatewayId: &made.nats[column]}, made.subnets[3+column])
	}
	table(nil, made.subnets[6:]...)
}

// watch makes endpoints, so that S3 and STS are reached without the internet, and flow logs.
func (made *zonesNetwork) watch(t *testing.T, client *ec2.Client) {
	ctx := t.Context()
	toS3 := must(client.CreateVpcEndpoint(ctx, &ec2.CreateVpcEndpointInput{
		VpcId: &made.vpc, ServiceName: aws.String("com.amazonaws.us-east-1.s3"), RouteTableIds: made.tables[1:4],
	}))(t)
	toSTS := must(client.CreateVpcEndpoint(ctx, &ec2.CreateVpcEndpointInput{
		VpcId: &made.vpc, ServiceName: aws.String("com.amazonaws.us-east-1.sts"),
		VpcEndpointType: types.VpcEndpointTypeInterface, SubnetIds: made.subnets[3:6],
	}))(t)
	made.endpoints = []string{*toS3.VpcEndpoint.VpcEndpointId, *toSTS.VpcEndpoint.VpcEndpointId}
	logs := must(client.CreateFlowLogs(ctx, &ec2.CreateFlowLogsInput{
		ResourceIds: []string{made.vpc}, ResourceType: types.FlowLogsResourceTypeVpc, TrafficType: types.TrafficTypeAll,
		LogDestinationType: types.LogDestinationTypeS3, LogDestination: aws.String("arn:aws:s3:::flow-logs"),
	}))(t)
	equal(t, len(logs.Unsuccessful), 0)
	made.logs = logs.FlowLogIds[0]
}

// bastion starts the one machine that is reached from outside.
func (made *zonesNetwork) bastion(t *testing.T, client *ec2.Client) {
	ctx := t.Context()
	group := must(client.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: aws.String("bastion"), Description: aws.String("ssh"), VpcId: &made.vpc,
	}))(t).GroupId
	must(client.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: group, IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22),
		CidrIp: aws.String("203.0.113.0/24"),
	}))(t)
	images := must(client.DescribeImages(ctx, &ec2.DescribeImagesInput{
		Owners: []string{"amazon"}, Filters: []types.Filter{filter("name", "al2023-ami-2023*"), filter("architecture", "x86_64")},
	}))(t).Images
	instance := must(client.RunInstances(ctx, &ec2.RunInstancesInput{
		ImageId: images[0].ImageId, InstanceType: types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		SecurityGroupIds: []string{*group}, SubnetId: &made.subnets[0],
	}))(t).Instances[0].InstanceId
	made.group, made.instance = *group, *instance
	running := &ec2.DescribeInstancesInput{InstanceIds: []string{*instance}}
	if err := ec2.NewInstanceRunningWaiter(client).Wait(ctx, running, patience); err != nil {
		t.Fatal(err)
	}
	shown := must(client.DescribeInstances(ctx, running))(t).Reservations[0].Instances[0]
	if shown.PublicIpAddress == nil {
		t.Fatal("the bastion has no public address")
	}
}

func takeDown(t *testing.T, client *ec2.Client, made zonesNetwork) {
	ctx := t.Context()
	must(client.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{made.instance}}))(t)
	ended := &ec2.DescribeInstancesInput{InstanceIds: []string{made.instance}}
	if err := ec2.NewInstanceTerminatedWaiter(client).Wait(ctx, ended, patience); err != nil {
		t.Fatal(err)
	}
	must(client.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: &made.group}))(t)
	must(client.DeleteFlowLogs(ctx, &ec2.DeleteFlowLogsInput{FlowLogIds: []string{made.logs}}))(t)
	must(client.DeleteVpcEndpoints(ctx, &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: made.endpoints}))(t)
	for _, nat := range made.nats {
		must(client.DeleteNatGateway(ctx, &ec2.DeleteNatGatewayInput{NatGatewayId: &nat}))(t)
	}
	deleted := &ec2.DescribeNatGatewaysInput{NatGatewayIds: made.nats}
	if err := ec2.NewNatGatewayDeletedWaiter(client).Wait(ctx, deleted, patience); err != nil {
		t.Fatal(err)
	}
	for _, address := range made.addresses {
		must(client.ReleaseAddress(ctx, &ec2.ReleaseAddressInput{AllocationId: &address}))(t)
	}
	for _, subnet := range made.subnets {
		must(client.DeleteSubnet(ctx, &ec2.DeleteSubnetInput{SubnetId: &subnet}))(t)
	}
	for _, table := range made.tables {
		must(client.DeleteRouteTable(ctx, &ec2.DeleteRouteTableInput{RouteTableId: &table}))(t)
	}
	must(client.DetachInternetGateway(ctx, &ec2.DetachInternetGatewayInput{InternetGatewayId: &made.gateway, VpcId: &made.vpc}))(t)
	must(client.DeleteInternetGateway(ctx, &ec2.DeleteInternetGatewayInput{InternetGatewayId: &made.gateway}))(t)
	must(client.DeleteVpc(ctx, &ec2.DeleteVpcInput{VpcId: &made.vpc}))(t)
}

// everything is what each list that wants no parameter answers, by operation, without what is gone.
func everything(t *testing.T, client *ec2.Client) map[string]string {
	t.Helper()
	found := map[string]string{}
	value := reflect.ValueOf(client)
	for index := range value.NumMethod() {
		name := value.Type().Method(index).Name
		call := value.Method(index)
		// Paginators and helpers are no methods of the client: what begins so is an operation.
		if !strings.HasPrefix(name, "Describe") {
			continue
		}
		input := reflect.New(call.Type().In(1).Elem())
		answer := call.Call([]reflect.Value{reflect.ValueOf(context.Background()), input})
		if err, failed := answer[1].Interface().(error); failed {
			var refused smithy.APIError
			var incomplete *smithy.OperationError
			if errors.As(err, &refused) {
				// Some want one parameter of several, or have one thing to tell that is not there.
				if refused.ErrorCode() != "NotImplemented" {
					found[name] = refused.ErrorCode()
				}
				continue
			}
			if errors.As(err, &incomplete) && strings.Contains(err.Error(), "missing required field") {
				continue
			}
			t.Fatalf("%s: %v", name, err)
		}
		text := must(json.Marshal(answer[0].Interface()))(t)
		var members map[string]any
		if err := json.Unmarshal(text, &members); err != nil {
			t.Fatal(err)
		}
		delete(members, "ResultMetadata")
		delete(members, "NextToken")
		found[name] = string(must(json.Marshal(there(members)))(t))
	}
	return found
}

// there is the value without members that are gone, which AWS shows for a while.
func there(value any) any {
	switch value := value.(type) {
	case []any:
		left := []any{}
		for _, one := range value {
			if !isGone(one) {
				left = append(left, there(one))
			}
		}
		return left
	case map[string]any:
		for name, one := range value {
			value[name] = there(one)
		}
	}
	return value
}

// isGone tells by the state; a reservation goes with its last instance.
func isGone(value any) bool {
	members, isObject := value.(map[string]any)
	if !isObject {
		return false
	}
	if instances, isReservation := members["Instances"].([]any); isReservation && members["ReservationId"] != nil {
		for _, instance := range instances {
			if !isGone(instance) {
				return false
			}
		}
		return true
	}
	state := members["State"]
	if of, isObject := state.(map[string]any); isObject {
		state = of["Name"]
	}
	text, _ := state.(string)
	return text == "deleted" || text == "terminated"
}
