package tests

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53resolver"
	"github.com/aws/aws-sdk-go-v2/service/route53resolver/types"
)

// resolverLives are those of the Resolver and its firewall.
var resolverLives = map[string]func(*place) life{
	"aws_route53_resolver_endpoint":                        resolverEndpointLife,
	"aws_route53_resolver_rule":                            resolverRuleLife,
	"aws_route53_resolver_rule_association":                resolverRuleAssociationLife,
	"aws_route53_resolver_config":                          resolverConfigLife,
	"aws_route53_resolver_dnssec_config":                   resolverDnssecConfigLife,
	"aws_route53_resolver_query_log_config":                queryLogConfigLife,
	"aws_route53_resolver_query_log_config_association":    queryLogConfigAssociationLife,
	"aws_route53_resolver_firewall_config":                 firewallConfigLife,
	"aws_route53_resolver_firewall_domain_list":            firewallDomainListLife,
	"aws_route53_resolver_firewall_rule_group":             firewallRuleGroupLife,
	"aws_route53_resolver_firewall_rule":                   firewallRuleLife,
	"aws_route53_resolver_firewall_rule_group_association": firewallRuleGroupAssociationLife,
}

// resolver is the Resolver for a place. What is not there is always the same exception.
type resolver struct {
	*place
	*route53resolver.Client
}

const none = "ResourceNotFoundException"

var once = aws.String("tf")

func (p *place) resolver() *resolver { return &resolver{p, route53resolver.NewFromConfig(p.config)} }

func (r *resolver) tags(arn *string) seen {
	return look(r.Client.ListTagsForResource(r.ctx, &route53resolver.ListTagsForResourceInput{ResourceArn: arn}))
}

func (r *resolver) endpoint() *types.ResolverEndpoint {
	s := r.site()
	return must(r.CreateResolverEndpoint(r.ctx, &route53resolver.CreateResolverEndpointInput{
		CreatorRequestId: once, Direction: types.ResolverEndpointDirectionOutbound,
		SecurityGroupIds: []string{r.group(s.vpc, "dns")},
		IpAddresses:      []types.IpAddressRequest{{SubnetId: &s.subnets[0]}, {SubnetId: &s.subnets[1]}},
	}))(r.T).ResolverEndpoint
}

func resolverEndpointLife(p *place) life {
	r := p.resolver()
	var own *types.ResolverEndpoint
	return life{
		create: func() { own = r.endpoint() },
		read: func() seen {
			return all(
				look(r.GetResolverEndpoint(r.ctx, &route53resolver.GetResolverEndpointInput{ResolverEndpointId: own.Id})),
				look(r.ListResolverEndpointIpAddresses(r.ctx, &route53resolver.ListResolverEndpointIpAddressesInput{ResolverEndpointId: own.Id})),
				r.tags(own.Arn),
			)
		},
		update: func() {
			must(r.UpdateResolverEndpoint(r.ctx, &route53resolver.UpdateResolverEndpointInput{ResolverEndpointId: own.Id, Name: aws.String("other")}))(r.T)
		},
		delete: func() error {
			return failure(r.DeleteResolverEndpoint(r.ctx, &route53resolver.DeleteResolverEndpointInput{ResolverEndpointId: own.Id}))
		},
		gone:  none,
		again: none,
	}
}

func (r *resolver) rule() *types.ResolverRule {
	return must(r.CreateResolverRule(r.ctx, &route53resolver.CreateResolverRuleInput{
		CreatorRequestId: once, RuleType: types.RuleTypeOptionForward, DomainName: aws.String("corp.example"),
		ResolverEndpointId: r.endpoint().Id, TargetIps: []types.TargetAddress{{Ip: aws.String("192.0.2.53")}},
	}))(r.T).ResolverRule
}

func resolverRuleLife(p *place) life {
	r := p.resolver()
	var own *types.ResolverRule
	return life{
		create: func() { own = r.rule() },
		read: func() seen {
			return all(
				look(r.GetResolverRule(r.ctx, &route53resolver.GetResolverRuleInput{ResolverRuleId: own.Id})),
				r.tags(own.Arn),
			)
		},
		update: func() {
			must(r.UpdateResolverRule(r.ctx, &route53resolver.UpdateResolverRuleInput{
				ResolverRuleId: own.Id, Config: &types.ResolverRuleConfig{Name: aws.String("other")},
			}))(r.T)
		},
		delete: func() error {
			return failure(r.DeleteResolverRule(r.ctx, &route53resolver.DeleteResolverRuleInput{ResolverRuleId: own.Id}))
		},
		gone:  none,
		again: none,
	}
}

func resolverRuleAssociationLife(p *place) life {
	r := p.resolver()
	rule, vpc := r.rule().Id, p.vpc("10.9.0.0/16")
	var id *string
	return life{
		create: func() {
			id = must(r.AssociateResolverRule(r.ctx, &route53resolver.AssociateResolverRuleInput{ResolverRuleId: rule, VPCId: &vpc}))(r.T).ResolverRuleAssociation.Id
		},
		read: func() seen {
			return look(r.GetResolverRuleAssociation(r.ctx, &route53resolver.GetResolverRuleAssociationInput{ResolverRuleAssociationId: id}))
		},
		delete: func() error {
			return failure(r.DisassociateResolverRule(r.ctx, &route53resolver.DisassociateResolverRuleInput{ResolverRuleId: rule, VPCId: &vpc}))
		},
		gone:  none,
		again: none,
	}
}

