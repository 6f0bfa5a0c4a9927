//! The endpoints of EC2 Instance Connect: a way to instances that have no public address.

use crate::error::{Endpoint, Error, Kind};
use crate::event::Changed;
use crate::id::{InstanceConnectEndpointId, NetworkInterfaceId, SubnetId, VpcId};
use crate::listing::{self, Wish as List};
use crate::network_interface::{self, Birth, Draw, Group, NetworkInterface, Plan, Requester};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::security_group;
use crate::subnet::{self, Subnet};
use crate::token::{self, Once, once};
use crate::vpc_endpoint::{plain_error, remove_interface};
use crate::{Vpc as Service, home, tag};
use base::{Scope, Tags, Timestamp, Zone};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Job, JobError, Record, Tx};

/// How long AWS shows a change in progress, in milliseconds.
const CHANGING_MILLIS: u32 = 60_000;
/// Endpoints of a Region at the most, and of a VPC. Source: EC2 user guide, "Quotas for EC2 Instance Connect Endpoint".
const MOST_OF_REGION: usize = 5;
const MOST_OF_VPC: usize = 1;
/// What the attachment of its interface calls the service.
const SERVICE: &str = "amazon-aws";

/// An endpoint.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct InstanceConnectEndpoint {
    scope: Scope,
    id: InstanceConnectEndpointId,
    vpc_id: VpcId,
    subnet_id: SubnetId,
    zone: Zone,
    groups: Vec<Group>,
    interface: NetworkInterfaceId,
    preserves_client_ip: bool,
    /// Eight hexadecimal digits in its names.
    label: String,
    state: State,
    created_at: Timestamp,
    tags: Tags,
}

/// What is being done to it, or was done last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Creating,
    Created,
    Updating,
    Updated,
    Deleting,
}

impl State {
    /// AWS's word.
    fn word(self) -> &'static str {
        match self {
            Self::Creating => "create-in-progress",
            Self::Created => "create-complete",
            Self::Updating => "update-in-progress",
            Self::Updated => "update-complete",
            Self::Deleting => "delete-in-progress",
        }
    }
}

impl InstanceConnectEndpoint {
    fn key_text(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }

    fn dns_name(&self, middle: &str) -> String {
        let (region, suffix) = (&self.scope.region, self.scope.partition.dns_suffix());
        format!("{}.{}.{middle}ec2-instance-connect-endpoint.{region}.{suffix}", self.id, self.label)
    }
}

impl Record for InstanceConnectEndpoint {
    const TABLE: &'static str = "vpc_instance_connect_endpoint";
    type Key = String;

    fn key(&self) -> String {
        self.key_text()
    }
}

impl Resource for InstanceConnectEndpoint {
    const TYPE: &'static str = "instance-connect-endpoint";
    const PREFIX: &'static str = InstanceConnectEndpointId::PREFIX;
    const KIND: Kind = Kind::InstanceConnectEndpoint;
    const PAGE: (i32, i32) = (1, 50);
    const FILTERS: &'static [&'static str] =
        &["instance-connect-endpoint-id", "state", "subnet-id", "vpc-id"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "instance-connect-endpoint-id" => vec![self.id.to_string()],
            "state" => vec![self.state.word().to_owned()],
            "subnet-id" => vec![self.subnet_id.to_string()],
            "vpc-id" => vec![self.vpc_id.to_string()],
            _ => Vec::new(),
        }
    }
}

