//! Where mirrored traffic goes.

use super::description;
use super::session::TrafficMirrorSession;
use crate::error::{Error, Kind, Mirror, Noun};
use crate::event::Changed;
use crate::id::{NetworkInterfaceId, TrafficMirrorTargetId};
use crate::listing::{self, Wish};
use crate::network_interface::{self, NetworkInterface};
use crate::resource::{self, Resource, named, tag_set, take};
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use base::{Arn, Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::Record;

const KIND: Kind = Kind::Noun(Noun::MIRROR_TARGET);

/// A target.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TrafficMirrorTarget {
    pub(crate) scope: Scope,
    pub(crate) id: TrafficMirrorTargetId,
    pub(super) end: End,
    description: Option<String>,
    pub(crate) tags: Tags,
}

/// What takes the packets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum End {
    /// An interface.
    NetworkInterface(NetworkInterfaceId),
    /// A load balancer, by its ARN.
    NetworkLoadBalancer(String),
    /// An endpoint of a gateway load balancer.
    GatewayLoadBalancerEndpoint(String),
}

impl End {
    fn word(&self) -> &'static str {
        match self {
            Self::NetworkInterface(_) => "network-interface",
            Self::NetworkLoadBalancer(_) => "network-load-balancer",
            Self::GatewayLoadBalancerEndpoint(_) => "gateway-load-balancer-endpoint",
        }
    }

    fn parse(input: &ec2::CreateTrafficMirrorTargetRequest) -> Result<Self, Error> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let interface = given(&input.network_interface_id);
        let balancer = given(&input.network_load_balancer_arn);
        let endpoint = given(&input.gateway_load_balancer_endpoint_id);
        match (interface, balancer, endpoint) {
            (Some(id), None, None) => Ok(Self::NetworkInterface(network_interface::id(Some(id))?)),
            (None, Some(text), None) => {
                let is_balancer = |arn: &Arn| {
                    arn.service == "elasticloadbalancing" && arn.resource.starts_with("loadbalancer/net/")
                };
                match text.parse::<Arn>().ok().filter(is_balancer) {
                    Some(_) => Ok(Self::NetworkLoadBalancer(text)),
                    None => {
                        let reason = "It is not the ARN of a Network Load Balancer.".to_owned();
                        Err(Error::Value("networkLoadBalancerArn", text, reason))
                    }
                }
            }
            (None, None, Some(text)) if text.starts_with("vpce-") => {
                Ok(Self::GatewayLoadBalancerEndpoint(text))
            }
            (None, None, Some(text)) => {
                let reason = "It is not the ID of an endpoint.".to_owned();
                Err(Error::Value("gatewayLoadBalancerEndpointId", text, reason))
            }
            (None, None, None) => Err(Error::MissingOneOf(
                "The request must contain the parameter networkInterfaceId, networkLoadBalancerArn or gatewayLoadBalancerEndpointId",
            )),
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => {
                let sentence = "The request must contain exactly one of networkInterfaceId, networkLoadBalancerArn and gatewayLoadBalancerEndpointId";
                Err(Error::Combination(sentence.to_owned()))
            }
        }
    }
}

impl Record for TrafficMirrorTarget {
    const TABLE: &'static str = "vpc_traffic_mirror_target";
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for TrafficMirrorTarget {
    const TYPE: &'static str = "traffic-mirror-target";
    const PREFIX: &'static str = TrafficMirrorTargetId::PREFIX;
    const KIND: Kind = KIND;
    const FILTERS: &'static [&'static str] = &[
        "description",
        "network-interface-id",
        "network-load-balancer-arn",
        "owner-id",
        "traffic-mirror-target-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match (name, &self.end) {
            ("description", _) => self.description.iter().cloned().collect(),
            ("network-interface-id", End::NetworkInterface(id)) => vec![id.to_string()],
            ("network-load-balancer-arn", End::NetworkLoadBalancer(arn)) => vec![arn.clone()],
            ("owner-id", _) => vec![self.scope.account.to_string()],
            ("traffic-mirror-target-id", _) => vec![self.id.to_string()],
            _ => Vec::new(),
        }
    }
}

