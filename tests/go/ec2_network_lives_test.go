package tests

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var (
	yes = &types.AttributeBooleanValue{Value: aws.Bool(true)}
	no  = &types.AttributeBooleanValue{Value: aws.Bool(false)}
)

// networkLives are those of networks and of what connects them.
var networkLives = map[string]func(*place) life{
	"aws_vpc":                             vpcLife,
	"aws_subnet":                          subnetLife,
	"aws_route_table":                     routeTableLife,
	"aws_route":                           routeLife,
	"aws_route_table_association":         routeTableAssociationLife,
	"aws_main_route_table_association":    mainRouteTableAssociationLife,
	"aws_internet_gateway":                internetGatewayLife,
	"aws_egress_only_internet_gateway":    egressOnlyInternetGatewayLife,
	"aws_nat_gateway":                     natGatewayLife,
	"aws_eip":                             eipLife,
	"aws_vpc_dhcp_options":                dhcpOptionsLife,
	"aws_vpc_dhcp_options_association":    dhcpOptionsAssociationLife,
	"aws_vpc_peering_connection":          peeringLife,
	"aws_vpc_peering_connection_accepter": peeringAccepterLife,
	"aws_vpc_peering_connection_options":  peeringOptionsLife,
}

func vpcLife(p *place) life {
	var id string
	attributes := []types.VpcAttributeName{
		types.VpcAttributeNameEnableDnsHostnames, types.VpcAttributeNameEnableDnsSupport,
		types.VpcAttributeNameEnableNetworkAddressUsageMetrics,
	}
	set := func(input *ec2.ModifyVpcAttributeInput) {
		input.VpcId = &id
		must(p.ModifyVpcAttribute(p.ctx, input))(p.T)
	}
	return life{
		create: func() {
			id = p.vpc("10.0.0.0/16")
			set(&ec2.ModifyVpcAttributeInput{EnableDnsHostnames: yes})
		},
		read: func() seen {
			inside := filter("vpc-id", id)
			answers := []seen{
				look(p.DescribeVpcs(p.ctx, &ec2.DescribeVpcsInput{VpcIds: []string{id}})),
				look(p.DescribeNetworkAcls(p.ctx, &ec2.DescribeNetworkAclsInput{
					Filters: []types.Filter{inside, filter("default", "true")},
				})),
				look(p.DescribeRouteTables(p.ctx, &ec2.DescribeRouteTablesInput{
					Filters: []types.Filter{inside, filter("association.main", "true")},
				})),
				look(p.DescribeSecurityGroups(p.ctx, &ec2.DescribeSecurityGroupsInput{
					Filters: []types.Filter{inside, filter("group-name", "default")},
				})),
			}
			for _, attribute := range attributes {
				answers = append(answers, look(p.DescribeVpcAttribute(p.ctx, &ec2.DescribeVpcAttributeInput{
					VpcId: &id, Attribute: attribute,
				})))
			}
			return all(answers...)
		},
		update: func() {
			set(&ec2.ModifyVpcAttributeInput{EnableNetworkAddressUsageMetrics: yes})
			set(&ec2.ModifyVpcAttributeInput{EnableDnsHostnames: no})
			must(p.AssociateVpcCidrBlock(p.ctx, &ec2.AssociateVpcCidrBlockInput{
				VpcId: &id, AmazonProvidedIpv6CidrBlock: aws.Bool(true),
			}))(p.T)
		},
		delete: func() error { return failure(p.DeleteVpc(p.ctx, &ec2.DeleteVpcInput{VpcId: &id})) },
		gone:   "InvalidVpcID.NotFound",
		again:  "InvalidVpcID.NotFound",
	}
}

