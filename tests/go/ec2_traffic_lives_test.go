package tests

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// trafficLives are those of what lets traffic pass, takes it elsewhere or writes it down.
var trafficLives = map[string]func(*place) life{
	"aws_security_group":                  securityGroupLife,
	"aws_security_group_rule":             securityGroupRuleLife,
	"aws_vpc_security_group_ingress_rule": func(p *place) life { return ruleLife(p, false) },
	"aws_vpc_security_group_egress_rule":  func(p *place) life { return ruleLife(p, true) },
	"aws_network_acl":                     networkACLLife,
	"aws_network_acl_rule":                networkACLRuleLife,
	"aws_network_acl_association":         networkACLAssociationLife,
	"aws_vpc_endpoint":                    vpcEndpointLife,
	"aws_flow_log":                        flowLogLife,
	"aws_network_interface":               networkInterfaceLife,
	"aws_network_interface_attachment":    networkInterfaceAttachmentLife,
}

// permission lets one port in or out, or everything where the port is 0.
func permission(port int32, cidr, description string) []types.IpPermission {
	ranges := []types.IpRange{{CidrIp: &cidr}}
	if description != "" {
		ranges[0].Description = &description
	}
	if port == 0 {
		return []types.IpPermission{{IpProtocol: aws.String("-1"), IpRanges: ranges}}
	}
	return []types.IpPermission{{IpProtocol: aws.String("tcp"), FromPort: &port, ToPort: &port, IpRanges: ranges}}
}

func (p *place) groups(id string) seen {
	return look(p.DescribeSecurityGroups(p.ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{id}}))
}

func securityGroupLife(p *place) life {
	var id string
	vpc := p.vpc("10.0.0.0/16")
	return life{
		create: func() {
			id = p.group(vpc, "web")
			outward := permission(0, *anywhere, "")
			must(p.RevokeSecurityGroupEgress(p.ctx, &ec2.RevokeSecurityGroupEgressInput{GroupId: &id, IpPermissions: outward}))(p.T)
			err := failure(p.RevokeSecurityGroupEgress(p.ctx, &ec2.RevokeSecurityGroupEgressInput{
				GroupId: &id, IpPermissions: []types.IpPermission{{
					IpProtocol: aws.String("-1"), Ipv6Ranges: []types.Ipv6Range{{CidrIpv6: aws.String("::/0")}},
				}},
			}))
			refused(p.T, err, "InvalidPermission.NotFound", 400)
			must(p.AuthorizeSecurityGroupIngress(p.ctx, &ec2.AuthorizeSecurityGroupIngressInput{
				GroupId: &id, IpPermissions: permission(443, *anywhere, ""),
			}))(p.T)
			must(p.AuthorizeSecurityGroupEgress(p.ctx, &ec2.AuthorizeSecurityGroupEgressInput{GroupId: &id, IpPermissions: outward}))(p.T)
		},
		read: func() seen { return p.groups(id) },
		update: func() {
			must(p.AuthorizeSecurityGroupIngress(p.ctx, &ec2.AuthorizeSecurityGroupIngressInput{
				GroupId: &id, IpPermissions: permission(80, "10.0.0.0/8", "inside"),
			}))(p.T)
		},
		delete: func() error {
			return failure(p.DeleteSecurityGroup(p.ctx, &ec2.DeleteSecurityGroupInput{GroupId: &id}))
		},
		gone:  "InvalidGroup.NotFound",
		again: "InvalidGroup.NotFound",
	}
}

func securityGroupRuleLife(p *place) life {
	id := p.group(p.vpc("10.0.0.0/16"), "web")
	return life{
		create: func() {
			must(p.AuthorizeSecurityGroupIngress(p.ctx, &ec2.AuthorizeSecurityGroupIngressInput{
				GroupId: &id, IpPermissions: permission(22, "192.0.2.0/24", "ssh"),
			}))(p.T)
		},
		read: func() seen { return p.groups(id) },
		update: func() {
			must(p.UpdateSecurityGroupRuleDescriptionsIngress(p.ctx, &ec2.UpdateSecurityGroupRuleDescriptionsIngressInput{
				GroupId: &id, IpPermissions: permission(22, "192.0.2.0/24", "offices"),
			}))(p.T)
		},
		delete: func() error {
			return failure(p.RevokeSecurityGroupIngress(p.ctx, &ec2.RevokeSecurityGroupIngressInput{
				GroupId: &id, IpPermissions: permission(22, "192.0.2.0/24", ""),
			}))
		},
		again: "InvalidPermission.NotFound",
	}
}