/// `CreateInstanceConnectEndpoint`: with an interface in the subnet. The same client token gives the same endpoint.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateInstanceConnectEndpointRequest,
) -> Result<ec2::CreateInstanceConnectEndpointResult, Error> {
    let digest = token::digest(&input);
    ip_type(input.ip_address_type)?;
    let subnet_id = subnet::id(input.subnet_id)?;
    let groups = groups(input.security_group_ids)?;
    let tags = tag::of_specifications(input.tag_specifications, InstanceConnectEndpoint::TYPE)?;
    let call = Once {
        operation: "CreateInstanceConnectEndpoint",
        token: input.client_token.as_deref(),
        digest: &digest,
    };
    let preserves_client_ip = input.preserve_client_ip == Some(true);
    let endpoint = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let subnet: Subnet = take(tx, cx.scope(), subnet_id.as_str())?;
            require_room(tx, cx.scope(), &subnet.vpc_id)?;
            let id = InstanceConnectEndpointId::new(cx.ids());
            let groups = network_interface::groups_of(tx, cx.scope(), &subnet.vpc_id, &groups)?;
            let birth = Birth {
                draw: Draw::new(cx.ids()),
                subnet: subnet.id.clone(),
                plan: Plan::default(),
                groups: groups.clone(),
                kind: "ec2_instance_connect_endpoint".to_owned(),
                description: format!("EC2 Instance Connect Endpoint {id}"),
                source_dest_check: !preserves_client_ip,
                requester: Requester { id: SERVICE.to_owned(), is_service: true },
                tags: Tags::default(),
            };
            let interface = network_interface::make_managed(tx, cx.scope(), SERVICE, birth)?;
            let endpoint = InstanceConnectEndpoint {
                scope: cx.scope().clone(),
                id,
                vpc_id: subnet.vpc_id.clone(),
                subnet_id: subnet.id.clone(),
                zone: subnet.zone.clone(),
                groups,
                interface: interface.id,
                preserves_client_ip,
                label: cx.ids().text(b"0123456789abcdef", 8),
                state: State::Creating,
                created_at: cx.now(),
                tags: tags.clone(),
            };
            settle_later(tx, &endpoint);
            tx.emit(&Changed { kind: "InstanceConnectEndpointCreated", resource: endpoint.arn() });
            tx.put(endpoint.clone());
            Ok(endpoint)
        })
    })?;
    Ok(ec2::CreateInstanceConnectEndpointResult {
        instance_connect_endpoint: Some(shape(&endpoint)),
        client_token: input.client_token,
    })
}

/// Subnets have IPv4 blocks.
fn ip_type(asked: Option<String>) -> Result<(), Error> {
    match asked.as_deref() {
        None | Some("ipv4") => Ok(()),
        Some(word @ ("dualstack" | "ipv6")) => {
            let sentence = format!("The IP address type ({word}) is not supported by the subnet.");
            Err(Endpoint::Parameter(sentence).into())
        }
        Some(word) => {
            let reason = "Valid values are ipv4, dualstack and ipv6.".to_owned();
            Err(Error::Value("IpAddressType", word.to_owned(), reason))
        }
    }
}

fn groups(ids: Option<Vec<String>>) -> Result<Vec<String>, Error> {
    let ids = ids.unwrap_or_default();
    ids.iter().try_for_each(|id| security_group::group_id(id).map(|_| ()))?;
    Ok(ids)
}

fn require_room(tx: &Tx, scope: &Scope, vpc: &VpcId) -> Result<(), Endpoint> {
    let prefix = resource::prefix(scope);
    let of_region = tx.range::<InstanceConnectEndpoint>(&prefix).count();
    let of_vpc = tx.range::<InstanceConnectEndpoint>(&prefix).filter(|own| own.vpc_id == *vpc).count();
    if of_region >= MOST_OF_REGION || of_vpc >= MOST_OF_VPC {
        return Err(Endpoint::InstanceConnectLimit);
    }
    Ok(())
}

/// `DescribeInstanceConnectEndpoints`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeInstanceConnectEndpointsRequest,
) -> Result<ec2::DescribeInstanceConnectEndpointsResult, Error> {
    let wish = List {
        ids: input.instance_connect_endpoint_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let operation = "DescribeInstanceConnectEndpoints";
    let page = listing::list(cx, operation, wish, |_, row: &InstanceConnectEndpoint| shape(row));
    let page = page.map_err(plain_error)?;
    Ok(ec2::DescribeInstanceConnectEndpointsResult {
        instance_connect_endpoints: Some(page.items),
        next_token: page.next_token,
    })
}

/// `ModifyInstanceConnectEndpoint`: its groups, and whose address instances see.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyInstanceConnectEndpointRequest,
) -> Result<ec2::ModifyInstanceConnectEndpointResult, Error> {
    let id = endpoint_id(input.instance_connect_endpoint_id)?;
    ip_type(input.ip_address_type)?;
    let groups = groups(input.security_group_ids)?;
    home::write(cx, |tx| {
        let mut endpoint = settled(tx, cx, &id)?;
        if !groups.is_empty() {
            endpoint.groups = network_interface::groups_of(tx, cx.scope(), &endpoint.vpc_id, &groups)?;
        }
        endpoint.preserves_client_ip = input.preserve_client_ip.unwrap_or(endpoint.preserves_client_ip);
        let key = resource::key(cx.scope(), endpoint.interface.as_str());
        if let Some(found) = tx.get::<NetworkInterface>(&key) {
            let (groups, source_dest_check) = (endpoint.groups.clone(), !endpoint.preserves_client_ip);
            tx.put(NetworkInterface { groups, source_dest_check, ..(*found).clone() });
        }
        endpoint.state = State::Updating;
        settle_later(tx, &endpoint);
        tx.emit(&Changed { kind: "InstanceConnectEndpointChanged", resource: endpoint.arn() });
        tx.put(endpoint);
        Ok(ec2::ModifyInstanceConnectEndpointResult { return_: Some(true) })
    })
}