func subnetLife(p *place) life {
	var id string
	vpc := p.vpc("10.0.0.0/16")
	set := func(value *types.AttributeBooleanValue) {
		must(p.ModifySubnetAttribute(p.ctx, &ec2.ModifySubnetAttributeInput{SubnetId: &id, MapPublicIpOnLaunch: value}))(p.T)
	}
	return life{
		create: func() {
			id = p.subnet(vpc)
			set(yes)
		},
		read: func() seen {
			return look(p.DescribeSubnets(p.ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{id}}))
		},
		update: func() { set(no) },
		delete: func() error {
			of := []types.Filter{filter("subnet-id", id)}
			left := must(p.DescribeNetworkInterfaces(p.ctx, &ec2.DescribeNetworkInterfacesInput{Filters: of}))(p.T)
			equal(p.T, len(left.NetworkInterfaces), 0)
			return failure(p.DeleteSubnet(p.ctx, &ec2.DeleteSubnetInput{SubnetId: &id}))
		},
		gone:  "InvalidSubnetID.NotFound",
		again: "InvalidSubnetID.NotFound",
	}
}

func (p *place) tables(filters ...types.Filter) seen {
	return look(p.DescribeRouteTables(p.ctx, &ec2.DescribeRouteTablesInput{Filters: filters}))
}

func routeTableLife(p *place) life {
	var id string
	vpc := p.vpc("10.0.0.0/16")
	gateway := p.gateway(vpc)
	virtual := must(p.CreateVpnGateway(p.ctx, &ec2.CreateVpnGatewayInput{Type: types.GatewayTypeIpsec1}))(p.T).VpnGateway.VpnGatewayId
	must(p.AttachVpnGateway(p.ctx, &ec2.AttachVpnGatewayInput{VpnGatewayId: virtual, VpcId: &vpc}))(p.T)
	return life{
		create: func() {
			id = p.table(vpc)
			must(p.CreateRoute(p.ctx, &ec2.CreateRouteInput{RouteTableId: &id, DestinationCidrBlock: anywhere, GatewayId: &gateway}))(p.T)
			must(p.EnableVgwRoutePropagation(p.ctx, &ec2.EnableVgwRoutePropagationInput{RouteTableId: &id, GatewayId: virtual}))(p.T)
		},
		read: func() seen {
			return look(p.DescribeRouteTables(p.ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{id}}))
		},
		update: func() {
			must(p.DisableVgwRoutePropagation(p.ctx, &ec2.DisableVgwRoutePropagationInput{RouteTableId: &id, GatewayId: virtual}))(p.T)
			must(p.ReplaceRoute(p.ctx, &ec2.ReplaceRouteInput{RouteTableId: &id, DestinationCidrBlock: anywhere, GatewayId: virtual}))(p.T)
		},
		delete: func() error {
			return failure(p.DeleteRouteTable(p.ctx, &ec2.DeleteRouteTableInput{RouteTableId: &id}))
		},
		gone:  "InvalidRouteTableID.NotFound",
		again: "InvalidRouteTableID.NotFound",
	}
}

func routeLife(p *place) life {
	vpc := p.vpc("10.0.0.0/16")
	table, gateway, card := p.table(vpc), p.gateway(vpc), p.card(p.subnet(vpc))
	return life{
		create: func() {
			must(p.CreateRoute(p.ctx, &ec2.CreateRouteInput{RouteTableId: &table, DestinationCidrBlock: anywhere, GatewayId: &gateway}))(p.T)
		},
		read: func() seen {
			return look(p.DescribeRouteTables(p.ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{table}}))
		},
		update: func() {
			must(p.ReplaceRoute(p.ctx, &ec2.ReplaceRouteInput{
				RouteTableId: &table, DestinationCidrBlock: anywhere, NetworkInterfaceId: &card,
			}))(p.T)
		},
		delete: func() error {
			return failure(p.DeleteRoute(p.ctx, &ec2.DeleteRouteInput{RouteTableId: &table, DestinationCidrBlock: anywhere}))
		},
		again: "InvalidRoute.NotFound",
	}
}

