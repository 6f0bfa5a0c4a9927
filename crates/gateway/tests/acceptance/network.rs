//! Why a flow passes or does not, as a page and as the command line tells it.

use serde_json::{Value, json};
use testkit::{Client, Server};

/// An interface of a subnet of the default VPC, in a group without rules that let anything in.
#[track_caller]
fn interface(ec2: &Client, subnet: &str, group: &str) -> (String, String) {
    let create = json!({ "SubnetId": subnet, "SecurityGroupId": [group] });
    let made = ec2.call("CreateNetworkInterface", &create).ok();
    let text = |name: &str| made.text(&format!("networkInterface.{name}"));
    (text("networkInterfaceId"), text("privateIpAddress"))
}

/// What the command line prints, and its exit code.
fn says(server: &Server, arguments: &[&str]) -> (Option<i32>, String) {
    let output = server.run(arguments, b"");
    (output.status.code(), String::from_utf8(output.stdout).expect("it prints text"))
}

#[test]
fn a_flow_is_explained() {
    let server = Server::start();
    let ec2 = server.client("ec2");
    let subnets = ec2.call("DescribeSubnets", &json!({})).ok().texts("subnetSet.item.subnetId");
    let group = json!({ "GroupName": "web", "GroupDescription": "web" });
    let group = ec2.call("CreateSecurityGroup", &group).ok().text("groupId");
    let (client, client_ip) = interface(&ec2, &subnets[0], &group);
    let (web, web_ip) = interface(&ec2, &subnets[1], &group);
    let asked = format!("/_angae/net/explain?from={client}&to={web}&port=443");
    let told = server.page("GET", &asked, &Value::Null);
    assert_eq!(told["allowed"], false);
    let blocked: Vec<&Value> =
        told["hops"].as_array().into_iter().flatten().filter(|step| !step["blocked"].is_null()).collect();
    assert_eq!(blocked.len(), 1);
    assert_eq!((&blocked[0]["id"], &blocked[0]["interface"]), (&json!(group), &json!(web)));
    assert_eq!(blocked[0]["blocked"]["code"], "SG_HAS_NO_RULES");
    let arguments = ["net", "explain", &client, &web, "--port", "443"];
    let (code, said) = says(&server, &arguments);
    assert_eq!(code, Some(1));
    for line in [
        format!("blocked: {client} to {web} ({client_ip}:49152 to {web_ip}:443, tcp)"),
        format!("no ingress rule of {group} ({web}) allows tcp port 443 from {client_ip}/32"),
        format!("fix: add an ingress rule to one of {group}: tcp port 443 from {client_ip}/32"),
    ] {
        assert!(said.contains(&line), "{said}");
    }
    let permission = json!([{
        "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "Groups": [{ "GroupId": group }]
    }]);
    let allow = json!({ "GroupId": group, "IpPermissions": permission });
    let rule = ec2.call("AuthorizeSecurityGroupIngress", &allow).ok();
    let rule = rule.text("securityGroupRuleSet.item.securityGroupRuleId");
    // By addresses, what has them is found.
    let arguments = ["net", "explain", &client_ip, &web_ip, "--port", "443"];
    let (code, said) = says(&server, &arguments);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("{rule}: tcp port 443 {group}")), "{said}");
    assert!(said.contains("known from the way there"), "{said}");
    let arguments = ["net", "explain", "internet", &web, "--port", "443", "--json"];
    let (code, said) = says(&server, &arguments);
    let told: Value = serde_json::from_str(&said).expect("it prints JSON");
    assert_eq!((code, &told["allowed"]), (Some(1), &json!(false)));
    let (code, said) = says(&server, &["net", "explain", "--help"]);
    assert_eq!((code, said.contains("--protocol")), (Some(0), true), "{said}");
    assert_eq!(says(&server, &["net", "explain", &web]).0, Some(2));
    let ping = server.page(
        "GET",
        &format!("/_angae/net/explain?from={web}&to=169.254.169.254&protocol=icmp"),
        &Value::Null,
    );
    assert_eq!(ping["arrives_at"], "instance-metadata");
}