func ruleLife(p *place, outward bool) life {
	var id string
	group, rules := p.group(p.vpc("10.0.0.0/16"), "web"), []string{""}
	return life{
		create: func() {
			wish := permission(80, "10.0.0.0/8", "")
			if outward {
				made := must(p.AuthorizeSecurityGroupEgress(p.ctx, &ec2.AuthorizeSecurityGroupEgressInput{
					GroupId: &group, IpPermissions: wish,
				}))(p.T)
				id = *made.SecurityGroupRules[0].SecurityGroupRuleId
			} else {
				made := must(p.AuthorizeSecurityGroupIngress(p.ctx, &ec2.AuthorizeSecurityGroupIngressInput{
					GroupId: &group, IpPermissions: wish,
				}))(p.T)
				id = *made.SecurityGroupRules[0].SecurityGroupRuleId
			}
			rules[0] = id
		},
		read: func() seen {
			return look(p.DescribeSecurityGroupRules(p.ctx, &ec2.DescribeSecurityGroupRulesInput{SecurityGroupRuleIds: rules}))
		},
		update: func() {
			must(p.ModifySecurityGroupRules(p.ctx, &ec2.ModifySecurityGroupRulesInput{
				GroupId: &group, SecurityGroupRules: []types.SecurityGroupRuleUpdate{{
					SecurityGroupRuleId: &id, SecurityGroupRule: &types.SecurityGroupRuleRequest{
						IpProtocol: aws.String("tcp"), FromPort: aws.Int32(8000), ToPort: aws.Int32(8080),
						CidrIpv4: aws.String("10.1.0.0/16"), Description: aws.String("more"),
					},
				}},
			}))(p.T)
		},
		delete: func() error {
			if outward {
				return failure(p.RevokeSecurityGroupEgress(p.ctx, &ec2.RevokeSecurityGroupEgressInput{
					GroupId: &group, SecurityGroupRuleIds: rules,
				}))
			}
			return failure(p.RevokeSecurityGroupIngress(p.ctx, &ec2.RevokeSecurityGroupIngressInput{
				GroupId: &group, SecurityGroupRuleIds: rules,
			}))
		},
		gone:  "InvalidSecurityGroupRuleId.NotFound",
		again: "InvalidSecurityGroupRuleId.NotFound",
	}
}

func (p *place) acl(vpc string) string {
	return *must(p.CreateNetworkAcl(p.ctx, &ec2.CreateNetworkAclInput{VpcId: &vpc}))(p.T).NetworkAcl.NetworkAclId
}

func (p *place) entry(acl string, number int32) {
	must(p.CreateNetworkAclEntry(p.ctx, &ec2.CreateNetworkAclEntryInput{
		NetworkAclId: &acl, RuleNumber: &number, Protocol: aws.String("6"), RuleAction: types.RuleActionAllow,
		Egress: aws.Bool(false), CidrBlock: aws.String("10.3.0.0/18"), PortRange: &types.PortRange{From: aws.Int32(80), To: aws.Int32(80)},
	}))(p.T)
}

func (p *place) acls(id string) seen {
	return look(p.DescribeNetworkAcls(p.ctx, &ec2.DescribeNetworkAclsInput{NetworkAclIds: []string{id}}))
}

func networkACLLife(p *place) life {
	var id string
	vpc := p.vpc("10.0.0.0/16")
	return life{
		create: func() {
			id = p.acl(vpc)
			p.entry(id, 100)
		},
		read:   func() seen { return p.acls(id) },
		update: func() { p.entry(id, 200) },
		delete: func() error {
			return failure(p.DeleteNetworkAcl(p.ctx, &ec2.DeleteNetworkAclInput{NetworkAclId: &id}))
		},
		gone:  "InvalidNetworkAclID.NotFound",
		again: "InvalidNetworkAclID.NotFound",
	}
}

