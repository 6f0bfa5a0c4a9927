//! The block of public access, its exclusions, and what they do to packets.

use crate::{advance, attached_gateway, found, golden, interface, nowhere, refuses, start, subnet, vpc};
use serde_json::{Value, json};
use testkit::ec2::{filter, pages, start_real, with};
use testkit::{Client, Server};

const SET: &str = "vpcBlockPublicAccessExclusionSet.item";

#[track_caller]
fn block(ec2: &Client, mode: &str) {
    let wish = json!({ "InternetGatewayBlockMode": mode });
    ec2.call("ModifyVpcBlockPublicAccessOptions", &wish).ok();
}

#[track_caller]
fn exclude(ec2: &Client, of: &Value, mode: &str) -> String {
    let wish = with(of, &json!({ "InternetGatewayExclusionMode": mode }));
    let made = ec2.call("CreateVpcBlockPublicAccessExclusion", &wish).ok();
    made.text("vpcBlockPublicAccessExclusion.exclusionId")
}

#[test]
fn the_life_of_the_block_and_of_an_exclusion() {
    let (_server, ec2) = start();
    let mut golden = golden("public-access");
    let network = vpc(&ec2, "10.0.0.0/16");
    let describe = |step: &str, golden: &mut testkit::Golden| {
        golden.note(step, ec2.call("DescribeVpcBlockPublicAccessOptions", &json!({}))).ok();
    };
    describe("DescribeVpcBlockPublicAccessOptions", &mut golden);
    let wish = json!({ "InternetGatewayBlockMode": "block-bidirectional" });
    let modified = ec2.call("ModifyVpcBlockPublicAccessOptions", &wish);
    golden.note("ModifyVpcBlockPublicAccessOptions", modified).ok();
    describe("blocked", &mut golden);
    let create = json!({
        "VpcId": network, "InternetGatewayExclusionMode": "allow-egress",
        "TagSpecification": [{
            "ResourceType": "vpc-block-public-access-exclusion", "Tag": [{ "Key": "Name", "Value": "out" }]
        }]
    });
    let made = ec2.call("CreateVpcBlockPublicAccessExclusion", &create);
    let made = golden.note("CreateVpcBlockPublicAccessExclusion", made).ok();
    let id = made.text("vpcBlockPublicAccessExclusion.exclusionId");
    let describe = |step: &str, golden: &mut testkit::Golden| {
        let own = json!({ "ExclusionId": [id] });
        golden.note(step, ec2.call("DescribeVpcBlockPublicAccessExclusions", &own)).ok();
    };
    describe("DescribeVpcBlockPublicAccessExclusions", &mut golden);
    let modify = json!({ "ExclusionId": id, "InternetGatewayExclusionMode": "allow-bidirectional" });
    let modified = ec2.call("ModifyVpcBlockPublicAccessExclusion", &modify);
    golden.note("ModifyVpcBlockPublicAccessExclusion", modified).ok();
    describe("modified", &mut golden);
    let deleted = ec2.call("DeleteVpcBlockPublicAccessExclusion", &json!({ "ExclusionId": id }));
    golden.note("DeleteVpcBlockPublicAccessExclusion", deleted).ok();
    describe("deleted", &mut golden);
    golden.check();
}

/// A VPC with a public subnet, a private one behind its NAT gateway, and an interface with a public address in each.
struct Site {
    server: Server,
    ec2: Client,
    network: String,
    public: String,
    private: String,
    /// In the public subnet, with an elastic address.
    web: String,
    /// In the private subnet.
    app: String,
}