func routeTableAssociationLife(p *place) life {
	vpc := p.vpc("10.0.0.0/16")
	subnet, one, two := p.subnet(vpc), p.table(vpc), p.table(vpc)
	id := "rtbassoc-00000000000000000"
	return life{
		create: func() {
			id = *must(p.AssociateRouteTable(p.ctx, &ec2.AssociateRouteTableInput{RouteTableId: &one, SubnetId: &subnet}))(p.T).AssociationId
		},
		read: func() seen { return p.tables(filter("association.route-table-association-id", id)) },
		update: func() {
			id = *must(p.ReplaceRouteTableAssociation(p.ctx, &ec2.ReplaceRouteTableAssociationInput{
				AssociationId: &id, RouteTableId: &two,
			}))(p.T).NewAssociationId
		},
		delete: func() error {
			return failure(p.DisassociateRouteTable(p.ctx, &ec2.DisassociateRouteTableInput{AssociationId: &id}))
		},
		again: "InvalidAssociationID.NotFound",
	}
}

func mainRouteTableAssociationLife(p *place) life {
	vpc := p.vpc("10.0.0.0/16")
	one, two := p.table(vpc), p.table(vpc)
	main := []types.Filter{filter("vpc-id", vpc), filter("association.main", "true")}
	found := must(p.DescribeRouteTables(p.ctx, &ec2.DescribeRouteTablesInput{Filters: main}))(p.T).RouteTables[0]
	id := *found.Associations[0].RouteTableAssociationId
	move := func(table string) error {
		moved, err := p.ReplaceRouteTableAssociation(p.ctx, &ec2.ReplaceRouteTableAssociationInput{AssociationId: &id, RouteTableId: &table})
		if err == nil && table != *found.RouteTableId {
			id = *moved.NewAssociationId
		}
		return err
	}
	return life{
		create: func() { p.done(move(one)) },
		read:   func() seen { return p.tables(main...) },
		update: func() { p.done(move(two)) },
		delete: func() error { return move(*found.RouteTableId) },
		last:   `"RouteTableId":"` + *found.RouteTableId,
		again:  "InvalidAssociationID.NotFound",
	}
}

func internetGatewayLife(p *place) life {
	var id string
	one, two := p.vpc("10.0.0.0/16"), p.vpc("10.1.0.0/16")
	at := one
	detach := func() error {
		return failure(p.DetachInternetGateway(p.ctx, &ec2.DetachInternetGatewayInput{InternetGatewayId: &id, VpcId: &at}))
	}
	return life{
		create: func() { id = p.gateway(one) },
		read: func() seen {
			return look(p.DescribeInternetGateways(p.ctx, &ec2.DescribeInternetGatewaysInput{InternetGatewayIds: []string{id}}))
		},
		update: func() {
			p.done(detach())
			at = two
			must(p.AttachInternetGateway(p.ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: &id, VpcId: &at}))(p.T)
		},
		delete: func() error {
			if err := detach(); err != nil {
				return err
			}
			return failure(p.DeleteInternetGateway(p.ctx, &ec2.DeleteInternetGatewayInput{InternetGatewayId: &id}))
		},
		gone:  "InvalidInternetGatewayID.NotFound",
		again: "InvalidInternetGatewayID.NotFound",
	}
}

func egressOnlyInternetGatewayLife(p *place) life {
	var id string
	vpc := p.vpc("10.0.0.0/16")
	return life{
		create: func() {
			made := must(p.CreateEgressOnlyInternetGateway(p.ctx, &ec2.CreateEgressOnlyInternetGatewayInput{VpcId: &vpc}))(p.T)
			id = *made.EgressOnlyInternetGateway.EgressOnlyInternetGatewayId
		},
		read: func() seen {
			return look(p.DescribeEgressOnlyInternetGateways(p.ctx, &ec2.DescribeEgressOnlyInternetGatewaysInput{
				EgressOnlyInternetGatewayIds: []string{id},
			}))
		},
		update: func() { p.tag(id, "out") },
		delete: func() error {
			return failure(p.DeleteEgressOnlyInternetGateway(p.ctx, &ec2.DeleteEgressOnlyInternetGatewayInput{
				EgressOnlyInternetGatewayId: &id,
			}))
		},
		last:  `"EgressOnlyInternetGateways":[]`,
		again: "InvalidGatewayID.NotFound",
	}
}