func networkACLRuleLife(p *place) life {
	id := p.acl(p.vpc("10.0.0.0/16"))
	return life{
		create: func() { p.entry(id, 120) },
		read:   func() seen { return p.acls(id) },
		update: func() {
			must(p.ReplaceNetworkAclEntry(p.ctx, &ec2.ReplaceNetworkAclEntryInput{
				NetworkAclId: &id, RuleNumber: aws.Int32(120), Protocol: aws.String("-1"), RuleAction: types.RuleActionDeny,
				Egress: aws.Bool(false), CidrBlock: anywhere,
			}))(p.T)
		},
		delete: func() error {
			return failure(p.DeleteNetworkAclEntry(p.ctx, &ec2.DeleteNetworkAclEntryInput{
				NetworkAclId: &id, RuleNumber: aws.Int32(120), Egress: aws.Bool(false),
			}))
		},
		again: "InvalidNetworkAclEntry.NotFound",
	}
}

func networkACLAssociationLife(p *place) life {
	vpc := p.vpc("10.0.0.0/16")
	subnet, one, two := p.subnet(vpc), p.acl(vpc), p.acl(vpc)
	// holder is the ACL of the subnet, and their association.
	holder := func() (string, string) {
		of := []types.Filter{filter("association.subnet-id", subnet)}
		found := must(p.DescribeNetworkAcls(p.ctx, &ec2.DescribeNetworkAclsInput{Filters: of}))(p.T).NetworkAcls[0]
		for _, link := range found.Associations {
			if *link.SubnetId == subnet {
				return *link.NetworkAclId, *link.NetworkAclAssociationId
			}
		}
		p.Fatalf("%s has no ACL", subnet)
		return "", ""
	}
	standard, link := holder()
	move := func(acl string) error {
		moved, err := p.ReplaceNetworkAclAssociation(p.ctx, &ec2.ReplaceNetworkAclAssociationInput{AssociationId: &link, NetworkAclId: &acl})
		if err == nil && acl != standard {
			link = *moved.NewAssociationId
		}
		return err
	}
	return life{
		create: func() { p.done(move(one)) },
		read: func() seen {
			acl, _ := holder()
			return seen{text: acl}
		},
		update: func() { p.done(move(two)) },
		delete: func() error { return move(standard) },
		again:  "InvalidAssociationID.NotFound",
	}
}

func vpcEndpointLife(p *place) life {
	vpc := p.vpc("10.0.0.0/16")
	subnet, one, two := p.subnet(vpc), p.group(vpc, "one"), p.group(vpc, "two")
	service := aws.String("com.amazonaws.us-east-1.ssm")
	var id string
	return life{
		create: func() {
			made := must(p.CreateVpcEndpoint(p.ctx, &ec2.CreateVpcEndpointInput{
				VpcId: &vpc, ServiceName: service, VpcEndpointType: types.VpcEndpointTypeInterface, PrivateDnsEnabled: aws.Bool(false),
				SubnetIds: []string{subnet}, SecurityGroupIds: []string{one},
			}))(p.T)
			id = *made.VpcEndpoint.VpcEndpointId
		},
		read: func() seen {
			found, err := p.DescribeVpcEndpoints(p.ctx, &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{id}})
			if err != nil {
				return seen{err: err}
			}
			equal(p.T, found.VpcEndpoints[0].State, types.State("available"))
			return all(look(found, nil), look(p.DescribeNetworkInterfaces(p.ctx, &ec2.DescribeNetworkInterfacesInput{
				NetworkInterfaceIds: found.VpcEndpoints[0].NetworkInterfaceIds,
			})), look(p.DescribePrefixLists(p.ctx, &ec2.DescribePrefixListsInput{
				Filters: []types.Filter{filter("prefix-list-name", *service)},
			})))
		},
		update: func() {
			must(p.ModifyVpcEndpoint(p.ctx, &ec2.ModifyVpcEndpointInput{
				VpcEndpointId: &id, AddSecurityGroupIds: []string{two}, RemoveSecurityGroupIds: []string{one},
			}))(p.T)
		},
		delete: func() error {
			deleted, err := p.DeleteVpcEndpoints(p.ctx, &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{id}})
			// Terraform takes the code that is told of one that is not there for success.
			if err == nil && len(deleted.Unsuccessful) > 0 && *deleted.Unsuccessful[0].Error.Code != "InvalidVpcEndpoint.NotFound" {
				err = fmt.Errorf("not deleted: %s", *deleted.Unsuccessful[0].Error.Code)
			}
			return err
		},
		gone: "InvalidVpcEndpointId.NotFound",
	}
}

