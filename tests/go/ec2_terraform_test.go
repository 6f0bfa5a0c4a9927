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

// Each resource is made, read twice alike, changed, read again, deleted and gone.
func TestTerraformsResourcesLive(t *testing.T) {
	t.Parallel()
	lives := map[string]func(*place) life{}
	for _, table := range []map[string]func(*place) life{networkLives, trafficLives, machineLives} {
		maps.Copy(lives, table)
	}
	equal(t, slices.Sorted(maps.Keys(lives)), slices.Sorted(slices.Values(terraformRows)))
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
