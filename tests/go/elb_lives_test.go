package tests

import (
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	classic "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// balancerLives are those of load balancers of both generations.
var balancerLives = map[string]func(*place) life{
	"aws_lb":                                  balancerLife,
	"aws_lb_listener":                         listenerLife,
	"aws_lb_listener_certificate":             listenerCertificateLife,
	"aws_lb_listener_rule":                    listenerRuleLife,
	"aws_lb_target_group":                     targetGroupLife,
	"aws_lb_target_group_attachment":          targetGroupAttachmentLife,
	"aws_elb":                                 classicLife,
	"aws_elb_attachment":                      classicAttachmentLife,
	"aws_lb_cookie_stickiness_policy":         cookieStickinessLife,
	"aws_load_balancer_policy":                classicPolicyLife,
	"aws_load_balancer_listener_policy":       classicListenerPolicyLife,
	"aws_load_balancer_backend_server_policy": classicBackendPolicyLife,
}

// site is a network with subnets in three zones that is open to the internet.
type site struct {
	*place
	v2      *elasticloadbalancingv2.Client
	v1      *elb.Client
	vpc     string
	subnets []string
}

func (p *place) site() *site {
	s := &site{p, elasticloadbalancingv2.NewFromConfig(p.config), elb.NewFromConfig(p.config), p.vpc("10.0.0.0/16"), nil}
	p.gateway(s.vpc)
	for number, letter := range []string{"a", "b", "c"} {
		made := must(p.CreateSubnet(p.ctx, &ec2.CreateSubnetInput{
			VpcId: &s.vpc, AvailabilityZone: aws.String("us-east-1" + letter),
			CidrBlock: aws.String("10.0." + string(rune('0'+number)) + ".0/24"),
		}))(p.T)
		s.subnets = append(s.subnets, *made.Subnet.SubnetId)
	}
	return s
}

func (s *site) balancer() string {
	made := must(s.v2.CreateLoadBalancer(s.ctx, &elasticloadbalancingv2.CreateLoadBalancerInput{
		Name: aws.String("web"), Type: types.LoadBalancerTypeEnumApplication, Subnets: s.subnets[:2],
		Tags: []types.Tag{{Key: aws.String("Name"), Value: aws.String("web")}},
	}))(s.T)
	arn := *made.LoadBalancers[0].LoadBalancerArn
	s.done(elasticloadbalancingv2.NewLoadBalancerAvailableWaiter(s.v2).Wait(s.ctx, which(arn), patience))
	return arn
}

func which(arn string) *elasticloadbalancingv2.DescribeLoadBalancersInput {
	return &elasticloadbalancingv2.DescribeLoadBalancersInput{LoadBalancerArns: []string{arn}}
}

func (s *site) targets() string {
	made := must(s.v2.CreateTargetGroup(s.ctx, &elasticloadbalancingv2.CreateTargetGroupInput{
		Name: aws.String("web"), Protocol: types.ProtocolEnumHttp, Port: aws.Int32(80), VpcId: &s.vpc,
		TargetType: types.TargetTypeEnumInstance,
	}))(s.T)
	return *made.TargetGroups[0].TargetGroupArn
}

func forward(group string) []types.Action {
	return []types.Action{{Type: types.ActionTypeEnumForward, TargetGroupArn: &group}}
}

func (s *site) listener(balancer, group string) string {
	made := must(s.v2.CreateListener(s.ctx, &elasticloadbalancingv2.CreateListenerInput{
		LoadBalancerArn: &balancer, Protocol: types.ProtocolEnumHttp, Port: aws.Int32(80), DefaultActions: forward(group),
	}))(s.T)
	return *made.Listeners[0].ListenerArn
}

// certificate is a server certificate of IAM.
func (s *site) certificate(name string) string {
	data := "../../crates/elb/tests/acceptance/data/"
	body, key := must(os.ReadFile(data+"leaf.pem"))(s.T), must(os.ReadFile(data+"leaf.key.pem"))(s.T)
	made := must(iam.NewFromConfig(s.config).UploadServerCertificate(s.ctx, &iam.UploadServerCertificateInput{
		ServerCertificateName: &name, CertificateBody: aws.String(string(body)), PrivateKey: aws.String(string(key)),
	}))(s.T)
	return *made.ServerCertificateMetadata.Arn
}

func (s *site) tags(arn string) seen {
	return look(s.v2.DescribeTags(s.ctx, &elasticloadbalancingv2.DescribeTagsInput{ResourceArns: []string{arn}}))
}

func (s *site) tag(arn string) {
	must(s.v2.AddTags(s.ctx, &elasticloadbalancingv2.AddTagsInput{
		ResourceArns: []string{arn}, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}},
	}))(s.T)
}