func natGatewayLife(p *place) life {
	vpc := p.vpc("10.0.0.0/16")
	subnet, one, two := p.subnet(vpc), p.address(), p.address()
	p.gateway(vpc)
	var id string
	return life{
		create: func() {
			made := must(p.CreateNatGateway(p.ctx, &ec2.CreateNatGatewayInput{SubnetId: &subnet, AllocationId: &one}))(p.T)
			id = *made.NatGateway.NatGatewayId
		},
		read: func() seen {
			return look(p.DescribeNatGateways(p.ctx, &ec2.DescribeNatGatewaysInput{NatGatewayIds: []string{id}}))
		},
		update: func() {
			must(p.AssociateNatGatewayAddress(p.ctx, &ec2.AssociateNatGatewayAddressInput{
				NatGatewayId: &id, AllocationIds: []string{two},
			}))(p.T)
		},
		delete: func() error {
			return failure(p.DeleteNatGateway(p.ctx, &ec2.DeleteNatGatewayInput{NatGatewayId: &id}))
		},
		last: `"State":"deleted"`,
	}
}

func eipLife(p *place) life {
	vpc := p.vpc("10.0.0.0/16")
	p.gateway(vpc)
	subnet := p.subnet(vpc)
	var id, link string
	lead := func(card string) {
		made := must(p.AssociateAddress(p.ctx, &ec2.AssociateAddressInput{AllocationId: &id, NetworkInterfaceId: &card}))(p.T)
		link = *made.AssociationId
	}
	free := func() {
		must(p.DisassociateAddress(p.ctx, &ec2.DisassociateAddressInput{AssociationId: &link}))(p.T)
		link = ""
	}
	return life{
		create: func() {
			id = p.address()
			lead(p.card(subnet))
		},
		read: func() seen {
			return all(
				look(p.DescribeAddresses(p.ctx, &ec2.DescribeAddressesInput{AllocationIds: []string{id}})),
				look(p.DescribeAddressesAttribute(p.ctx, &ec2.DescribeAddressesAttributeInput{
					AllocationIds: []string{id}, Attribute: types.AddressAttributeNameDomainName,
				})),
			)
		},
		update: func() {
			free()
			lead(p.card(subnet))
		},
		delete: func() error {
			if link != "" {
				free()
			}
			return failure(p.ReleaseAddress(p.ctx, &ec2.ReleaseAddressInput{AllocationId: &id}))
		},
		gone:  "InvalidAllocationID.NotFound",
		again: "InvalidAllocationID.NotFound",
	}
}

// options is a set of DHCP options.
func (p *place) options(domain string) string {
	made := must(p.CreateDhcpOptions(p.ctx, &ec2.CreateDhcpOptionsInput{
		DhcpConfigurations: []types.NewDhcpConfiguration{{Key: aws.String("domain-name"), Values: []string{domain}}},
	}))(p.T)
	return *made.DhcpOptions.DhcpOptionsId
}

func dhcpOptionsLife(p *place) life {
	var id string
	return life{
		create: func() { id = p.options("one.example") },
		read: func() seen {
			return look(p.DescribeDhcpOptions(p.ctx, &ec2.DescribeDhcpOptionsInput{DhcpOptionsIds: []string{id}}))
		},
		update: func() { p.tag(id, "one") },
		delete: func() error {
			return failure(p.DeleteDhcpOptions(p.ctx, &ec2.DeleteDhcpOptionsInput{DhcpOptionsId: &id}))
		},
		gone:  "InvalidDhcpOptionID.NotFound",
		again: "InvalidDhcpOptionID.NotFound",
	}
}