#[track_caller]
fn site() -> Site {
    let (server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let (public, private) = (subnet(&ec2, &network, "10.0.1.0/24"), subnet(&ec2, &network, "10.0.2.0/24"));
    let gateway = attached_gateway(&ec2, &network);
    let main = json!({ "Filter": [filter("vpc-id", &network)] });
    let main = ec2.call("DescribeRouteTables", &main).ok().text("routeTableSet.item.routeTableId");
    let route = json!({ "RouteTableId": main, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway });
    ec2.call("CreateRoute", &route).ok();
    let elastic = || ec2.call("AllocateAddress", &json!({})).ok().text("allocationId");
    let nat = json!({ "SubnetId": public, "AllocationId": elastic() });
    let nat = ec2.call("CreateNatGateway", &nat).ok().text("natGateway.natGatewayId");
    let table =
        ec2.call("CreateRouteTable", &json!({ "VpcId": network })).ok().text("routeTable.routeTableId");
    let route = json!({ "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": nat });
    ec2.call("CreateRoute", &route).ok();
    ec2.call("AssociateRouteTable", &json!({ "RouteTableId": table, "SubnetId": private })).ok();
    let (web, app) = (interface(&ec2, &public), interface(&ec2, &private));
    ec2.call("AssociateAddress", &json!({ "AllocationId": elastic(), "NetworkInterfaceId": web })).ok();
    let group = ec2.call("DescribeNetworkInterfaces", &json!({ "NetworkInterfaceId": [web] })).ok();
    let group = group.text("networkInterfaceSet.item.groupSet.item.groupId");
    let all = json!([{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }]);
    ec2.call("AuthorizeSecurityGroupIngress", &json!({ "GroupId": group, "IpPermissions": all })).ok();
    Site { server, ec2, network, public, private, web, app }
}

impl Site {
    /// Whether the web is reached from the internet, whether it reaches the internet, and whether the private one does.
    fn passes(&self) -> [bool; 3] {
        [("internet", self.web.as_str()), (self.web.as_str(), "internet"), (self.app.as_str(), "internet")]
            .map(|(from, to)| self.explain(from, to)["allowed"] == true)
    }

    fn explain(&self, from: &str, to: &str) -> Value {
        self.server.page("GET", &format!("/_angae/net/explain?from={from}&to={to}&port=443"), &Value::Null)
    }
}

/// VPC user guide, "VPC BPA impact monitoring": such flows are rejected, and the reason is told.
#[test]
fn flow_logs_tell_what_is_blocked() {
    let site = site();
    let ec2 = &site.ec2;
    let log = json!({
        "ResourceType": "NetworkInterface", "ResourceId": [site.web], "TrafficType": "REJECT",
        "LogGroupName": "flows", "DeliverLogsPermissionArn": "arn:aws:iam::000000000000:role/flows",
        "LogFormat": "${action} ${flow-direction} ${bytes} ${reject-reason}"
    });
    ec2.call("CreateFlowLogs", &log).ok();
    block(ec2, "block-bidirectional");
    let mut feed = site.server.events(0);
    let flow = json!({ "from": site.web, "to": "internet", "port": 443, "bytes": 1_000 });
    assert_eq!(site.server.page("POST", "/_angae/net/judge", &flow)["allowed"], false);
    advance(&site.server, "601s");
    let records = feed.wait_for("FlowLogRecords").data["detail"]["records"].clone();
    assert_eq!(records, json!(["REJECT egress - BPA"]));
}

/// EC2 API reference, VpcBlockPublicAccessOptions: what each mode and each exclusion leaves.
#[test]
fn what_is_blocked_does_not_pass_and_what_is_excluded_does() {
    let site = site();
    assert_eq!(site.passes(), [true, true, true]);
    let (of_vpc, of_subnet) = (json!({ "VpcId": site.network }), json!({ "SubnetId": site.public }));
    let of_private = json!({ "SubnetId": site.private });
    for (mode, exclusions, want) in [
        ("block-ingress", vec![], [false, false, true]),
        ("block-bidirectional", vec![], [false, false, false]),
        ("block-bidirectional", vec![(&of_vpc, "allow-egress")], [false, false, true]),
        ("block-bidirectional", vec![(&of_vpc, "allow-bidirectional")], [true, true, true]),
        ("block-bidirectional", vec![(&of_private, "allow-bidirectional")], [false, false, false]),
        ("block-ingress", vec![(&of_subnet, "allow-bidirectional")], [true, true, true]),
        // The subnet's own exclusion counts before that of its VPC.
        (
            "block-bidirectional",
            vec![(&of_vpc, "allow-bidirectional"), (&of_subnet, "allow-egress")],
            [false, false, true],
        ),
        ("off", vec![], [true, true, true]),
    ] {
        block(&site.ec2, mode);
        let ids: Vec<String> = exclusions.iter().map(|(of, word)| exclude(&site.ec2, of, word)).collect();
        assert_eq!(site.passes(), want, "{mode} {exclusions:?}");
        for id in ids {
            site.ec2.call("DeleteVpcBlockPublicAccessExclusion", &json!({ "ExclusionId": id })).ok();
        }
    }
    block(&site.ec2, "block-bidirectional");
    let told = site.explain("internet", &site.web);
    let hops = told["hops"].as_array().unwrap();
    let blocked: Vec<&Value> = hops.iter().filter(|hop| !hop["blocked"].is_null()).collect();
    assert_eq!(blocked[0]["blocked"]["code"], "VPC_BLOCK_PUBLIC_ACCESS_ENABLED");
    // Within the VPC nothing is asked.
    assert_eq!(site.explain(&site.app, &site.web)["allowed"], true);
    let shown = |operation: &str, path: &str, id: Value| {
        let answer = site.ec2.call(operation, &id).ok();
        answer.text(&format!("{path}.blockPublicAccessStates.internetGatewayBlockMode"))
    };
    exclude(&site.ec2, &of_subnet, "allow-egress");
    let own = json!({ "VpcId": [site.network] });
    assert_eq!(shown("DescribeVpcs", "vpcSet.item", own), "block-bidirectional");
    let own = json!({ "SubnetId": [site.public] });
    assert_eq!(shown("DescribeSubnets", "subnetSet.item", own), "block-ingress");
}

#[test]
fn ipv6_is_blocked_alike() {
    let (server, ec2) = start();
    let create = json!({ "CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true });
    let made = ec2.call("CreateVpc", &create).ok();
    let (network, block_text) =
        (made.text("vpc.vpcId"), made.text("vpc.ipv6CidrBlockAssociationSet.item.ipv6CidrBlock"));
    let create =
        json!({ "VpcId": network, "Ipv6CidrBlock": block_text.replace("/56", "/64"), "Ipv6Native": true });
    let subnet = ec2.call("CreateSubnet", &create).ok().text("subnet.subnetId");
    let card = interface(&ec2, &subnet);
    let outward = ec2.call("CreateEgressOnlyInternetGateway", &json!({ "VpcId": network })).ok();
    let main = json!({ "Filter": [filter("vpc-id", &network)] });
    let main = ec2.call("DescribeRouteTables", &main).ok().text("routeTableSet.item.routeTableId");
    let route = json!({
        "RouteTableId": main, "DestinationIpv6CidrBlock": "::/0",
        "EgressOnlyInternetGatewayId": outward.text("egressOnlyInternetGateway.egressOnlyInternetGatewayId")
    });
    ec2.call("CreateRoute", &route).ok();
    let passes = || {
        let page = format!("/_angae/net/explain?from={card}&to=2001:db8::1&port=443");
        server.page("GET", &page, &Value::Null)["allowed"] == true
    };
    for (mode, want) in [("off", true), ("block-ingress", true), ("block-bidirectional", false)] {
        block(&ec2, mode);
        assert_eq!(passes(), want, "{mode}");
    }
}

#[test]
fn exclusions_are_listed_filtered_and_paged() {
    let (server, ec2) = start();
    let networks: Vec<String> = (0..6).map(|n| vpc(&ec2, &format!("10.{n}.0.0/16"))).collect();
    let mut ids: Vec<String> =
        networks.iter().map(|id| exclude(&ec2, &json!({ "VpcId": id }), "allow-egress")).collect();
    let own = subnet(&ec2, &networks[0], "10.0.1.0/24");
    let of_subnet = exclude(&ec2, &json!({ "SubnetId": own }), "allow-bidirectional");
    let arn = format!("arn:aws:ec2:us-east-1:000000000000:subnet/{own}");
    let operation = "DescribeVpcBlockPublicAccessExclusions";
    let path = format!("{SET}.exclusionId");
    for (name, value) in
        [("resource-arn", arn.as_str()), ("internet-gateway-exclusion-mode", "allow-bidirectional")]
    {
        assert_eq!(found(&ec2, operation, (name, value), &path), std::slice::from_ref(&of_subnet), "{name}");
    }
    assert_eq!(found(&ec2, operation, ("state", "create-complete"), &path).len(), 7);
    ids.push(of_subnet.clone());
    ids.sort();
    let (listed, count) = pages(&ec2, operation, &json!({ "MaxResults": 5 }), &path);
    assert_eq!((listed, count), (ids.clone(), 2));
    let tags = json!({ "ResourceId": [of_subnet], "Tag": [{ "Key": "a", "Value": "b" }] });
    ec2.call("CreateTags", &tags).ok();
    assert_eq!(found(&ec2, operation, ("tag:a", "b"), &path), std::slice::from_ref(&of_subnet));
    let elsewhere = server.client("ec2").region("eu-west-1");
    let stranger = server.client("ec2").key("111111111111", "test", None);
    block(&ec2, "block-ingress");
    for client in [elsewhere, stranger] {
        assert!(client.call(operation, &json!({})).ok().texts(&path).is_empty());
        let options = client.call("DescribeVpcBlockPublicAccessOptions", &json!({})).ok();
        assert_eq!(options.text("vpcBlockPublicAccessOptions.internetGatewayBlockMode"), "off");
    }
    // With a subnet and a VPC go their exclusions.
    ec2.call("DeleteSubnet", &json!({ "SubnetId": own })).ok();
    networks.iter().for_each(|id| drop(ec2.call("DeleteVpc", &json!({ "VpcId": id })).ok()));
    assert!(ec2.call(operation, &json!({})).ok().texts(&path).is_empty());
}

#[test]
fn what_the_block_refuses() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let own = subnet(&ec2, &network, "10.0.1.0/24");
    let mode = json!({ "InternetGatewayExclusionMode": "allow-egress" });
    let of_vpc = with(&json!({ "VpcId": network }), &mode);
    let none = nowhere("vpcbpa-exclude");
    let missing = format!("The vpcBlockPublicAccessExclusion ID '{none}' does not exist");
    let unknown = with(&json!({ "ExclusionId": none }), &mode);
    let code = "InvalidVpcBlockPublicAccessExclusionId.NotFound";
    let invalid = "InvalidParameterValue";
    let create = "CreateVpcBlockPublicAccessExclusion";
    refuses(
        &ec2,
        &[
            (
                "ModifyVpcBlockPublicAccessOptions",
                json!({ "InternetGatewayBlockMode": "all" }),
                invalid,
                "Value (all) for parameter internetGatewayBlockMode is invalid. Valid values are off, block-bidirectional and block-ingress.",
            ),
            (
                create,
                json!({ "VpcId": network, "InternetGatewayExclusionMode": "all" }),
                invalid,
                "Value (all) for parameter internetGatewayExclusionMode is invalid. Valid values are allow-bidirectional and allow-egress.",
            ),
            (create, mode.clone(), "MissingParameter", "Either 'vpcId' or 'subnetId' should be provided."),
            (
                create,
                with(&of_vpc, &json!({ "SubnetId": own })),
                "InvalidParameterCombination",
                "The parameter VpcId cannot be used with the parameter SubnetId",
            ),
            (
                create,
                with(&json!({ "VpcId": nowhere("vpc") }), &mode),
                "InvalidVpcID.NotFound",
                "The vpc ID 'vpc-00000000000000000' does not exist",
            ),
            ("ModifyVpcBlockPublicAccessExclusion", unknown.clone(), code, &missing),
            ("DeleteVpcBlockPublicAccessExclusion", json!({ "ExclusionId": none }), code, &missing),
            ("DescribeVpcBlockPublicAccessExclusions", json!({ "ExclusionId": [none] }), code, &missing),
            (
                "DeleteVpcBlockPublicAccessExclusion",
                json!({ "ExclusionId": "x" }),
                "InvalidVpcBlockPublicAccessExclusionId.Malformed",
                "Invalid id: \"x\" (expecting \"vpcbpa-exclude-...\")",
            ),
        ],
    );
    let would = "Request would have succeeded, but DryRun flag is set.";
    let dry = with(&of_vpc, &json!({ "DryRun": true }));
    ec2.call(create, &dry).refused(412, "DryRunOperation", would);
    let id = exclude(&ec2, &json!({ "VpcId": network }), "allow-egress");
    let arn = format!("arn:aws:ec2:us-east-1:000000000000:vpc/{network}");
    let twice = format!("The resource {arn} has the VPC Block Public Access exclusion {id} already.");
    refuses(&ec2, &[(create, of_vpc, invalid, &twice)]);
}

/// At AWS's pace the states can be seen, and a kill loses nothing.
#[test]
fn the_block_takes_its_time_and_outlives_a_kill() {
    let (mut server, ec2) = start_real();
    block(&ec2, "block-ingress");
    let state = |ec2: &Client| {
        let options = ec2.call("DescribeVpcBlockPublicAccessOptions", &json!({})).ok();
        options.text("vpcBlockPublicAccessOptions.state")
    };
    let exclusion = |ec2: &Client| {
        let all = ec2.call("DescribeVpcBlockPublicAccessExclusions", &json!({})).ok();
        all.texts(&format!("{SET}.state"))
    };
    let id = exclude(&ec2, &json!({ "VpcId": vpc(&ec2, "10.0.0.0/16") }), "allow-egress");
    assert_eq!(
        (state(&ec2).as_str(), exclusion(&ec2)),
        ("update-in-progress", vec!["create-in-progress".to_owned()])
    );
    let turning = format!("The VPC Block Public Access exclusion {id} is in the state create-in-progress.");
    let delete = json!({ "ExclusionId": id });
    refuses(&ec2, &[("DeleteVpcBlockPublicAccessExclusion", delete.clone(), "IncorrectState", &turning)]);
    server.kill();
    server.restart();
    let ec2 = server.client("ec2");
    advance(&server, "60s");
    assert_eq!(
        (state(&ec2).as_str(), exclusion(&ec2)),
        ("update-complete", vec!["create-complete".to_owned()])
    );
    ec2.call("DeleteVpcBlockPublicAccessExclusion", &delete).ok();
    assert_eq!(exclusion(&ec2), ["delete-in-progress"]);
    advance(&server, "30s");
    assert_eq!(exclusion(&ec2), ["delete-complete"]);
    advance(&server, "3600s");
    assert!(exclusion(&ec2).is_empty());
}