func balancerLife(p *place) life {
	var arn string
	s := p.site()
	group := p.group(s.vpc, "web")
	attribute := func(key, value string) {
		must(s.v2.ModifyLoadBalancerAttributes(s.ctx, &elasticloadbalancingv2.ModifyLoadBalancerAttributesInput{
			LoadBalancerArn: &arn, Attributes: []types.LoadBalancerAttribute{{Key: &key, Value: &value}},
		}))(s.T)
	}
	return life{
		create: func() {
			_, err := s.v2.DescribeLoadBalancers(s.ctx, &elasticloadbalancingv2.DescribeLoadBalancersInput{Names: []string{"web"}})
			refused(s.T, err, "LoadBalancerNotFound", 400)
			arn = s.balancer()
			attribute("idle_timeout.timeout_seconds", "120")
		},
		read: func() seen {
			return all(
				look(s.v2.DescribeLoadBalancers(s.ctx, which(arn))),
				look(s.v2.DescribeLoadBalancerAttributes(s.ctx, &elasticloadbalancingv2.DescribeLoadBalancerAttributesInput{LoadBalancerArn: &arn})),
				look(s.v2.DescribeCapacityReservation(s.ctx, &elasticloadbalancingv2.DescribeCapacityReservationInput{LoadBalancerArn: &arn})),
				s.tags(arn),
			)
		},
		update: func() {
			attribute("routing.http2.enabled", "false")
			must(s.v2.SetSecurityGroups(s.ctx, &elasticloadbalancingv2.SetSecurityGroupsInput{LoadBalancerArn: &arn, SecurityGroups: []string{group}}))(s.T)
			must(s.v2.SetSubnets(s.ctx, &elasticloadbalancingv2.SetSubnetsInput{LoadBalancerArn: &arn, Subnets: s.subnets}))(s.T)
			must(s.v2.SetIpAddressType(s.ctx, &elasticloadbalancingv2.SetIpAddressTypeInput{
				LoadBalancerArn: &arn, IpAddressType: types.IpAddressTypeIpv4,
			}))(s.T)
			must(s.v2.ModifyCapacityReservation(s.ctx, &elasticloadbalancingv2.ModifyCapacityReservationInput{
				LoadBalancerArn: &arn, MinimumLoadBalancerCapacity: &types.MinimumLoadBalancerCapacity{CapacityUnits: aws.Int32(100)},
			}))(s.T)
			s.tag(arn)
			must(s.v2.RemoveTags(s.ctx, &elasticloadbalancingv2.RemoveTagsInput{ResourceArns: []string{arn}, TagKeys: []string{"Name"}}))(s.T)
		},
		delete: func() error {
			return failure(s.v2.DeleteLoadBalancer(s.ctx, &elasticloadbalancingv2.DeleteLoadBalancerInput{LoadBalancerArn: &arn}))
		},
		gone: "LoadBalancerNotFound",
	}
}

