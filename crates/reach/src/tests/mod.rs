//! Hand-derived cases, and a slow model that must agree.
//!
//! Every rule of the engine has a case of its own, derived from the page of AWS's guides that the case names:
//!
//! | Rule | Cases |
//! |---|---|
//! | **Order of a packet** | |
//! | Everything is passed in one order, there and back | `a_trace_has_every_step_there_and_back`, `a_trace_tells_what_translates` |
//! | An interface sends only what is from it, unless told otherwise | `interfaces_check_whose_packets_they_send_and_get` |
//! | It takes only what is for it, unless told otherwise | `the_longest_route_wins`, `an_interface_without_the_check_forwards` |
//! | Within a subnet neither ACLs nor routes are asked | `within_a_subnet_neither_acls_nor_routes_are_asked` |
//! | The answer looks up routes of its own side | `what_enters_must_find_its_way_back`, `peered_networks_need_routes_both_ways` |
//! | The answer has to arrive where the flow began | `interfaces_check_whose_packets_they_send_and_get`, `an_answer_to_a_service_is_astray`, `answers_go_astray_by_whatever_leads_on` |
//! | What goes in circles is dropped | `circles_are_cut`, `a_long_way_is_no_circle` |
//! | **Security groups** | |
//! | Protocol, destination port and other side have to match; what no rule is about is dropped | `a_group_lets_in_what_a_rule_is_about` |
//! | ICMP matches by type and code | `pings_are_answered_and_errors_are_not` |
//! | The rules of all groups count together; none gives nothing | `groups_of_an_interface_count_together` |
//! | A prefix list is each of its blocks | `a_prefix_list_is_all_of_its_blocks` |
//! | A named group is the private addresses of its interfaces, in both directions | `a_rule_may_name_a_group`, `a_named_group_is_known_by_every_private_address` |
//! | A group gives its members nothing without a rule that names it | `members_of_a_group_need_a_rule_that_names_it` |
//! | References hold across peering connections of one Region | `groups_are_known_across_a_peering_connection` |
//! | They hold across transit gateways where both sides support it | `groups_are_known_across_a_transit_gateway_that_supports_it` |
//! | They are lost by public addresses, NAT and appliances | `public_addresses_lead_back_in`, `what_a_nat_gateway_sends_is_from_nobodys_group`, `what_an_appliance_forwards_is_from_nobodys_group` |
//! | A group that is gone is nobody | `a_rule_may_name_a_group` |
//! | Answers pass | `answers_pass_whatever_rules_say`, `an_interface_without_the_check_forwards` |
//! | Groups are of interfaces, not of instances | `groups_stand_between_two_interfaces_of_one_instance` |
//! | **Network ACLs** | |
//! | By number, the first match decides; a direction looks at its own side's other end and at the destination port | `entries_of_an_acl_are_asked_in_order` |
//! | ICMP by type and code | `entries_of_an_acl_tell_icmp_by_type_and_code`, `ipv6_needs_no_translation` |
//! | The last entry denies; answers need entries of their own | `what_no_entry_is_about_is_denied` |
//! | Both subnets that a NAT gateway touches are asked, with its addresses | `acls_on_both_sides_of_a_nat_gateway_are_asked` |
//! | What answers in every subnet is exempt | `services_of_a_subnet_are_always_there` |
//! | They see what comes by peering | `acls_see_what_comes_by_peering` |
//! | Subnets of a transit gateway's attachment are asked in one direction | `acls_of_attached_subnets_see_one_direction`, `a_subnet_of_its_own_is_asked_as_any` |
//! | **Routes** | |
//! | The longest prefix wins, families apart; a blackhole drops; without a route nothing goes on | `the_longest_route_wins` |
//! | Of two equally long, static ones come before those of lists | `of_two_equal_routes_the_earlier_one_counts`, `routes_of_prefix_lists_stand_behind_static_ones` |
//! | Local delivers to interfaces of the VPC only | `a_vpc_is_an_island`, `reserved_addresses_of_a_subnet_are_nobodys` |
//! | A target that is not judged is said | `what_is_not_judged_is_said` |
//! | **Internet gateways** | |
//! | Outward, a private address needs a public one; inward, the destination has to be one | `the_internet_needs_a_public_address` |
//! | Private and shared addresses are dropped | `private_addresses_are_not_on_the_internet` |
//! | IPv6 is not translated | `ipv6_needs_no_translation` |
//! | An instance is met by its private address | `a_trace_tells_what_translates` |
//! | The block of public access drops | `the_block_of_public_access_is_asked_at_the_gateway` |
//! | A gateway is of its VPC only | `gateways_of_another_vpc_let_nothing_in` |
//! | Egress-only gateways carry IPv6 outward, and the answers | `egress_only_gateways_begin_nothing_inward` |
//! | What enters goes by the gateway's own table, once it is translated | `a_gateway_leads_what_enters_by_its_own_table`, `a_gateways_table_may_lead_straight_on` |
//! | An appliance that it leads to needs a public address | `an_appliance_behind_a_gateway_has_a_public_address` |
//! | What is led to an appliance leaves by it too | `subnets_behind_an_appliance_do_not_leave_directly` |
//! | A customer's gateway leads so as well | `a_customers_gateway_leads_by_its_own_table` |
//! | **NAT** | |
//! | Outward only, TCP, UDP and ICMP, from the VPC | `nat_gateways_lead_outward` |
//! | By the routes of its own subnet, and with a public address | `a_nat_gateway_has_routes_of_its_own_subnet` |
//! | A private one leads to other networks | `a_private_nat_gateway_leads_to_other_networks` |
//! | Reserved ports are not kept | `nat_gateways_remap_reserved_ports` |
//! | It knows no flow but those it has translated | `nat_gateways_carry_no_answers_of_others`, `answers_are_turned_back_where_they_were_translated` |
//! | A NAT instance lends its address | `a_nat_instance_lends_its_address` |
//! | **Between networks** | |
//! | Peering is between the two networks' addresses, and not transitive | `peering_is_not_transitive` |
//! | Nobody uses the other side's gateways | `peers_and_customers_use_no_gateways_of_a_vpc` |
//! | A transit gateway leads by the table of the attachment, longest prefix first; blackholes drop | `transit_gateways_lead_by_their_tables`, `transit_gateways_lead_to_each_other` |
//! | It serves the zones of its attachments, and keeps to the sender's | `transit_gateways_serve_zones`, `transit_gateways_keep_to_the_zone` |
//! | A NAT gateway behind it serves all | `one_way_out_serves_all_networks` |
//! | Virtual private gateways take what is from interfaces of the VPC | `customers_are_behind_their_gateway`, `customers_are_behind_a_transit_gateway` |
//! | **Endpoints and services** | |
//! | Gateway endpoints take TCP and echo requests from the VPC, by the route to their list | `a_gateway_endpoint_leads_to_its_service` |
//! | Gateway Load Balancer endpoints send on what they are given, from their own subnet | `an_inspection_stands_between_the_internet_and_a_subnet`, `acls_of_an_inspection_are_asked`, `behind_an_inspection_nobody_is_known_by_a_group` |
//! | Interface endpoints are interfaces | `peers_and_customers_use_no_gateways_of_a_vpc` |
//! | DNS, metadata, time, credentials and licences are there; the rest of what is never routed is not | `services_of_a_subnet_are_always_there`, `services_are_found_by_their_addresses`, `some_addresses_are_never_routed` |
//!
//! What is told of whatever blocks (the thing, the rule, the code, the remedy) stands in `blocked`.

mod between;
mod blocked;
mod edges;
mod flow;
mod gateways;
mod groups;
mod property;
mod reference;
mod routes;
mod seen;
mod site;
mod told;
mod trace;

/// Whoever renames a case has to find it in the table.
#[test]
fn the_table_names_cases_that_are_there() {
    let table = include_str!("mod.rs").lines().take_while(|line| line.starts_with("//!"));
    let cases = [
        include_str!("between.rs"),
        include_str!("edges.rs"),
        include_str!("gateways.rs"),
        include_str!("groups.rs"),
        include_str!("routes.rs"),
        include_str!("trace.rs"),
        include_str!("../service.rs"),
    ];
    let mut named = 0;
    for row in table.filter(|line| line.contains(" | `")) {
        for name in row.split('`').skip(1).step_by(2) {
            let case = format!("fn {name}() {{");
            assert!(cases.iter().any(|text| text.contains(&case)), "{name}");
            named += 1;
        }
    }
    assert!(named > 50, "{named}");
}
