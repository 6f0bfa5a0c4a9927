//! What the gateway asks of endpoints: the one that a request came through, and its policy.

use super::dns_entries;
use super::model::{EndpointKind, VpcEndpoint};
use crate::resource;
use policy::compile::{Attached, Kind, PolicySet, Source, shared};
use ports::{EndpointPolicies, PassedEndpoint, World};
use std::sync::Arc;

/// Knows endpoints of AWS's services by their own names: those of `DnsEntries`, but for the private ones, which are the
/// service's.
pub(crate) struct Gate;

impl EndpointPolicies for Gate {
    fn of_host(&self, world: &World, host: &str) -> Option<Arc<PassedEndpoint>> {
        let name = Name::parse(host)?;
        let view = world.store.view();
        let own = view.by(&VpcEndpoint::ID, &name.id).next()?;
        let is_of_aws = own.kind == EndpointKind::Interface && own.connection.is_none();
        let is_fitting = own.dns.is_starred != name.before.is_empty();
        let mut names = dns_entries(own).into_iter().filter_map(|entry| entry.dns_name);
        let is_own = names.any(|known| known.trim_start_matches("*.") == name.own);
        (is_of_aws && is_fitting && is_own && own.works()).then(|| {
            Arc::new(PassedEndpoint {
                id: own.id.to_string(),
                vpc: own.vpc_id.to_string(),
                vpc_arn: resource::arn(&own.scope, "vpc", own.vpc_id.as_str()),
                account: own.scope.account,
                policy: own.policy.as_deref().map(|text| compiled(own, text)),
                service: name.service,
                before: name.before,
            })
        })
    }
}

/// Its policy. Whoever stored it has checked it: one that could not be read would let nothing pass.
fn compiled(own: &VpcEndpoint, text: &str) -> PolicySet {
    let policy = shared(text, Kind::Endpoint);
    let attached = policy.map(|policy| Attached { policy, source: Source::inline(own.id.as_str()) });
    PolicySet::new(attached.into_iter().collect())
}

/// A name of an endpoint.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    /// `vpce-…`.
    id: String,
    /// Without what stands before it.
    own: String,
    before: String,
    /// `ec2` and `us-east-1.amazonaws.com`.
    service: (String, String),
}

impl Name {
    /// Reads `vpce-ID-LABEL.SERVICE.REGION.vpce.amazonaws.com`, behind whose label a zone may stand.
    fn parse(host: &str) -> Option<Self> {
        let (place, suffix) = host.split_once(".vpce.")?;
        let at = place.split('.').position(|label| label.starts_with("vpce-"))?;
        let labels: Vec<&str> = place.split('.').collect();
        let (before, rest) = labels.split_at(at);
        let (own, names) = rest.split_first()?;
        let (region, service) = names.split_last()?;
        let id = own.splitn(3, '-').take(2).collect::<Vec<_>>().join("-");
        Some(Self {
            id,
            own: format!("{}.vpce.{suffix}", rest.join(".")),
            before: before.join("."),
            service: (service.join("."), format!("{region}.{suffix}")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Gate, Name};
    use base::AccountId;
    use ec2_resource::neighbour::NoInstances;
    use ports::{Caller, EndpointPolicies, NoLogBuckets};
    use shapes_ec2 as ec2;
    use std::sync::Arc;
    use testkit::Local;

    #[test]
    fn names_tell_the_endpoint_and_the_service() {
        let check = |host: &str, want: Option<(&str, &str, &str, &str)>| {
            let found = Name::parse(host);
            let found = found.as_ref();
            let told = found.map(|name| {
                (name.id.as_str(), name.before.as_str(), name.service.0.as_str(), name.service.1.as_str())
            });
            assert_eq!(told, want, "{host}");
        };
        let id = "vpce-0123456789abcdef0";
        let of = |before, service, place| Some((id, before, service, place));
        check(
            &format!("{id}-a1b2c3d4.ec2.us-east-1.vpce.amazonaws.com"),
            of("", "ec2", "us-east-1.amazonaws.com"),
        );
        check(
            &format!("{id}-a1b2c3d4-us-east-1a.api.ecr.us-east-1.vpce.amazonaws.com"),
            of("", "api.ecr", "us-east-1.amazonaws.com"),
        );
        check(
            &format!("photos.bucket.{id}-a1b2c3d4.s3.eu-west-1.vpce.amazonaws.com"),
            of("photos.bucket", "s3", "eu-west-1.amazonaws.com"),
        );
        for other in ["ec2.us-east-1.amazonaws.com", "localhost", "x.vpce.amazonaws.com", ""] {
            check(other, None);
        }
    }

    #[test]
    fn an_endpoint_is_known_by_its_own_names_while_it_works() {
        let local = Local::new(|registry| {
            crate::install(registry, Arc::new(NoInstances), Vec::new(), Arc::new(NoLogBuckets));
        });
        let cx = local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
        let subnets = local.call_with::<ec2::DescribeSubnets>(&cx, ec2::DescribeSubnetsRequest::default());
        let subnet = subnets.unwrap().subnets.unwrap().remove(0);
        let (vpc, subnet) = (subnet.vpc_id.unwrap(), subnet.subnet_id.unwrap());
        let make = |service: &str| {
            let input = ec2::CreateVpcEndpointRequest {
                vpc_id: Some(vpc.clone()),
                vpc_endpoint_type: Some("Interface".to_owned()),
                service_name: Some(format!("com.amazonaws.us-east-1.{service}")),
                subnet_ids: Some(vec![subnet.clone()]),
                ..ec2::CreateVpcEndpointRequest::default()
            };
            let made = local.call_with::<ec2::CreateVpcEndpoint>(&cx, input).unwrap().vpc_endpoint.unwrap();
            let names = made.dns_entries.unwrap().into_iter().filter_map(|entry| entry.dns_name);
            (made.vpc_endpoint_id.unwrap(), names.collect::<Vec<_>>())
        };
        let (id, names) = make("ec2");
        let found = |host: &str| Gate.of_host(local.world(), host);
        let own: Vec<&String> = names.iter().filter(|name| name.starts_with("vpce-")).collect();
        assert_eq!(own.len(), 2, "{names:?}");
        local.advance(600_000);
        for name in &own {
            let passed = found(name).unwrap();
            assert_eq!((&passed.id, &passed.vpc), (&id, &vpc));
            assert_eq!(passed.vpc_arn, format!("arn:aws:ec2:us-east-1:000000000000:vpc/{vpc}"));
            assert!(passed.policy.is_some());
            assert!(found(&format!("bucket.{name}")).is_none());
        }
        // The names of the service itself lead to it from everywhere.
        for other in ["ec2.us-east-1.amazonaws.com".to_owned(), own[0].replace(&id, "vpce-00000000000000000")]
        {
            assert!(found(&other).is_none(), "{other}");
        }
        let (_, starred) = make("s3");
        local.advance(600_000);
        let name = starred.iter().find(|name| name.starts_with("*.vpce-")).unwrap().replacen("*.", "", 1);
        for before in ["bucket", "photos.bucket"] {
            assert_eq!(found(&format!("{before}.{name}")).unwrap().before, before);
        }
        let delete = ec2::DeleteVpcEndpointsRequest {
            vpc_endpoint_ids: Some(vec![id]),
            ..ec2::DeleteVpcEndpointsRequest::default()
        };
        local.call_with::<ec2::DeleteVpcEndpoints>(&cx, delete).unwrap();
        assert!(found(own[0]).is_none(), "it goes");
    }
}