func listenerLife(p *place) life {
	var arn string
	s := p.site()
	balancer, group := s.balancer(), s.targets()
	attributes := &elasticloadbalancingv2.DescribeListenerAttributesInput{ListenerArn: &arn}
	return life{
		create: func() { arn = s.listener(balancer, group) },
		read: func() seen {
			return all(
				look(s.v2.DescribeListeners(s.ctx, &elasticloadbalancingv2.DescribeListenersInput{ListenerArns: []string{arn}})),
				s.tags(arn),
				look(s.v2.DescribeListenerAttributes(s.ctx, attributes)),
			)
		},
		update: func() {
			must(s.v2.ModifyListener(s.ctx, &elasticloadbalancingv2.ModifyListenerInput{ListenerArn: &arn, Port: aws.Int32(8080)}))(s.T)
			must(s.v2.ModifyListenerAttributes(s.ctx, &elasticloadbalancingv2.ModifyListenerAttributesInput{
				ListenerArn: &arn, Attributes: []types.ListenerAttribute{{
					Key: aws.String("routing.http.response.server.enabled"), Value: aws.String("false"),
				}},
			}))(s.T)
			s.tag(arn)
		},
		delete: func() error {
			return failure(s.v2.DeleteListener(s.ctx, &elasticloadbalancingv2.DeleteListenerInput{ListenerArn: &arn}))
		},
		gone:  "ListenerNotFound",
		again: "ListenerNotFound",
	}
}

func listenerCertificateLife(p *place) life {
	s := p.site()
	balancer, group, first := s.balancer(), s.targets(), s.certificate("first")
	made := must(s.v2.CreateListener(s.ctx, &elasticloadbalancingv2.CreateListenerInput{
		LoadBalancerArn: &balancer, Protocol: types.ProtocolEnumHttps, Port: aws.Int32(443), DefaultActions: forward(group),
		Certificates: []types.Certificate{{CertificateArn: &first}},
	}))(s.T)
	listener, second := made.Listeners[0].ListenerArn, []types.Certificate{{CertificateArn: aws.String(s.certificate("second"))}}
	return life{
		create: func() {
			must(s.v2.AddListenerCertificates(s.ctx, &elasticloadbalancingv2.AddListenerCertificatesInput{ListenerArn: listener, Certificates: second}))(s.T)
		},
		read: func() seen {
			return look(s.v2.DescribeListenerCertificates(s.ctx, &elasticloadbalancingv2.DescribeListenerCertificatesInput{ListenerArn: listener}))
		},
		delete: func() error {
			return failure(s.v2.RemoveListenerCertificates(s.ctx, &elasticloadbalancingv2.RemoveListenerCertificatesInput{ListenerArn: listener, Certificates: second}))
		},
	}
}

func listenerRuleLife(p *place) life {
	var arn string
	s := p.site()
	group := s.targets()
	listener := s.listener(s.balancer(), group)
	host := []types.RuleCondition{{
		Field: aws.String("host-header"), HostHeaderConfig: &types.HostHeaderConditionConfig{Values: []string{"a.example.com"}},
	}}
	return life{
		create: func() {
			arn = *must(s.v2.CreateRule(s.ctx, &elasticloadbalancingv2.CreateRuleInput{
				ListenerArn: &listener, Priority: aws.Int32(1), Actions: forward(group), Conditions: host,
			}))(s.T).Rules[0].RuleArn
		},
		read: func() seen {
			return all(
				look(s.v2.DescribeRules(s.ctx, &elasticloadbalancingv2.DescribeRulesInput{RuleArns: []string{arn}})),
				s.tags(arn),
			)
		},
		update: func() {
			must(s.v2.SetRulePriorities(s.ctx, &elasticloadbalancingv2.SetRulePrioritiesInput{
				RulePriorities: []types.RulePriorityPair{{RuleArn: &arn, Priority: aws.Int32(7)}},
			}))(s.T)
			must(s.v2.ModifyRule(s.ctx, &elasticloadbalancingv2.ModifyRuleInput{RuleArn: &arn, Actions: []types.Action{{
				Type:           types.ActionTypeEnumRedirect,
				RedirectConfig: &types.RedirectActionConfig{Host: aws.String("example.org"), StatusCode: types.RedirectActionStatusCodeEnumHttp302},
			}}}))(s.T)
		},
		delete: func() error {
			return failure(s.v2.DeleteRule(s.ctx, &elasticloadbalancingv2.DeleteRuleInput{RuleArn: &arn}))
		},
		gone:  "RuleNotFound",
		again: "RuleNotFound",
	}
}