/// `CreateTrafficMirrorTarget`: the same client token gives the same target. Load balancers and their endpoints are kept
/// as they are named.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateTrafficMirrorTargetRequest,
) -> Result<ec2::CreateTrafficMirrorTargetResult, Error> {
    let digest = token::digest(&input);
    let end = End::parse(&input)?;
    let description = description(input.description)?;
    let tags = tag::of_specifications(input.tag_specifications, TrafficMirrorTarget::TYPE)?;
    let client_token = input.client_token;
    let call =
        Once { operation: "CreateTrafficMirrorTarget", token: client_token.as_deref(), digest: &digest };
    let target = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            if let End::NetworkInterface(id) = &end {
                let _interface: NetworkInterface = take(tx, cx.scope(), id.as_str())?;
            }
            let target = TrafficMirrorTarget {
                scope: cx.scope().clone(),
                id: TrafficMirrorTargetId::new(cx.ids()),
                end: end.clone(),
                description: description.clone(),
                tags: tags.clone(),
            };
            tx.emit(&Changed { kind: "TrafficMirrorTargetCreated", resource: target.arn() });
            tx.put(target.clone());
            Ok(target)
        })
    })?;
    Ok(ec2::CreateTrafficMirrorTargetResult { traffic_mirror_target: Some(shape(&target)), client_token })
}

/// `DescribeTrafficMirrorTargets`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeTrafficMirrorTargetsRequest,
) -> Result<ec2::DescribeTrafficMirrorTargetsResult, Error> {
    let wish = Wish {
        ids: input.traffic_mirror_target_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let name = "DescribeTrafficMirrorTargets";
    let page = listing::list(cx, name, wish, |_, row: &TrafficMirrorTarget| shape(row))?;
    Ok(ec2::DescribeTrafficMirrorTargetsResult {
        traffic_mirror_targets: Some(page.items),
        next_token: page.next_token,
    })
}

/// `DeleteTrafficMirrorTarget`: not while a session uses it.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteTrafficMirrorTargetRequest,
) -> Result<ec2::DeleteTrafficMirrorTargetResult, Error> {
    let id = id(input.traffic_mirror_target_id)?;
    home::write(cx, |tx| {
        let target: TrafficMirrorTarget =
            resource::remove(tx, cx.scope(), id.as_str(), "TrafficMirrorTargetDeleted")?;
        if let Some(session) = tx.by(&TrafficMirrorSession::TARGET, &target.key()).next() {
            return Err(Mirror::TargetInUse(id.to_string(), session.id.to_string()).into());
        }
        Ok(ec2::DeleteTrafficMirrorTargetResult { traffic_mirror_target_id: Some(id.to_string()) })
    })
}

/// A target's id.
pub(super) fn id(text: Option<String>) -> Result<TrafficMirrorTargetId, Error> {
    named(text, "trafficMirrorTargetId", KIND, TrafficMirrorTargetId::parse)
}

fn shape(target: &TrafficMirrorTarget) -> ec2::TrafficMirrorTarget {
    let mut shape = ec2::TrafficMirrorTarget {
        traffic_mirror_target_id: Some(target.id.to_string()),
        type_: Some(target.end.word().to_owned()),
        description: target.description.clone(),
        owner_id: Some(target.scope.account.to_string()),
        tags: tag_set(&target.tags),
        ..ec2::TrafficMirrorTarget::default()
    };
    match &target.end {
        End::NetworkInterface(id) => shape.network_interface_id = Some(id.to_string()),
        End::NetworkLoadBalancer(arn) => shape.network_load_balancer_arn = Some(arn.clone()),
        End::GatewayLoadBalancerEndpoint(id) => {
            shape.gateway_load_balancer_endpoint_id = Some(id.clone());
        }
    }
    shape
}