/// `DeleteInstanceConnectEndpoint`: its interface goes with it.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteInstanceConnectEndpointRequest,
) -> Result<ec2::DeleteInstanceConnectEndpointResult, Error> {
    let id = endpoint_id(input.instance_connect_endpoint_id)?;
    let endpoint = home::write(cx, |tx| {
        let mut endpoint = settled(tx, cx, &id)?;
        endpoint.state = State::Deleting;
        settle_later(tx, &endpoint);
        tx.emit(&Changed { kind: "InstanceConnectEndpointChanged", resource: endpoint.arn() });
        tx.put(endpoint.clone());
        Ok::<_, Error>(endpoint)
    })?;
    Ok(ec2::DeleteInstanceConnectEndpointResult { instance_connect_endpoint: Some(shape(&endpoint)) })
}

/// An endpoint to which nothing is being done.
fn settled(tx: &Tx, cx: &Cx, id: &InstanceConnectEndpointId) -> Result<InstanceConnectEndpoint, Error> {
    let endpoint: InstanceConnectEndpoint = take(tx, cx.scope(), id.as_str())?;
    match endpoint.state {
        State::Created | State::Updated => Ok(endpoint),
        State::Creating | State::Updating | State::Deleting => {
            Err(Endpoint::Busy(id.to_string(), endpoint.state.word()).into())
        }
    }
}

fn endpoint_id(text: Option<String>) -> Result<InstanceConnectEndpointId, Error> {
    let text = required(text, "InstanceConnectEndpointId")?;
    InstanceConnectEndpointId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::InstanceConnectEndpoint, error.given, error.prefix))
}

fn settle_later(tx: &mut Tx, endpoint: &InstanceConnectEndpoint) {
    tx.after(CHANGING_MILLIS, Settle { scope: endpoint.scope.clone(), id: endpoint.id.clone() });
}

/// The end of a state in progress.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    scope: Scope,
    id: InstanceConnectEndpointId,
}

impl Job for Settle {
    const KIND: &'static str = "vpc.instance-connect-endpoint-settle";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<InstanceConnectEndpoint>(&resource::key(&self.scope, self.id.as_str()));
        let Some(found) = found else { return Ok(()) };
        let mut endpoint = (*found).clone();
        match endpoint.state {
            State::Creating => endpoint.state = State::Created,
            State::Updating => endpoint.state = State::Updated,
            State::Created | State::Updated => return Ok(()),
            State::Deleting => {
                remove_interface(tx, &self.scope, endpoint.interface.as_str());
                tx.delete::<InstanceConnectEndpoint>(&endpoint.key_text());
                tx.emit(&Changed { kind: "InstanceConnectEndpointDeleted", resource: endpoint.arn() });
                return Ok(());
            }
        }
        tx.emit(&Changed { kind: "InstanceConnectEndpointChanged", resource: endpoint.arn() });
        tx.put(endpoint);
        Ok(())
    }
}

fn shape(own: &InstanceConnectEndpoint) -> ec2::Ec2InstanceConnectEndpoint {
    let names = ec2::InstanceConnectEndpointDnsNames {
        dns_name: Some(own.dns_name("")),
        fips_dns_name: Some(own.dns_name("fips.")),
    };
    ec2::Ec2InstanceConnectEndpoint {
        owner_id: Some(own.scope.account.to_string()),
        instance_connect_endpoint_id: Some(own.id.to_string()),
        instance_connect_endpoint_arn: Some(own.arn()),
        state: Some(own.state.word().to_owned()),
        state_message: Some(String::new()),
        dns_name: names.dns_name.clone(),
        fips_dns_name: names.fips_dns_name.clone(),
        network_interface_ids: Some(vec![own.interface.to_string()]),
        vpc_id: Some(own.vpc_id.to_string()),
        availability_zone: Some(own.zone.name.clone()),
        availability_zone_id: Some(own.zone.id.clone()),
        created_at: Some(own.created_at.into()),
        subnet_id: Some(own.subnet_id.to_string()),
        preserve_client_ip: Some(own.preserves_client_ip),
        security_group_ids: Some(own.groups.iter().map(|group| group.id.to_string()).collect()),
        ip_address_type: Some("ipv4".to_owned()),
        public_dns_names: Some(ec2::InstanceConnectEndpointPublicDnsNames {
            ipv4: Some(names),
            dualstack: None,
        }),
        tags: tag_set(&own.tags),
    }
}
