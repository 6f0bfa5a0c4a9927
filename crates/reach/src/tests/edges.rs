//! Route tables of gateways themselves, and Gateway Load Balancer endpoints.

use super::blocked::tell;
use super::site::{OUTSIDE, Site, address, block};
use crate::network::Direction::{Egress, Ingress};
use crate::network::{Peer, Target};
use crate::packet::{Packet, TCP};
use crate::rules::Traffic;
use crate::verdict::Origin;

const ALL: &str = "0.0.0.0/0";
const SERVER: &str = "198.18.0.10";
const SIX: &str = "2001:db8:0:1::10";

/// A VPC whose gateway's table leads subnet 1 by an appliance: interface 0 in subnet 0, which forwards and has a public
/// address. Interface 1 in subnet 1 has one too; both subnets lead out by the way back.
fn behind_an_appliance() -> Site {
    let mut site = Site::default();
    let vpc = site.vpc(&["10.0.0.0/16", "2001:db8::/56"]);
    let open = site.open_group();
    let edge = site.subnet(vpc, &["10.0.0.0/24", "2001:db8::/64"]);
    let inner = site.subnet(vpc, &["10.0.1.0/24", "2001:db8:0:1::/64"]);
    let gateway = site.internet_gateway(vpc);
    let appliance = site.interface(edge, &["10.0.0.10", "2001:db8::10"], &[open]);
    site.parts.interfaces[appliance].checks = false;
    site.public(appliance, "10.0.0.10", "198.18.0.1");
    let server = site.interface(inner, &["10.0.1.10", SIX], &[open]);
    site.public(server, "10.0.1.10", SERVER);
    for all in [ALL, "::/0"] {
        site.route(edge, all, gateway.clone());
        site.route(inner, all, Target::Interface(appliance));
    }
    let table = site.edge_table(vpc);
    for to in ["10.0.1.0/24", "2001:db8:0:1::/64"] {
        site.lead(table, to, Target::Interface(appliance));
    }
    site.parts.internet_gateways[0].table = Some(table);
    site
}

fn table(site: &Site) -> usize {
    site.parts.internet_gateways[0].table.unwrap()
}

/// The steps of a TCP flow from the internet that are gateways, tables, endpoints or interfaces: `kind id`.
fn way(site: &Site, to: &str) -> Vec<String> {
    let told = tell(site, Origin::Internet, Packet::tcp(address(OUTSIDE), address(to), 443));
    let is_place = |kind: &str| !matches!(kind, "security-group" | "network-acl");
    let passed = told.hops.iter().filter(|step| is_place(&step.kind));
    passed.map(|step| format!("{} {}", step.kind, step.id.as_deref().unwrap_or_default())).collect()
}

/// VPC user guide, "Gateway route tables": translated first, then led by the gateway's table; back by the same appliance.
#[test]
fn a_gateway_leads_what_enters_by_its_own_table() {
    let site = behind_an_appliance();
    assert_eq!(site.tcp_inward(SERVER, 443), "allowed: eni-1");
    assert_eq!(site.tcp_inward(SIX, 443), "allowed: eni-1");
    // The appliance itself is met straight.
    assert_eq!(site.tcp_inward("198.18.0.1", 443), "allowed: eni-0");
    assert_eq!(
        way(&site, SERVER),
        [
            "internet ",
            "internet-gateway igw-0",
            "route-table rtb-edge-0",
            "network-interface eni-0",
            "route-table rtb-0",
            "network-interface eni-1",
            "network-interface eni-1",
            "route-table rtb-1",
            "network-interface eni-0",
            "route-table rtb-0",
            "internet-gateway igw-0",
            "internet ",
        ]
    );
    // What the server begins leaves by the appliance, with the server's address.
    assert_eq!(site.tcp(1, OUTSIDE, 443), "allowed: internet");
    let out = tell(&site, Origin::Interface(1), Packet::tcp(address("10.0.1.10"), address(OUTSIDE), 443));
    let left = out.hops.iter().find_map(|step| step.becomes.as_ref()).unwrap();
    assert_eq!(left.source, SERVER);
    // The groups and the ACL of the appliance are asked, and an appliance that checks forwards nothing.
    let mut shut = site.clone();
    shut.close(0, Ingress);
    assert_eq!(shut.tcp_inward(SERVER, 443), "there: acl-0 in: AclDenies by *");
    let mut shut = site.clone();
    let none = shut.group();
    shut.parts.interfaces[0].groups = vec![none];
    assert_eq!(shut.tcp_inward(SERVER, 443), "there: groups of eni-0 in: NoRule");
    let mut checks = site;
    checks.parts.interfaces[0].checks = true;
    assert_eq!(checks.tcp_inward(SERVER, 443), "there: eni-0: NotForInterface");
}