// resolverConfigLife: a VPC has always one; Terraform forgets it.
func resolverConfigLife(p *place) life {
	r := p.resolver()
	vpc := p.vpc("10.0.0.0/16")
	set := func(flag types.AutodefinedReverseFlag) error {
		return failure(r.UpdateResolverConfig(r.ctx, &route53resolver.UpdateResolverConfigInput{ResourceId: &vpc, AutodefinedReverseFlag: flag}))
	}
	return life{
		create: func() { p.done(set(types.AutodefinedReverseFlagDisable)) },
		read: func() seen {
			return look(r.GetResolverConfig(r.ctx, &route53resolver.GetResolverConfigInput{ResourceId: &vpc}))
		},
		delete: func() error { return set(types.AutodefinedReverseFlagEnable) },
		last:   `"ENABLED"`,
	}
}

func resolverDnssecConfigLife(p *place) life {
	r := p.resolver()
	vpc := p.vpc("10.0.0.0/16")
	set := func(validation types.Validation) error {
		return failure(r.UpdateResolverDnssecConfig(r.ctx, &route53resolver.UpdateResolverDnssecConfigInput{ResourceId: &vpc, Validation: validation}))
	}
	return life{
		create: func() { p.done(set(types.ValidationEnable)) },
		read: func() seen {
			return look(r.GetResolverDnssecConfig(r.ctx, &route53resolver.GetResolverDnssecConfigInput{ResourceId: &vpc}))
		},
		delete: func() error { return set(types.ValidationDisable) },
		last:   `"DISABLED"`,
	}
}

func (r *resolver) queryLog() *types.ResolverQueryLogConfig {
	return must(r.CreateResolverQueryLogConfig(r.ctx, &route53resolver.CreateResolverQueryLogConfigInput{
		CreatorRequestId: once, Name: aws.String("log"),
		DestinationArn: aws.String("arn:aws:logs:us-east-1:" + r.account + ":log-group:dns:*"),
	}))(r.T).ResolverQueryLogConfig
}

func queryLogConfigLife(p *place) life {
	r := p.resolver()
	var own *types.ResolverQueryLogConfig
	return life{
		create: func() { own = r.queryLog() },
		read: func() seen {
			return all(
				look(r.GetResolverQueryLogConfig(r.ctx, &route53resolver.GetResolverQueryLogConfigInput{ResolverQueryLogConfigId: own.Id})),
				r.tags(own.Arn),
			)
		},
		delete: func() error {
			return failure(r.DeleteResolverQueryLogConfig(r.ctx, &route53resolver.DeleteResolverQueryLogConfigInput{ResolverQueryLogConfigId: own.Id}))
		},
		gone:  none,
		again: none,
	}
}

func queryLogConfigAssociationLife(p *place) life {
	r := p.resolver()
	config, vpc := r.queryLog().Id, p.vpc("10.0.0.0/16")
	var id *string
	return life{
		create: func() {
			id = must(r.AssociateResolverQueryLogConfig(r.ctx, &route53resolver.AssociateResolverQueryLogConfigInput{
				ResolverQueryLogConfigId: config, ResourceId: &vpc,
			}))(r.T).ResolverQueryLogConfigAssociation.Id
		},
		read: func() seen {
			return look(r.GetResolverQueryLogConfigAssociation(r.ctx, &route53resolver.GetResolverQueryLogConfigAssociationInput{
				ResolverQueryLogConfigAssociationId: id,
			}))
		},
		delete: func() error {
			return failure(r.DisassociateResolverQueryLogConfig(r.ctx, &route53resolver.DisassociateResolverQueryLogConfigInput{
				ResolverQueryLogConfigId: config, ResourceId: &vpc,
			}))
		},
		gone:  none,
		again: none,
	}
}

func firewallConfigLife(p *place) life {
	r := p.resolver()
	vpc := p.vpc("10.0.0.0/16")
	set := func(status types.FirewallFailOpenStatus) error {
		return failure(r.UpdateFirewallConfig(r.ctx, &route53resolver.UpdateFirewallConfigInput{ResourceId: &vpc, FirewallFailOpen: status}))
	}
	return life{
		create: func() { p.done(set(types.FirewallFailOpenStatusEnabled)) },
		read: func() seen {
			return look(r.GetFirewallConfig(r.ctx, &route53resolver.GetFirewallConfigInput{ResourceId: &vpc}))
		},
		delete: func() error { return set(types.FirewallFailOpenStatusDisabled) },
		last:   `"DISABLED"`,
	}
}