func flowLogLife(p *place) life {
	vpc, bucket := p.vpc("10.0.0.0/16"), "flows-"+p.account
	buckets := s3.NewFromConfig(p.config, func(o *s3.Options) { o.UsePathStyle = true })
	must(buckets.CreateBucket(p.ctx, &s3.CreateBucketInput{Bucket: &bucket}))(p.T)
	var id string
	return life{
		create: func() {
			made := must(p.CreateFlowLogs(p.ctx, &ec2.CreateFlowLogsInput{
				ResourceIds: []string{vpc}, ResourceType: types.FlowLogsResourceTypeVpc, TrafficType: types.TrafficTypeReject,
				LogDestinationType: types.LogDestinationTypeS3, LogDestination: aws.String("arn:aws:s3:::" + bucket),
			}))(p.T)
			id = made.FlowLogIds[0]
		},
		read: func() seen {
			return look(p.DescribeFlowLogs(p.ctx, &ec2.DescribeFlowLogsInput{FlowLogIds: []string{id}}))
		},
		update: func() { p.tag(id, "flows") },
		delete: func() error {
			return failure(p.DeleteFlowLogs(p.ctx, &ec2.DeleteFlowLogsInput{FlowLogIds: []string{id}}))
		},
		gone:  "InvalidFlowLogId.NotFound",
		again: "InvalidFlowLogId.NotFound",
	}
}

func (p *place) cards(id string) seen {
	return look(p.DescribeNetworkInterfaces(p.ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{id}}))
}

func networkInterfaceLife(p *place) life {
	vpc := p.vpc("10.0.0.0/16")
	subnet, group := p.subnet(vpc), p.group(vpc, "web")
	var id string
	return life{
		create: func() { id = p.card(subnet) },
		read:   func() seen { return p.cards(id) },
		update: func() {
			for _, change := range []*ec2.ModifyNetworkInterfaceAttributeInput{
				{SourceDestCheck: no},
				{Groups: []string{group}},
				{Description: &types.AttributeValue{Value: aws.String("web")}},
			} {
				change.NetworkInterfaceId = &id
				must(p.ModifyNetworkInterfaceAttribute(p.ctx, change))(p.T)
			}
			must(p.AssignPrivateIpAddresses(p.ctx, &ec2.AssignPrivateIpAddressesInput{
				NetworkInterfaceId: &id, PrivateIpAddresses: []string{"10.0.1.99"},
			}))(p.T)
		},
		delete: func() error {
			return failure(p.DeleteNetworkInterface(p.ctx, &ec2.DeleteNetworkInterfaceInput{NetworkInterfaceId: &id}))
		},
		gone:  "InvalidNetworkInterfaceID.NotFound",
		again: "InvalidNetworkInterfaceID.NotFound",
	}
}

func networkInterfaceAttachmentLife(p *place) life {
	subnet := p.subnet(p.vpc("10.0.0.0/16"))
	card, machine := p.card(subnet), p.machine(subnet)
	var id string
	return life{
		create: func() {
			id = *must(p.AttachNetworkInterface(p.ctx, &ec2.AttachNetworkInterfaceInput{
				NetworkInterfaceId: &card, InstanceId: &machine, DeviceIndex: aws.Int32(1),
			}))(p.T).AttachmentId
		},
		read: func() seen { return p.cards(card) },
		update: func() {
			must(p.ModifyNetworkInterfaceAttribute(p.ctx, &ec2.ModifyNetworkInterfaceAttributeInput{
				NetworkInterfaceId: &card, Attachment: &types.NetworkInterfaceAttachmentChanges{
					AttachmentId: &id, DeleteOnTermination: aws.Bool(true),
				},
			}))(p.T)
		},
		delete: func() error {
			return failure(p.DetachNetworkInterface(p.ctx, &ec2.DetachNetworkInterfaceInput{AttachmentId: &id}))
		},
		again: "InvalidAttachmentID.NotFound",
	}
}