/// VPC user guide, "Gateway route tables": the local route leads as without a table; one to what is gone drops.
#[test]
fn a_gateways_table_may_lead_straight_on() {
    let mut site = behind_an_appliance();
    let table = table(&site);
    site.route(1, "203.0.113.0/24", Target::InternetGateway(0));
    site.parts.tables[table].routes.truncate(2);
    assert_eq!(site.tcp_inward(SERVER, 443), "allowed: eni-1");
    site.close(1, Ingress);
    assert_eq!(site.tcp_inward(SERVER, 443), "there: acl-1 in: AclDenies by *");
    site.lead(table, "10.0.1.0/24", Target::Other("eni-gone".to_owned()));
    assert_eq!(site.tcp_inward(SERVER, 443), "there: rtb-edge-0: Unsupported by 10.0.1.0/24");
    site.parts.tables[table].routes[2].leads = false;
    assert_eq!(site.tcp_inward(SERVER, 443), "there: rtb-edge-0: Blackhole by 10.0.1.0/24");
    site.parts.tables[table].routes.clear();
    assert_eq!(site.tcp_inward(SERVER, 443), "there: rtb-edge-0: NoRoute");
    // A route of the whole VPC is of the appliance's own subnet as well.
    let mut site = behind_an_appliance();
    site.parts.tables[table].routes.truncate(2);
    site.parts.tables[table].routes[0].target = Target::Interface(0);
    assert_eq!(site.tcp_inward(SERVER, 443), "allowed: eni-1");
    assert_eq!(site.tcp_inward("198.18.0.1", 443), "allowed: eni-0");
    assert_eq!(site.tcp(0, OUTSIDE, 443), "allowed: internet");
}

/// Reachability Analyzer guide, "Explanation codes", INGRESS_RTB_NO_PUBLIC_IP.
#[test]
fn an_appliance_behind_a_gateway_has_a_public_address() {
    let mut site = behind_an_appliance();
    site.parts.interfaces[0].public.clear();
    assert_eq!(site.tcp_inward(SERVER, 443), "there: rtb-edge-0: NotPublic by 10.0.1.0/24");
    assert_eq!(site.tcp_inward(SIX, 443), "allowed: eni-1");
    let told = tell(&site, Origin::Internet, Packet::tcp(address(OUTSIDE), address(SERVER), 443));
    let step = told.hops.iter().find(|step| step.blocked.is_some()).unwrap();
    let blocked = step.blocked.as_ref().unwrap();
    assert_eq!((step.vpc.as_deref(), blocked.code.as_str()), (Some("vpc-0"), "INGRESS_RTB_NO_PUBLIC_IP"));
    assert_eq!(
        [blocked.because.as_str(), &blocked.remedy],
        [
            "the gateway's route table leads to an interface without a public address",
            "associate an elastic address with the interface that the gateway's route table leads to",
        ]
    );
    site.parts.interfaces[0].addresses.truncate(1);
    assert_eq!(site.tcp_inward(SIX, 443), "there: rtb-edge-0: NotPublic by 2001:db8:0:1::/64");
}

