//! The calls that are measured under load, and what has to exist before.

use super::connection::Connection;
use super::request::{Key, Message, element};
use super::server::Server;
use anyhow::{Context, Result};
use http::Method;

/// Bytes of the small object.
pub(crate) const SMALL_OBJECT: usize = 1024;
/// Subnets of one VPC.
const SUBNETS: usize = 100;

/// One call under load.
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    /// Clients at once, and for each whether the budget is meant for it.
    pub(crate) clients: &'static [(usize, bool)],
    pub(crate) budget_micros: f64,
    /// Requests of a round, enough that a hundredth of a second of processor time more or less does not show.
    pub(crate) per_round: usize,
    /// Makes what the requests need and answers at least `count` requests, or fewer that may be repeated.
    pub(crate) prepare: fn(&mut Site, count: usize) -> Result<Vec<Message>>,
}

/// Everything measured, in an order in which what one leaves behind does not weigh on the next.
pub(crate) const MEASURED: [Measured; 6] = [
    Measured {
        name: "STS GetCallerIdentity",
        clients: &[(1, true), (64, true)],
        budget_micros: 40.0,
        per_round: 20_000,
        prepare: identity,
    },
    Measured {
        name: "EC2 DescribeSubnets of 100",
        clients: &[(1, true), (64, true)],
        budget_micros: 400.0,
        per_round: 2_000,
        prepare: describe_subnets,
    },
    Measured {
        name: "EC2 CreateTags, durable",
        clients: &[(1, false), (64, true)],
        budget_micros: 100.0,
        per_round: 4_000,
        prepare: create_tags,
    },
    Measured {
        name: "EC2 CreateSubnet, durable",
        clients: &[(1, false), (64, true)],
        budget_micros: 100.0,
        per_round: 4_000,
        prepare: create_subnet,
    },
    Measured {
        name: "S3 PutObject of 1 KiB, durable",
        clients: &[(1, true), (64, true)],
        budget_micros: 150.0,
        per_round: 4_000,
        prepare: put_object,
    },
    Measured {
        name: "S3 GetObject of 1 KiB",
        clients: &[(1, true), (64, true)],
        budget_micros: 80.0,
        per_round: 20_000,
        prepare: get_object,
    },
];

/// A server that is being furnished.
pub(crate) struct Site<'a> {
    server: &'a Server,
    key: Key,
    connection: Connection,
    /// Names that were given out, so that none is given twice.
    names: usize,
}

impl<'a> Site<'a> {
    /// The server, with a key it has issued.
    pub(crate) fn new(server: &'a Server) -> Result<Self> {
        Ok(Self::with_key(server, server.issue_key()?))
    }

    /// The key it signs with, for when the server is started again.
    pub(crate) fn key(&self) -> Key {
        self.key.clone()
    }

    /// The server, with a key it has issued earlier.
    pub(crate) fn with_key(server: &'a Server, key: Key) -> Self {
        Self { server, key, connection: server.connect(), names: 0 }
    }

    /// Requests as bytes.
    pub(crate) fn signed(&self, messages: &[Message]) -> Vec<Vec<u8>> {
        messages.iter().map(|message| message.signed(self.server.address, &self.key)).collect()
    }

    /// Sends a request and answers its document.
    pub(crate) fn call(&mut self, message: &Message) -> Result<String> {
        self.connection.call(&message.signed(self.server.address, &self.key))
    }

    /// A name nothing else has.
    fn name(&mut self, what: &str) -> String {
        self.names += 1;
        format!("bench-{what}-{}", self.names)
    }