func targetGroupLife(p *place) life {
	var arn string
	s := p.site()
	balancer := s.balancer()
	return life{
		create: func() {
			_, err := s.v2.DescribeTargetGroups(s.ctx, &elasticloadbalancingv2.DescribeTargetGroupsInput{Names: []string{"web"}})
			refused(s.T, err, "TargetGroupNotFound", 400)
			arn = s.targets()
			must(s.v2.ModifyTargetGroupAttributes(s.ctx, &elasticloadbalancingv2.ModifyTargetGroupAttributesInput{
				TargetGroupArn: &arn, Attributes: []types.TargetGroupAttribute{{
					Key: aws.String("deregistration_delay.timeout_seconds"), Value: aws.String("60"),
				}},
			}))(s.T)
		},
		read: func() seen {
			return all(
				look(s.v2.DescribeTargetGroups(s.ctx, &elasticloadbalancingv2.DescribeTargetGroupsInput{TargetGroupArns: []string{arn}})),
				look(s.v2.DescribeTargetGroupAttributes(s.ctx, &elasticloadbalancingv2.DescribeTargetGroupAttributesInput{TargetGroupArn: &arn})),
				s.tags(arn),
			)
		},
		update: func() {
			must(s.v2.ModifyTargetGroup(s.ctx, &elasticloadbalancingv2.ModifyTargetGroupInput{
				TargetGroupArn: &arn, HealthCheckPath: aws.String("/up"), Matcher: &types.Matcher{HttpCode: aws.String("200-299")},
			}))(s.T)
			// What a listener forwards to stays; Terraform waits until none does.
			listener := s.listener(balancer, arn)
			err := failure(s.v2.DeleteTargetGroup(s.ctx, &elasticloadbalancingv2.DeleteTargetGroupInput{TargetGroupArn: &arn}))
			refused(s.T, err, "ResourceInUse", 400)
			must(s.v2.DeleteListener(s.ctx, &elasticloadbalancingv2.DeleteListenerInput{ListenerArn: &listener}))(s.T)
		},
		delete: func() error {
			return failure(s.v2.DeleteTargetGroup(s.ctx, &elasticloadbalancingv2.DeleteTargetGroupInput{TargetGroupArn: &arn}))
		},
		gone: "TargetGroupNotFound",
	}
}

func targetGroupAttachmentLife(p *place) life {
	s := p.site()
	group := s.targets()
	target := []types.TargetDescription{{Id: aws.String(p.machine(s.subnets[0])), Port: aws.Int32(8080)}}
	asked := &elasticloadbalancingv2.DescribeTargetHealthInput{TargetGroupArn: &group, Targets: target}
	s.listener(s.balancer(), group)
	return life{
		create: func() {
			must(s.v2.RegisterTargets(s.ctx, &elasticloadbalancingv2.RegisterTargetsInput{TargetGroupArn: &group, Targets: target}))(s.T)
			s.done(elasticloadbalancingv2.NewTargetInServiceWaiter(s.v2).Wait(s.ctx, asked, patience))
		},
		read: func() seen { return look(s.v2.DescribeTargetHealth(s.ctx, asked)) },
		delete: func() error {
			return failure(s.v2.DeregisterTargets(s.ctx, &elasticloadbalancingv2.DeregisterTargetsInput{TargetGroupArn: &group, Targets: target}))
		},
		last: "Target.NotRegistered",
	}
}

var name = aws.String("web")

func (s *site) classic() {
	must(s.v1.CreateLoadBalancer(s.ctx, &elb.CreateLoadBalancerInput{
		LoadBalancerName: name, Subnets: s.subnets[:2],
		Listeners: []classic.Listener{{Protocol: aws.String("http"), LoadBalancerPort: 80, InstancePort: aws.Int32(80)}},
		Tags:      []classic.Tag{{Key: aws.String("Name"), Value: aws.String("web")}},
	}))(s.T)
}