/// Reachability Analyzer guide, "Explanation codes", INGRESS_RTB_TRAFFIC_REDIRECTION.
#[test]
fn subnets_behind_an_appliance_do_not_leave_directly() {
    let mut site = behind_an_appliance();
    for all in [ALL, "::/0"] {
        site.parts.tables[1].routes.retain(|route| route.destination != block(all));
        site.route(1, all, Target::InternetGateway(0));
    }
    assert_eq!(site.tcp(1, OUTSIDE, 443), "there: igw-0: Redirected");
    assert_eq!(site.tcp(1, "2001:db8:ffff::9", 443), "there: igw-0: Redirected");
    assert_eq!(site.tcp_inward(SERVER, 443), "back: igw-0: Redirected");
    let told = tell(&site, Origin::Interface(1), Packet::tcp(address("10.0.1.10"), address(OUTSIDE), 443));
    let blocked = told.hops.iter().find_map(|step| step.blocked.as_ref()).unwrap();
    assert_eq!(
        [&blocked.code, &blocked.because, &blocked.remedy],
        [
            "INGRESS_RTB_TRAFFIC_REDIRECTION",
            "the gateway's route table leads what is for 10.0.1.10 elsewhere first",
            "lead the subnet to the same appliance as the gateway's route table does",
        ]
    );
    // Wherever else it leads, and be it gone.
    let table = table(&site);
    for target in [Target::Interface(0), Target::Other("eni-gone".to_owned())] {
        site.parts.tables[table].routes[2].target = target;
        assert_eq!(site.tcp(1, OUTSIDE, 443), "there: igw-0: Redirected");
    }
    site.parts.tables[table].routes[2].target = Target::Local;
    assert_eq!(site.tcp(1, OUTSIDE, 443), "allowed: internet");
}

/// VPC user guide, "Gateway route tables": those of virtual private gateways. Nobody needs a public address there.
#[test]
fn a_customers_gateway_leads_by_its_own_table() {
    let mut site = behind_an_appliance();
    site.parts.interfaces[0].public.clear();
    let customer = site.customer(Some(0), None);
    for subnet in [0, 1] {
        site.route(subnet, "192.168.0.0/16", Target::Customer(customer));
    }
    let asks = |site: &Site| {
        site.said(Origin::Customer(customer), Packet::tcp(address("192.168.0.9"), address("10.0.1.10"), 443))
    };
    site.close(0, Ingress);
    assert_eq!(asks(&site), "allowed: eni-1");
    site.parts.customers[customer].table = Some(table(&site));
    assert_eq!(asks(&site), "there: acl-0 in: AclDenies by *");
    site.entry(0, Ingress, (100, true), Traffic::ALL, ALL);
    assert_eq!(asks(&site), "allowed: eni-1");
    let lost = Packet::tcp(address("192.168.0.9"), address("10.0.9.9"), 443);
    assert_eq!(
        site.said(Origin::Customer(customer), lost),
        "there: rtb-edge-0: NoSuchAddress by 10.0.0.0/16"
    );
}

/// A VPC with an inspection: the endpoint with interface 1 in subnet 1, which leads to the gateway; interface 0 in subnet
/// 0 has a public address and leads out by the endpoint, and the gateway's table leads to it by the endpoint.
fn inspected() -> Site {
    let mut site = Site::default();
    let vpc = site.vpc(&["10.0.0.0/16", "2001:db8::/56"]);
    let open = site.open_group();
    let inner = site.subnet(vpc, &["10.0.0.0/24", "2001:db8::/64"]);
    let outer = site.subnet(vpc, &["10.0.1.0/24", "2001:db8:0:1::/64"]);
    let gateway = site.internet_gateway(vpc);
    let server = site.interface(inner, &["10.0.0.10", "2001:db8::10"], &[open]);
    site.public(server, "10.0.0.10", SERVER);
    let (endpoint, card) = site.middlebox(outer, "10.0.1.10");
    site.parts.interfaces[card].checks = false;
    let table = site.edge_table(vpc);
    for (all, own) in [(ALL, "10.0.0.0/24"), ("::/0", "2001:db8::/64")] {
        site.route(inner, all, endpoint.clone());
        site.route(outer, all, gateway.clone());
        site.lead(table, own, endpoint.clone());
    }
    site.parts.internet_gateways[0].table = Some(table);
    site
}