#[test]
fn what_is_no_flow_is_refused() {
    let server = Server::start();
    let ec2 = server.client("ec2");
    let subnets = ec2.call("DescribeSubnets", &json!({})).ok().texts("subnetSet.item.subnetId");
    let create = json!({ "SubnetId": subnets[0] });
    let card = ec2.call("CreateNetworkInterface", &create).ok().text("networkInterface.networkInterfaceId");
    for (query, status, sentence) in [
        (format!("from={card}&to=eni-0"), 404, "no interface, instance, internet gateway or address"),
        (format!("from={card}&to=igw-0"), 404, "no interface, instance, internet gateway or address"),
        ("from=internet&to=203.0.113.9".to_owned(), 400, "neither end is in a network"),
        (format!("from={card}&to=2001:db8::1"), 400, "no addresses of one family"),
        (format!("from={card}&to=internet&protocol=tcpp"), 400, "is no protocol"),
        (format!("from={card}&to=internet&account=7"), 400, "an account is twelve digits"),
        (format!("from={card}&to=internet&region=nowhere"), 400, "there is no such Region"),
        (format!("from={card}&to=internet&account=123456789012"), 404, "no interface"),
        (format!("from={card}"), 400, "missing field"),
        (format!("from={card}&to=internet&port=70000"), 400, "port"),
    ] {
        let target = format!("/_angae/net/explain?{query}");
        let answer = server.client("angae").request("GET", &target).send();
        assert_eq!(answer.status, status, "{query}");
        assert!(answer.body_text().contains(sentence), "{query}: {}", answer.body_text());
    }
}

#[test]
fn a_network_is_drawn() {
    let server = Server::start();
    let ec2 = server.client("ec2");
    let run = json!({
        "ImageId": "ami-03c3da4cfa8e8943a", "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1,
        "TagSpecification": [{ "ResourceType": "instance", "Tag": [{ "Key": "Name", "Value": "<web> & \"co\"" }] }],
    });
    let made = ec2.call("RunInstances", &run).ok();
    let (id, address) =
        (made.text("instancesSet.item.instanceId"), made.text("instancesSet.item.privateIpAddress"));
    let network = json!({ "CidrBlock": "10.7.0.0/16" });
    let other = ec2.call("CreateVpc", &network).ok().text("vpc.vpcId");
    ec2.call("CreateSubnet", &json!({ "VpcId": other, "CidrBlock": "10.7.1.0/24" })).ok();
    let page = |query: &str| {
        let client = server.client("ec2").anonymous();
        client.request("GET", &format!("/_angae/net/map{query}")).send()
    };
    let svg = page("").ok();
    assert_eq!(svg.header("content-type"), Some("image/svg+xml"));
    let svg = svg.body_text();
    for text in [
        "&lt;web&gt; &amp; &quot;co&quot;",
        &address,
        "172.31.0.0/16",
        "us-east-1a",
        "PUBLIC",
        "ISOLATED",
        &other,
    ] {
        assert!(svg.contains(text), "{text}: {svg}");
    }
    // Equal networks give equal pictures.
    assert_eq!(page("").ok().body_text(), svg);
    let one = page(&format!("?vpc={other}&as=json")).ok().tree();
    assert_eq!(one["networks"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["networks"][0]["zones"][0]["subnets"][0]["kind"], "isolated");
    for (query, status) in
        [("?vpc=vpc-00000000000000000", 404), ("?account=1", 400), ("?region=mars", 400), ("?as=pdf", 400)]
    {
        assert_eq!(page(query).status, status, "{query}");
    }
    let elsewhere = page("?region=eu-west-1&as=text").ok().body_text();
    assert!(elsewhere.contains("There is no VPC.") && !elsewhere.contains(&id), "{elsewhere}");
    // No terminal: letters are asked for, and a file is SVG.
    let (code, said) = says(&server, &["net", "map", "--text"]);
    assert_eq!(code, Some(0));
    let line = format!("instance  <web> & \"co\" ({id})  {address}");
    assert!(said.contains(&line) && said.contains("⇄ internet"), "{said}");
    let file = server.folder().join("map.svg");
    let (code, _) = says(&server, &["net", "map", &other, "--output", file.to_str().unwrap()]);
    assert_eq!(code, Some(0));
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("<svg "));
    let (_, piped) = says(&server, &["net", "map"]);
    assert_eq!(piped.trim_end(), svg.trim_end());
    let file = server.folder().join("path.svg");
    let (code, _) = says(
        &server,
        &["net", "explain", "internet", &id, "--port", "443", "--picture", file.to_str().unwrap()],
    );
    assert_eq!(code, Some(1));
    let path = std::fs::read_to_string(&file).unwrap();
    assert!(path.contains("class=\"stop\"") && path.contains(">blocked<"), "{path}");
}