func (r *resolver) domains() *types.FirewallDomainList {
	return must(r.CreateFirewallDomainList(r.ctx, &route53resolver.CreateFirewallDomainListInput{CreatorRequestId: once, Name: aws.String("bad")}))(r.T).FirewallDomainList
}

func firewallDomainListLife(p *place) life {
	r := p.resolver()
	var own *types.FirewallDomainList
	set := func(operation types.FirewallDomainUpdateOperation, domains ...string) {
		must(r.UpdateFirewallDomains(r.ctx, &route53resolver.UpdateFirewallDomainsInput{
			FirewallDomainListId: own.Id, Operation: operation, Domains: domains,
		}))(r.T)
	}
	return life{
		create: func() {
			own = r.domains()
			set(types.FirewallDomainUpdateOperationAdd, "bad.example", "*.worse.example")
		},
		read: func() seen {
			return all(
				look(r.GetFirewallDomainList(r.ctx, &route53resolver.GetFirewallDomainListInput{FirewallDomainListId: own.Id})),
				look(r.ListFirewallDomains(r.ctx, &route53resolver.ListFirewallDomainsInput{FirewallDomainListId: own.Id})),
				r.tags(own.Arn),
			)
		},
		update: func() { set(types.FirewallDomainUpdateOperationReplace, "other.example") },
		delete: func() error {
			return failure(r.DeleteFirewallDomainList(r.ctx, &route53resolver.DeleteFirewallDomainListInput{FirewallDomainListId: own.Id}))
		},
		gone:  none,
		again: none,
	}
}

func (r *resolver) firewall() *types.FirewallRuleGroup {
	return must(r.CreateFirewallRuleGroup(r.ctx, &route53resolver.CreateFirewallRuleGroupInput{CreatorRequestId: once, Name: aws.String("wall")}))(r.T).FirewallRuleGroup
}

func firewallRuleGroupLife(p *place) life {
	r := p.resolver()
	var own *types.FirewallRuleGroup
	return life{
		create: func() { own = r.firewall() },
		read: func() seen {
			return all(
				look(r.GetFirewallRuleGroup(r.ctx, &route53resolver.GetFirewallRuleGroupInput{FirewallRuleGroupId: own.Id})),
				r.tags(own.Arn),
			)
		},
		delete: func() error {
			return failure(r.DeleteFirewallRuleGroup(r.ctx, &route53resolver.DeleteFirewallRuleGroupInput{FirewallRuleGroupId: own.Id}))
		},
		gone:  none,
		again: none,
	}
}

func firewallRuleLife(p *place) life {
	r := p.resolver()
	group, domains := r.firewall().Id, r.domains().Id
	return life{
		create: func() {
			must(r.CreateFirewallRule(r.ctx, &route53resolver.CreateFirewallRuleInput{
				CreatorRequestId: once, Name: aws.String("block"), FirewallRuleGroupId: group, FirewallDomainListId: domains,
				Priority: aws.Int32(100), Action: types.ActionBlock, BlockResponse: types.BlockResponseNxdomain,
			}))(r.T)
		},
		read: func() seen {
			return look(r.ListFirewallRules(r.ctx, &route53resolver.ListFirewallRulesInput{FirewallRuleGroupId: group}))
		},
		update: func() {
			must(r.UpdateFirewallRule(r.ctx, &route53resolver.UpdateFirewallRuleInput{
				FirewallRuleGroupId: group, FirewallDomainListId: domains, Action: types.ActionAlert,
			}))(r.T)
		},
		delete: func() error {
			return failure(r.DeleteFirewallRule(r.ctx, &route53resolver.DeleteFirewallRuleInput{FirewallRuleGroupId: group, FirewallDomainListId: domains}))
		},
		again: none,
	}
}

func firewallRuleGroupAssociationLife(p *place) life {
	r := p.resolver()
	group, vpc := r.firewall().Id, p.vpc("10.0.0.0/16")
	var own *types.FirewallRuleGroupAssociation
	return life{
		create: func() {
			own = must(r.AssociateFirewallRuleGroup(r.ctx, &route53resolver.AssociateFirewallRuleGroupInput{
				CreatorRequestId: once, Name: aws.String("wall"), FirewallRuleGroupId: group, VpcId: &vpc, Priority: aws.Int32(101),
			}))(r.T).FirewallRuleGroupAssociation
		},
		read: func() seen {
			return all(
				look(r.GetFirewallRuleGroupAssociation(r.ctx, &route53resolver.GetFirewallRuleGroupAssociationInput{FirewallRuleGroupAssociationId: own.Id})),
				r.tags(own.Arn),
			)
		},
		update: func() {
			must(r.UpdateFirewallRuleGroupAssociation(r.ctx, &route53resolver.UpdateFirewallRuleGroupAssociationInput{
				FirewallRuleGroupAssociationId: own.Id, Priority: aws.Int32(200),
			}))(r.T)
		},
		delete: func() error {
			return failure(r.DisassociateFirewallRuleGroup(r.ctx, &route53resolver.DisassociateFirewallRuleGroupInput{FirewallRuleGroupAssociationId: own.Id}))
		},
		gone:  none,
		again: none,
	}
}
