//! Instances: what a hundred thousand of them weigh with their volume and interface, and what calls about them cost.

use super::calls::Site;
use super::load;
use super::report::Row;
use super::request::{Message, element};
use super::server::{Server, folder};
use anyhow::{Context, Result};
use std::path::Path;

/// Instances, and what they may weigh, in MiB: issue 6.
const INSTANCES: usize = 100_000;
const MOST_MIB: f64 = 600.0;
/// Instances of one call, and calls whose instances stand in one subnet.
const OF_ONE_CALL: usize = 100;
const CALLS_OF_A_SUBNET: usize = 40;
/// Subnets of one VPC.
const SUBNETS: usize = 16;
/// Rounds whose median counts.
const ROUNDS: usize = 5;
/// Launches of a hundred a round: with those before them they leave room in the default subnet of 4,091 addresses.
const LAUNCHES: usize = 6;
/// Amazon Linux 2023 in us-east-1.
const IMAGE: &str = "ami-03c3da4cfa8e8943a";
/// A Region with few instances, so that answers are of as many as their names say.
const ELSEWHERE: &str = "eu-west-1";

/// Fills a server, asks it, and starts it again.
pub(crate) fn measure(binary: &Path) -> Result<Vec<Row>> {
    let folder = folder()?;
    let (mut rows, key) = {
        let server = Server::angae(binary, folder.path())?;
        let mut site = Site::new(&server)?;
        let mut rows = small(&server, &mut site)?;
        eprintln!("== {INSTANCES} instances");
        let first = fill(&mut site)?;
        rows.push(Row::new("100,000 instances", "MiB", server.resident_mib()?).within(MOST_MIB));
        rows.extend(large(&server, &mut site, &first)?);
        (rows, site.key())
    };
    let server = Server::angae(binary, folder.path())?;
    let mut site = Site::with_key(&server, key);
    site.call(&Message::ec2("DescribeInstances", &[("MaxResults", "5")]))?;
    let started_again = server.resident_mib()?;
    rows.push(Row::new("100,000 instances, started again", "MiB", started_again).within(MOST_MIB));
    Ok(rows)
}

fn run_instances(subnet: Option<&str>) -> Message {
    let count = OF_ONE_CALL.to_string();
    let mut fields =
        vec![("ImageId", IMAGE), ("InstanceType", "t3.micro"), ("MinCount", &*count), ("MaxCount", &*count)];
    fields.extend(subnet.map(|subnet| ("SubnetId", subnet)));
    Message::ec2("RunInstances", &fields)
}

/// What one request costs, in microseconds of the server's processor time.
fn cost(server: &Server, site: &Site, message: Message, per_round: usize) -> Result<f64> {
    let requests = site.signed(&[message]);
    Ok(load::run(server.address, server.pid(), 1, &requests, (ROUNDS, per_round))?.cpu_micros)
}

/// Calls where there are as many instances as they are about.
fn small(server: &Server, site: &mut Site) -> Result<Vec<Row>> {
    eprintln!("== RunInstances, DescribeInstances");
    let image = {
        let name = [("Filter.1.Name", "name"), ("Filter.1.Value.1", "al2023-ami-2023.*-kernel-6.1-x86_64")];
        let found = site.call(&Message::ec2("DescribeImages", &name).in_region(ELSEWHERE))?;
        element(&found, "imageId").context("no image in the other Region")?.to_owned()
    };
    let run = |count: &str| {
        let tag = [
            ("TagSpecification.1.ResourceType", "instance"),
            ("TagSpecification.1.Tag.1.Key", "Name"),
            ("TagSpecification.1.Tag.1.Value", "web"),
        ];
        let own =
            [("ImageId", &*image), ("InstanceType", "t3.micro"), ("MinCount", count), ("MaxCount", count)];
        Message::ec2("RunInstances", &[&own[..], &tag].concat()).in_region(ELSEWHERE)
    };
    site.call(&run("100"))?;
    let all = || Message::ec2("DescribeInstances", &[]).in_region(ELSEWHERE);
    let of_100 = cost(server, site, all(), 200)?;
    for _ in 0..9 {
        site.call(&run("100"))?;
    }
    let filters = [
        ("Filter.1.Name", "instance-state-name"),
        ("Filter.1.Value.1", "running"),
        ("Filter.2.Name", "instance-type"),
        ("Filter.2.Value.1", "t3.micro"),
        ("Filter.3.Name", "tag:Name"),
        ("Filter.3.Value.1", "web"),
    ];
    let of_1000 = Message::ec2("DescribeInstances", &filters).in_region(ELSEWHERE);
    let of_1000 = cost(server, site, of_1000, 20)?;
    let launch = cost(server, site, run("100"), LAUNCHES)?;
    Ok(vec![
        Row::new("EC2 DescribeInstances of 100", "µs CPU", of_100).within(500.0),
        Row::new("EC2 DescribeInstances of 1,000, three filters", "µs CPU", of_1000).within(5_000.0),
        Row::new("EC2 RunInstances of 100, durable", "µs CPU", launch).within(15_000.0),
    ])
}

/// Makes the instances, and answers the first call's document.
fn fill(site: &mut Site) -> Result<String> {
    let mut first = None;
    let mut subnets = Vec::new();
    for call in 0..INSTANCES / OF_ONE_CALL {
        let place = call / CALLS_OF_A_SUBNET;
        if place == subnets.len() {
            subnets.push(subnet(site, place)?);
        }
        let answer = site.call(&run_instances(Some(&subnets[place])))?;
        first.get_or_insert(answer);
    }
    first.context("there are no instances")
}

fn subnet(site: &mut Site, number: usize) -> Result<String> {
    let block = number / SUBNETS;
    if number.is_multiple_of(SUBNETS) {
        site.call(&Message::ec2("CreateVpc", &[("CidrBlock", &format!("10.{block}.0.0/16"))]))?;
    }
    let range = format!("10.{block}.0.0/16");
    let of_range = [("Filter.1.Name", "cidr"), ("Filter.1.Value.1", &*range)];
    let found = site.call(&Message::ec2("DescribeVpcs", &of_range))?;
    let vpc = element(&found, "vpcId").context("the VPC is not there")?;
    let range = format!("10.{block}.{}.0/20", (number % SUBNETS) * 16);
    let made = site.call(&Message::ec2("CreateSubnet", &[("VpcId", vpc), ("CidrBlock", &range)]))?;
    Ok(element(&made, "subnetId").context("the subnet has no id")?.to_owned())
}

/// Calls about one of them all, found by what an index knows.
fn large(server: &Server, site: &mut Site, first: &str) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (filter, name) in [
        ("instance-id", "instanceId"),
        ("private-ip-address", "privateIpAddress"),
        ("network-interface.network-interface-id", "networkInterfaceId"),
    ] {
        let value = element(first, name).with_context(|| format!("no {name}"))?;
        let wish = [("Filter.1.Name", filter), ("Filter.1.Value.1", value)];
        let micros = cost(server, site, Message::ec2("DescribeInstances", &wish), 200)?;
        let what = format!("EC2 DescribeInstances of 100,000 by {filter}");
        rows.push(Row::new(what, "µs CPU", micros).within(2_000.0));
    }
    Ok(rows)
}