func dhcpOptionsAssociationLife(p *place) life {
	vpc := p.vpc("10.0.0.0/16")
	associate := func(options string) error {
		return failure(p.AssociateDhcpOptions(p.ctx, &ec2.AssociateDhcpOptionsInput{DhcpOptionsId: &options, VpcId: &vpc}))
	}
	return life{
		create: func() { p.done(associate(p.options("one.example"))) },
		read: func() seen {
			return look(p.DescribeVpcs(p.ctx, &ec2.DescribeVpcsInput{VpcIds: []string{vpc}}))
		},
		update: func() { p.done(associate(p.options("two.example"))) },
		delete: func() error { return associate("default") },
		last:   `"DhcpOptionsId":"default"`,
	}
}

// connected is the life of a peering connection, however it begins and changes.
func (p *place) connected(create func() string, update func(id string)) life {
	var id string
	return life{
		create: func() { id = create() },
		read: func() seen {
			return look(p.DescribeVpcPeeringConnections(p.ctx, &ec2.DescribeVpcPeeringConnectionsInput{
				VpcPeeringConnectionIds: []string{id},
			}))
		},
		update: func() { update(id) },
		delete: func() error {
			return failure(p.DeleteVpcPeeringConnection(p.ctx, &ec2.DeleteVpcPeeringConnectionInput{VpcPeeringConnectionId: &id}))
		},
		last:  `"Code":"deleted"`,
		again: "InvalidStateTransition",
	}
}

func (p *place) accept(id string) {
	must(p.AcceptVpcPeeringConnection(p.ctx, &ec2.AcceptVpcPeeringConnectionInput{VpcPeeringConnectionId: &id}))(p.T)
}

func peeringLife(p *place) life {
	return p.connected(func() string { return p.peering(p.vpc("10.0.0.0/16"), p.vpc("10.1.0.0/16")) }, p.accept)
}

// peeringAccepterLife is that of the accepting side; who asks is another account in another Region.
func peeringAccepterLife(p *place) life {
	asker := newPlace(p.T, *p.config.BaseEndpoint).in("eu-west-1")
	create := func() string {
		made := must(asker.CreateVpcPeeringConnection(p.ctx, &ec2.CreateVpcPeeringConnectionInput{
			VpcId: aws.String(asker.vpc("10.0.0.0/16")), PeerVpcId: aws.String(p.vpc("10.1.0.0/16")),
			PeerOwnerId: &p.account, PeerRegion: aws.String("us-east-1"),
		}))(p.T)
		id := *made.VpcPeeringConnection.VpcPeeringConnectionId
		p.accept(id)
		return id
	}
	return p.connected(create, func(id string) { p.tag(id, "theirs") })
}

func peeringOptionsLife(p *place) life {
	options := func(id string, value bool) {
		wish := &types.PeeringConnectionOptionsRequest{AllowDnsResolutionFromRemoteVpc: &value}
		must(p.ModifyVpcPeeringConnectionOptions(p.ctx, &ec2.ModifyVpcPeeringConnectionOptionsInput{
			VpcPeeringConnectionId: &id, AccepterPeeringConnectionOptions: wish, RequesterPeeringConnectionOptions: wish,
		}))(p.T)
		found := must(p.DescribeVpcPeeringConnections(p.ctx, &ec2.DescribeVpcPeeringConnectionsInput{
			VpcPeeringConnectionIds: []string{id},
		}))(p.T).VpcPeeringConnections[0]
		for _, side := range []*types.VpcPeeringConnectionVpcInfo{found.AccepterVpcInfo, found.RequesterVpcInfo} {
			equal(p.T, *side.PeeringOptions.AllowDnsResolutionFromRemoteVpc, value)
		}
	}
	create := func() string {
		id := p.peering(p.vpc("10.0.0.0/16"), p.vpc("10.1.0.0/16"))
		p.accept(id)
		options(id, true)
		return id
	}
	return p.connected(create, func(id string) { options(id, false) })
}