func (s *site) classics() (seen, []classic.LoadBalancerDescription) {
	found, err := s.v1.DescribeLoadBalancers(s.ctx, &elb.DescribeLoadBalancersInput{LoadBalancerNames: []string{"web"}})
	if err != nil {
		return look(found, err), nil
	}
	return look(found, nil), found.LoadBalancerDescriptions
}

func classicLife(p *place) life {
	s := p.site()
	set := func(attributes *classic.LoadBalancerAttributes) {
		must(s.v1.ModifyLoadBalancerAttributes(s.ctx, &elb.ModifyLoadBalancerAttributesInput{
			LoadBalancerName: name, LoadBalancerAttributes: attributes,
		}))(s.T)
	}
	return life{
		create: func() {
			s.classic()
			set(&classic.LoadBalancerAttributes{
				CrossZoneLoadBalancing: &classic.CrossZoneLoadBalancing{Enabled: true},
				ConnectionSettings:     &classic.ConnectionSettings{IdleTimeout: aws.Int32(60)},
			})
			set(&classic.LoadBalancerAttributes{ConnectionDraining: &classic.ConnectionDraining{Enabled: true, Timeout: aws.Int32(300)}})
		},
		read: func() seen {
			told, found := s.classics()
			answers := []seen{
				told,
				look(s.v1.DescribeLoadBalancerAttributes(s.ctx, &elb.DescribeLoadBalancerAttributesInput{LoadBalancerName: name})),
				look(s.v1.DescribeTags(s.ctx, &elb.DescribeTagsInput{LoadBalancerNames: []string{"web"}})),
			}
			for _, own := range found {
				group := filter("group-name", *own.SourceSecurityGroup.GroupName)
				answers = append(answers, look(s.DescribeSecurityGroups(s.ctx, &ec2.DescribeSecurityGroupsInput{
					Filters: []ec2types.Filter{group, filter("vpc-id", s.vpc)},
				})))
			}
			return all(answers...)
		},
		update: func() {
			must(s.v1.CreateLoadBalancerListeners(s.ctx, &elb.CreateLoadBalancerListenersInput{
				LoadBalancerName: name, Listeners: []classic.Listener{{
					Protocol: aws.String("https"), LoadBalancerPort: 443, InstanceProtocol: aws.String("http"),
					InstancePort: aws.Int32(80), SSLCertificateId: aws.String(s.certificate("www")),
				}},
			}))(s.T)
			must(s.v1.ConfigureHealthCheck(s.ctx, &elb.ConfigureHealthCheckInput{
				LoadBalancerName: name, HealthCheck: &classic.HealthCheck{
					Target: aws.String("HTTP:80/"), Interval: aws.Int32(30), Timeout: aws.Int32(5),
					UnhealthyThreshold: aws.Int32(2), HealthyThreshold: aws.Int32(2),
				},
			}))(s.T)
			must(s.v1.AttachLoadBalancerToSubnets(s.ctx, &elb.AttachLoadBalancerToSubnetsInput{
				LoadBalancerName: name, Subnets: s.subnets[2:],
			}))(s.T)
			must(s.v1.ApplySecurityGroupsToLoadBalancer(s.ctx, &elb.ApplySecurityGroupsToLoadBalancerInput{
				LoadBalancerName: name, SecurityGroups: []string{p.group(s.vpc, "web")},
			}))(s.T)
		},
		delete: func() error {
			return failure(s.v1.DeleteLoadBalancer(s.ctx, &elb.DeleteLoadBalancerInput{LoadBalancerName: name}))
		},
		gone: "LoadBalancerNotFound",
	}
}

func classicAttachmentLife(p *place) life {
	s := p.site()
	s.classic()
	of := []classic.Instance{{InstanceId: aws.String(p.machine(s.subnets[0]))}}
	return life{
		create: func() {
			must(s.v1.RegisterInstancesWithLoadBalancer(s.ctx, &elb.RegisterInstancesWithLoadBalancerInput{LoadBalancerName: name, Instances: of}))(s.T)
		},
		read: func() seen {
			told, _ := s.classics()
			return told
		},
		delete: func() error {
			return failure(s.v1.DeregisterInstancesFromLoadBalancer(s.ctx, &elb.DeregisterInstancesFromLoadBalancerInput{LoadBalancerName: name, Instances: of}))
		},
	}
}

