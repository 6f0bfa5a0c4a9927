package tests

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

const (
	image = "ami-03c3da4cfa8e8943a"
	zone  = "us-east-1a"
)

// accounts are given out one by one: nothing of one place is seen from the next.
var accounts atomic.Int64

// place is an account with makers of what resources stand on.
type place struct {
	*testing.T
	*ec2.Client
	ctx     context.Context
	config  aws.Config
	account string
	calls   *counter
}

// counter counts what is sent.
type counter struct {
	http.RoundTripper
	sent atomic.Int64
}

func (c *counter) RoundTrip(request *http.Request) (*http.Response, error) {
	c.sent.Add(1)
	return c.RoundTripper.RoundTrip(request)
}

func newPlace(t *testing.T, endpoint string) *place {
	config, calls := settings(endpoint), &counter{RoundTripper: loopback(nil)}
	account := fmt.Sprint(300000000000 + accounts.Add(1))
	config.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: account, SecretAccessKey: "test"}, nil
	})
	config.HTTPClient = &http.Client{Transport: calls}
	return &place{t, ec2.NewFromConfig(config), t.Context(), config, account, calls}
}

// in is the same account in another Region.
func (p *place) in(region string) *place {
	other := *p
	other.config.Region = region
	other.Client = ec2.NewFromConfig(other.config)
	return &other
}

func (p *place) vpc(block string) string {
	made := must(p.CreateVpc(p.ctx, &ec2.CreateVpcInput{CidrBlock: &block}))(p.T)
	return *made.Vpc.VpcId
}

func (p *place) subnet(vpc string) string {
	made := must(p.CreateSubnet(p.ctx, &ec2.CreateSubnetInput{
		VpcId: &vpc, CidrBlock: aws.String("10.0.1.0/24"), AvailabilityZone: aws.String(zone),
	}))(p.T)
	return *made.Subnet.SubnetId
}

// gateway is an internet gateway that is attached to the VPC.
func (p *place) gateway(vpc string) string {
	id := must(p.CreateInternetGateway(p.ctx, nil))(p.T).InternetGateway.InternetGatewayId
	must(p.AttachInternetGateway(p.ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: id, VpcId: &vpc}))(p.T)
	return *id
}

func (p *place) table(vpc string) string {
	return *must(p.CreateRouteTable(p.ctx, &ec2.CreateRouteTableInput{VpcId: &vpc}))(p.T).RouteTable.RouteTableId
}

func (p *place) group(vpc, name string) string {
	return *must(p.CreateSecurityGroup(p.ctx, &ec2.CreateSecurityGroupInput{
		GroupName: &name, Description: aws.String("d"), VpcId: &vpc,
	}))(p.T).GroupId
}

func (p *place) address() string {
	return *must(p.AllocateAddress(p.ctx, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc}))(p.T).AllocationId
}

func (p *place) card(subnet string) string {
	made := must(p.CreateNetworkInterface(p.ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: &subnet}))(p.T)
	return *made.NetworkInterface.NetworkInterfaceId
}

// machine is an instance that runs.
func (p *place) machine(subnet string) string {
	id := *must(p.RunInstances(p.ctx, &ec2.RunInstancesInput{
		ImageId: aws.String(image), InstanceType: types.InstanceTypeT3Micro, SubnetId: &subnet,
		MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
	}))(p.T).Instances[0].InstanceId
	p.done(ec2.NewInstanceRunningWaiter(p).Wait(p.ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{id}}, patience))
	return id
}

func (p *place) volume() string {
	return *must(p.CreateVolume(p.ctx, &ec2.CreateVolumeInput{
		AvailabilityZone: aws.String(zone), Size: aws.Int32(1), VolumeType: types.VolumeTypeGp3,
	}))(p.T).VolumeId
}

func (p *place) peering(one, two string) string {
	made := must(p.CreateVpcPeeringConnection(p.ctx, &ec2.CreateVpcPeeringConnectionInput{VpcId: &one, PeerVpcId: &two}))(p.T)
	return *made.VpcPeeringConnection.VpcPeeringConnectionId
}

func (p *place) tag(id, name string) {
	must(p.CreateTags(p.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: []types.Tag{{Key: aws.String("Name"), Value: &name}}}))(p.T)
}

// done ends the test where something failed.
func (p *place) done(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// seen is what a read told, or its refusal.
type seen struct {
	text string
	err  error
}

// look keeps an answer without its metadata.
func look[T any](answer T, err error) seen {
	if err != nil {
		return seen{err: err}
	}
	text, err := json.Marshal(answer)
	members := map[string]any{}
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	delete(members, "ResultMetadata")
	if err == nil {
		text, err = json.Marshal(members)
	}
	return seen{string(text), err}
}

// all is every answer, or the first refusal.
func all(answers ...seen) seen {
	whole := seen{}
	for _, one := range answers {
		if one.err != nil {
			return one
		}
		whole.text += one.text + "\n"
	}
	return whole
}

// failure is the error of a call whose answer is of no interest.
func failure[T any](_ T, err error) error {
	return err
}

// life is what Terraform's provider does with one of its resources.
type life struct {
	create, update func()
	read           func() seen
	delete         func() error
	// gone is the code of a read after deletion. Without one it is read as before creation, or in its last state.
	gone string
	last string
	// again is the code of another deletion; without one it does no harm.
	again string
	// missing is the status of both; without one it is 400.
	missing int
}

// live leads a resource through its life: nothing differs when it is read again.
func live(p *place, own life) {
	before, missing := seen{}, max(own.missing, 400)
	if own.gone == "" && own.last == "" {
		before = own.read()
	}
	own.create()
	first := twice(p, own)
	if own.update != nil {
		own.update()
		if second := twice(p, own); second == first {
			p.Fatalf("the change is not seen: %s", first)
		}
	}
	p.done(own.delete())
	after := own.read()
	switch {
	case own.gone != "":
		refused(p.T, after.err, own.gone, missing)
	case own.last != "":
		contains(p.T, after, own.last)
	default:
		equal(p.T, after, before)
	}
	if err := own.delete(); own.again != "" {
		refused(p.T, err, own.again, missing)
	} else {
		p.done(err)
	}
}

func twice(p *place, own life) string {
	p.Helper()
	first := own.read()
	p.done(first.err)
	equal(p.T, own.read(), first)
	return first.text
}