    fn vpc(&mut self, region: &'static str) -> Result<String> {
        let message = Message::ec2("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).in_region(region);
        self.created(&message, "vpcId")
    }

    fn created(&mut self, message: &Message, id: &str) -> Result<String> {
        let answer = self.call(message)?;
        Ok(element(&answer, id).with_context(|| format!("no {id} in {answer}"))?.to_owned())
    }

    /// A VPC as people have them: four subnets, a route table and a security group, all named.
    pub(crate) fn network(&mut self) -> Result<()> {
        let vpc = self.vpc(super::request::REGION)?;
        let mut ids = vec![vpc.clone()];
        for number in 0..4 {
            ids.push(self.created(&subnet(&vpc, number), "subnetId")?);
        }
        ids.push(self.created(&Message::ec2("CreateRouteTable", &[("VpcId", &vpc)]), "routeTableId")?);
        let group = [("VpcId", &*vpc), ("GroupName", "web"), ("GroupDescription", "web servers")];
        ids.push(self.created(&Message::ec2("CreateSecurityGroup", &group), "groupId")?);
        for id in &ids {
            let tag = [("ResourceId.1", &**id), ("Tag.1.Key", "Name"), ("Tag.1.Value", "bench")];
            self.call(&Message::ec2("CreateTags", &tag))?;
        }
        Ok(())
    }

    /// A new bucket's name.
    pub(crate) fn bucket(&mut self) -> Result<String> {
        let name = self.name("bucket");
        self.call(&Message::s3(Method::PUT, &format!("/{name}"), Vec::new()))?;
        Ok(name)
    }
}

fn identity(_: &mut Site, _: usize) -> Result<Vec<Message>> {
    Ok(vec![Message::form("sts", "2011-06-15", "GetCallerIdentity", &[])])
}

/// A Region of its own, so that the answer is the same whatever was made before.
fn describe_subnets(site: &mut Site, _: usize) -> Result<Vec<Message>> {
    const ELSEWHERE: &str = "eu-west-1";
    let vpc = site.vpc(ELSEWHERE)?;
    for number in 0..SUBNETS {
        site.call(&subnet(&vpc, number).in_region(ELSEWHERE))?;
    }
    let filter = [("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", &*vpc)];
    Ok(vec![Message::ec2("DescribeSubnets", &filter).in_region(ELSEWHERE)])
}

fn create_tags(site: &mut Site, count: usize) -> Result<Vec<Message>> {
    let vpc = site.vpc(super::request::REGION)?;
    let mut subnets = Vec::new();
    for number in 0..SUBNETS {
        subnets.push(site.created(&subnet(&vpc, number), "subnetId")?);
    }
    let tag = |turn: usize| {
        let value = format!("turn-{turn}");
        let id = &*subnets[turn % SUBNETS];
        Message::ec2("CreateTags", &[("ResourceId.1", id), ("Tag.1.Key", "Name"), ("Tag.1.Value", &value)])
    };
    Ok((0..count).map(tag).collect())
}

/// A hundred subnets a VPC, as many VPCs as it takes.
fn create_subnet(site: &mut Site, count: usize) -> Result<Vec<Message>> {
    let mut messages = Vec::with_capacity(count);
    while messages.len() < count {
        let vpc = site.vpc(super::request::REGION)?;
        messages.extend((0..SUBNETS).map(|number| subnet(&vpc, number)));
    }
    Ok(messages)
}

fn subnet(vpc: &str, number: usize) -> Message {
    Message::ec2("CreateSubnet", &[("VpcId", vpc), ("CidrBlock", &format!("10.0.{number}.0/24"))])
}

fn put_object(site: &mut Site, count: usize) -> Result<Vec<Message>> {
    let bucket = site.bucket()?;
    Ok((0..count).map(|number| small_object(&bucket, number)).collect())
}

fn get_object(site: &mut Site, _: usize) -> Result<Vec<Message>> {
    const OBJECTS: usize = 100;
    let bucket = site.bucket()?;
    for number in 0..OBJECTS {
        site.call(&small_object(&bucket, number))?;
    }
    let get = |number| Message::s3(Method::GET, &format!("/{bucket}/object-{number}"), Vec::new());
    Ok((0..OBJECTS).map(get).collect())
}

/// A PUT of a small object whose bytes are its own.
pub(crate) fn small_object(bucket: &str, number: usize) -> Message {
    let body: Vec<u8> = number.to_string().bytes().cycle().take(SMALL_OBJECT).collect();
    Message::s3(Method::PUT, &format!("/{bucket}/object-{number}"), body)
        .with("content-type", "application/octet-stream")
}