// policies are those of the load balancer that are named.
func (s *site) policies(names ...string) seen {
	return look(s.v1.DescribeLoadBalancerPolicies(s.ctx, &elb.DescribeLoadBalancerPoliciesInput{LoadBalancerName: name, PolicyNames: names}))
}

func (s *site) policy(own, kind string, attributes ...classic.PolicyAttribute) {
	must(s.v1.CreateLoadBalancerPolicy(s.ctx, &elb.CreateLoadBalancerPolicyInput{
		LoadBalancerName: name, PolicyName: &own, PolicyTypeName: &kind, PolicyAttributes: attributes,
	}))(s.T)
}

func (s *site) drop(own string) error {
	return failure(s.v1.DeleteLoadBalancerPolicy(s.ctx, &elb.DeleteLoadBalancerPolicyInput{LoadBalancerName: name, PolicyName: &own}))
}

func (s *site) onListener(names ...string) error {
	return failure(s.v1.SetLoadBalancerPoliciesOfListener(s.ctx, &elb.SetLoadBalancerPoliciesOfListenerInput{
		LoadBalancerName: name, LoadBalancerPort: 80, PolicyNames: append([]string{}, names...),
	}))
}

func cookieStickinessLife(p *place) life {
	s := p.site()
	s.classic()
	return life{
		create: func() {
			must(s.v1.CreateLBCookieStickinessPolicy(s.ctx, &elb.CreateLBCookieStickinessPolicyInput{
				LoadBalancerName: name, PolicyName: aws.String("lb"), CookieExpirationPeriod: aws.Int64(60),
			}))(s.T)
			s.done(s.onListener("lb"))
		},
		read: func() seen {
			told, _ := s.classics()
			return all(s.policies("lb"), told)
		},
		delete: func() error {
			if err := s.onListener(); err != nil {
				return err
			}
			return s.drop("lb")
		},
		gone: "PolicyNotFound",
	}
}

func classicPolicyLife(p *place) life {
	s := p.site()
	s.classic()
	return life{
		create: func() {
			s.policy("proxy", "ProxyProtocolPolicyType", classic.PolicyAttribute{
				AttributeName: aws.String("ProxyProtocol"), AttributeValue: aws.String("true"),
			})
		},
		read:   func() seen { return s.policies("proxy") },
		delete: func() error { return s.drop("proxy") },
		gone:   "PolicyNotFound",
	}
}

func classicListenerPolicyLife(p *place) life {
	s := p.site()
	s.classic()
	s.policy("app", "AppCookieStickinessPolicyType", classic.PolicyAttribute{
		AttributeName: aws.String("CookieName"), AttributeValue: aws.String("session"),
	})
	return life{
		create: func() { s.done(s.onListener("app")) },
		read: func() seen {
			told, _ := s.classics()
			return told
		},
		delete: func() error { return s.onListener() },
	}
}

func classicBackendPolicyLife(p *place) life {
	s := p.site()
	s.classic()
	s.policy("proxy", "ProxyProtocolPolicyType", classic.PolicyAttribute{
		AttributeName: aws.String("ProxyProtocol"), AttributeValue: aws.String("true"),
	})
	set := func(names ...string) error {
		return failure(s.v1.SetLoadBalancerPoliciesForBackendServer(s.ctx, &elb.SetLoadBalancerPoliciesForBackendServerInput{
			LoadBalancerName: name, InstancePort: aws.Int32(80), PolicyNames: append([]string{}, names...),
		}))
	}
	return life{
		create: func() { s.done(set("proxy")) },
		read: func() seen {
			told, _ := s.classics()
			return told
		},
		delete: func() error { return set() },
	}
}
