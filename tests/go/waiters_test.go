package tests

import (
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	classic "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
)

// The waiters of load balancers and of zones; EFS, the Resolver and the EBS direct APIs have none.
var (
	balancerWaiters = map[string]func(*place) wait{
		"LoadBalancerAvailable": func(p *place) wait {
			s := p.site()
			return ready(p, elasticloadbalancingv2.NewLoadBalancerAvailableWaiter(s.v2).Wait, which(s.balancer()))
		},
		"LoadBalancerExists": func(p *place) wait {
			s := p.site()
			return ready(p, elasticloadbalancingv2.NewLoadBalancerExistsWaiter(s.v2).Wait, which(s.balancer()))
		},
		"LoadBalancersDeleted": func(p *place) wait {
			s := p.site()
			arn := s.balancer()
			must(s.v2.DeleteLoadBalancer(s.ctx, &elasticloadbalancingv2.DeleteLoadBalancerInput{LoadBalancerArn: &arn}))(s.T)
			return ready(p, elasticloadbalancingv2.NewLoadBalancersDeletedWaiter(s.v2).Wait, which(arn))
		},
		"TargetInService": func(p *place) wait {
			s := p.site()
			return ready(p, elasticloadbalancingv2.NewTargetInServiceWaiter(s.v2).Wait, s.target())
		},
		"TargetDeregistered": func(p *place) wait {
			s := p.site()
			own := s.target()
			must(s.v2.DeregisterTargets(s.ctx, &elasticloadbalancingv2.DeregisterTargetsInput{
				TargetGroupArn: own.TargetGroupArn, Targets: own.Targets,
			}))(s.T)
			return ready(p, elasticloadbalancingv2.NewTargetDeregisteredWaiter(s.v2).Wait, own)
		},
	}
	classicWaiters = map[string]func(*place) wait{
		"AnyInstanceInService": func(p *place) wait {
			s := p.site()
			s.served()
			return ready(p, elb.NewAnyInstanceInServiceWaiter(s.v1).Wait, &elb.DescribeInstanceHealthInput{LoadBalancerName: name})
		},
		"InstanceInService": func(p *place) wait {
			s := p.site()
			return ready(p, elb.NewInstanceInServiceWaiter(s.v1).Wait, s.served())
		},
		"InstanceDeregistered": func(p *place) wait {
			s := p.site()
			own := s.served()
			must(s.v1.DeregisterInstancesFromLoadBalancer(s.ctx, &elb.DeregisterInstancesFromLoadBalancerInput{
				LoadBalancerName: name, Instances: own.Instances,
			}))(s.T)
			return ready(p, elb.NewInstanceDeregisteredWaiter(s.v1).Wait, own)
		},
	}
	zoneWaiters = map[string]func(*place) wait{
		"ResourceRecordSetsChanged": func(p *place) wait {
			n := p.naming()
			made := must(n.dns.CreateHostedZone(n.ctx, &route53.CreateHostedZoneInput{
				Name: aws.String("waited.example"), CallerReference: aws.String("tf"),
			}))(n.T)
			return ready(p, route53.NewResourceRecordSetsChangedWaiter(n.dns).Wait, &route53.GetChangeInput{Id: made.ChangeInfo.Id})
		},
	}
)

// target is an instance that a listener leads to.
func (s *site) target() *elasticloadbalancingv2.DescribeTargetHealthInput {
	group := s.targets()
	s.listener(s.balancer(), group)
	own := []types.TargetDescription{{Id: aws.String(s.machine(s.subnets[0])), Port: aws.Int32(80)}}
	must(s.v2.RegisterTargets(s.ctx, &elasticloadbalancingv2.RegisterTargetsInput{TargetGroupArn: &group, Targets: own}))(s.T)
	return &elasticloadbalancingv2.DescribeTargetHealthInput{TargetGroupArn: &group, Targets: own}
}

// served is an instance of a classic load balancer.
func (s *site) served() *elb.DescribeInstanceHealthInput {
	s.classic()
	own := []classic.Instance{{InstanceId: aws.String(s.machine(s.subnets[0]))}}
	must(s.v1.RegisterInstancesWithLoadBalancer(s.ctx, &elb.RegisterInstancesWithLoadBalancerInput{
		LoadBalancerName: name, Instances: own,
	}))(s.T)
	return &elb.DescribeInstanceHealthInput{LoadBalancerName: name, Instances: own}
}

// Each is content with its first look.
func TestWaitersBesideThoseOfEC2SucceedWithTheirFirstLook(t *testing.T) {
	t.Parallel()
	all := map[string]func(*place) wait{}
	for _, own := range []struct {
		table map[string]func(*place) wait
		one   any
	}{
		{balancerWaiters, elasticloadbalancingv2.NewLoadBalancerExistsWaiter},
		{classicWaiters, elb.NewInstanceInServiceWaiter},
		{zoneWaiters, route53.NewResourceRecordSetsChangedWaiter},
	} {
		equal(t, slices.Sorted(maps.Keys(own.table)), waitersOfTheSDK(t, own.one))
		maps.Copy(all, own.table)
	}
	waitForAll(t, all)
}
