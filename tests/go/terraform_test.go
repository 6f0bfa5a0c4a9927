package tests

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// terraformRows are the resources of EC2 whose calls are known.
var terraformRows = strings.Fields(`
	aws_vpc aws_subnet aws_route_table aws_route aws_route_table_association aws_main_route_table_association
	aws_internet_gateway aws_egress_only_internet_gateway aws_nat_gateway aws_eip aws_security_group
	aws_security_group_rule aws_vpc_security_group_ingress_rule aws_vpc_security_group_egress_rule aws_network_acl
	aws_network_acl_rule aws_network_acl_association aws_vpc_endpoint aws_vpc_peering_connection
	aws_vpc_peering_connection_accepter aws_vpc_peering_connection_options aws_flow_log aws_vpc_dhcp_options
	aws_vpc_dhcp_options_association aws_network_interface aws_network_interface_attachment aws_instance
	aws_launch_template aws_key_pair data.aws_ami aws_ebs_volume aws_ebs_snapshot aws_volume_attachment
`)

// rowsBeside are those of the other services that stand in networks.
var rowsBeside = strings.Fields(`
	aws_lb aws_lb_listener aws_lb_listener_certificate aws_lb_listener_rule aws_lb_target_group
	aws_lb_target_group_attachment aws_elb aws_elb_attachment aws_lb_cookie_stickiness_policy aws_load_balancer_policy
	aws_load_balancer_listener_policy aws_load_balancer_backend_server_policy aws_efs_file_system aws_efs_mount_target
	aws_efs_access_point aws_efs_file_system_policy aws_efs_backup_policy aws_efs_replication_configuration
	aws_route53_zone aws_route53_zone_association aws_route53_vpc_association_authorization aws_route53_record
	aws_route53_health_check aws_route53_delegation_set aws_route53_cidr_collection aws_route53_cidr_location
	aws_route53_traffic_policy aws_route53_resolver_endpoint aws_route53_resolver_rule
	aws_route53_resolver_rule_association aws_route53_resolver_config aws_route53_resolver_dnssec_config
	aws_route53_resolver_query_log_config aws_route53_resolver_query_log_config_association
	aws_route53_resolver_firewall_config aws_route53_resolver_firewall_domain_list
	aws_route53_resolver_firewall_rule_group aws_route53_resolver_firewall_rule
	aws_route53_resolver_firewall_rule_group_association
`)

// Each resource is made, read twice alike, changed, read again, deleted and gone.
func TestTerraformsResourcesLive(t *testing.T) {
	t.Parallel()
	lives := map[string]func(*place) life{}
	for _, table := range []map[string]func(*place) life{networkLives, trafficLives, machineLives} {
		maps.Copy(lives, table)
	}
	equal(t, slices.Sorted(maps.Keys(lives)), slices.Sorted(slices.Values(terraformRows)))
	leadAll(t, lives)
}

// The same of load balancers, file systems, zones and the Resolver.
func TestTerraformsResourcesBesideThoseOfEC2Live(t *testing.T) {
	t.Parallel()
	lives := map[string]func(*place) life{}
	for _, table := range []map[string]func(*place) life{balancerLives, fileLives, zoneLives, resolverLives} {
		maps.Copy(lives, table)
	}
	equal(t, slices.Sorted(maps.Keys(lives)), slices.Sorted(slices.Values(rowsBeside)))
	leadAll(t, lives)
}

// leadAll leads each through its life, in an account of its own.
func leadAll(t *testing.T, lives map[string]func(*place) life) {
	t.Helper()
	endpoint := start(t).endpoint
	for name, begin := range lives {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, endpoint)
			live(p, begin(p))
		})
	}
}

func contains(t *testing.T, answer seen, part string) {
	t.Helper()
	if answer.err != nil || !strings.Contains(answer.text, part) {
		t.Fatalf("%s is not in %v", part, answer)
	}
}