/// Gateway Load Balancers guide, "Getting started": the routes of the internet gateway, of the servers and of the endpoint.
#[test]
fn an_inspection_stands_between_the_internet_and_a_subnet() {
    let mut site = inspected();
    assert_eq!(site.tcp_inward(SERVER, 443), "allowed: eni-0");
    assert_eq!(site.tcp_inward("2001:db8::10", 443), "allowed: eni-0");
    assert_eq!(site.tcp(0, OUTSIDE, 443), "allowed: internet");
    assert_eq!(site.tcp(0, "2001:db8:ffff::9", 443), "allowed: internet");
    assert_eq!(
        way(&site, SERVER),
        [
            "internet ",
            "internet-gateway igw-0",
            "route-table rtb-edge-0",
            "vpc-endpoint vpce-gwlb-0",
            "route-table rtb-1",
            "network-interface eni-0",
            "network-interface eni-0",
            "route-table rtb-0",
            "vpc-endpoint vpce-gwlb-0",
            "route-table rtb-1",
            "internet-gateway igw-0",
            "internet ",
        ]
    );
    let told = tell(&site, Origin::Internet, Packet::tcp(address(OUTSIDE), address(SERVER), 443));
    let step = told.hops.iter().find(|step| step.kind == "vpc-endpoint").unwrap();
    let place = [&step.interface, &step.subnet, &step.vpc].map(|own| own.as_deref().unwrap());
    assert_eq!(place, ["eni-1", "subnet-1", "vpc-0"]);
    // Without the gateway's table the answer comes straight, which passes too.
    let mut straight = site.clone();
    straight.parts.internet_gateways[0].table = None;
    assert_eq!(straight.tcp(0, OUTSIDE, 443), "allowed: internet");
    // Who has no public address gets none.
    let mut bare = site.clone();
    bare.parts.interfaces[0].public.clear();
    assert_eq!(bare.tcp(0, OUTSIDE, 443), "there: igw-0: NoPublicAddress");
    site.parts.middleboxes[0].works = false;
    assert_eq!(site.tcp(0, OUTSIDE, 443), "there: vpce-gwlb-0: NotAvailable");
    let told = tell(&site, Origin::Interface(0), Packet::tcp(address("10.0.0.10"), address(OUTSIDE), 443));
    let blocked = told.hops.iter().find_map(|step| step.blocked.as_ref()).unwrap();
    assert_eq!(
        [&blocked.code, &blocked.because, &blocked.remedy],
        ["BAD_STATE", "the endpoint is not available", "wait for it, or make another one"]
    );
}

/// Both subnets of the way have ACLs; within the endpoint's own none is asked on the way in.
#[test]
fn acls_of_an_inspection_are_asked() {
    for (direction, want) in
        [(Ingress, "there: acl-1 in: AclDenies by *"), (Egress, "there: acl-1 out: AclDenies by *")]
    {
        let mut site = inspected();
        site.close(1, direction);
        assert_eq!(site.tcp(0, OUTSIDE, 443), want);
        assert_eq!(site.tcp_inward(SERVER, 443), want);
    }
    let mut site = inspected();
    let near = site.interface(1, &["10.0.1.20"], &[0]);
    site.route(1, "198.51.100.0/24", Target::Middlebox(0));
    site.close(1, Ingress);
    // It goes in circles in its own subnet, unseen by the ACL's ingress.
    assert_eq!(site.tcp(near, "198.51.100.7", 443), "there: eni-2: Circles");
}

/// VPC user guide, "Security group referencing": behind an appliance the reference is lost.
#[test]
fn behind_an_inspection_nobody_is_known_by_a_group() {
    let mut site = inspected();
    let (clients, servers) = (site.open_group(), site.group());
    site.rule(servers, Ingress, Traffic::ports(TCP, 443, 443), Peer::Group(clients));
    let client = site.interface(1, &["10.0.1.20"], &[clients]);
    site.parts.interfaces[0].groups = vec![servers];
    assert_eq!(site.tcp(client, "10.0.0.10", 443), "allowed: eni-0");
    let third = site.subnet(0, &["10.0.2.0/24"]);
    site.route(third, "10.0.0.0/24", Target::Middlebox(0));
    let far = site.interface(third, &["10.0.2.10"], &[clients]);
    assert_eq!(site.tcp(far, "10.0.0.10", 443), "there: groups of eni-0 in: NoRule");
}
