//! Services behind load balancers that a neighbour of the test has.

use base::{AccountId, Scope, Zone};
use ec2_resource::neighbour::{LoadBalancer, LoadBalancerKind, LoadBalancers, NoInstances};
use ports::{Caller, Cx, NoLogBuckets};
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::Tx;
use testkit::Local;

/// `net/one` in two zones, `gwy/one` in one, `net/new` that is not active; each in every account.
struct Balancers;

impl LoadBalancers for Balancers {
    fn get(&self, _tx: &Tx, scope: &Scope, arn: &str) -> Option<LoadBalancer> {
        let zones: Vec<Zone> = scope.region.zones();
        let (kind, zones, is_active) = match arn.split(":loadbalancer/").nth(1)? {
            "net/one/1" => (LoadBalancerKind::Network, zones[..2].to_vec(), true),
            "net/new/1" => (LoadBalancerKind::Network, zones[..1].to_vec(), false),
            "gwy/one/1" => (LoadBalancerKind::Gateway, zones[..1].to_vec(), true),
            _ => return None,
        };
        Some(LoadBalancer { kind, is_active, zones, ip_types: vec!["ipv4".to_owned()] })
    }
}

fn arn(rest: &str) -> String {
    format!("arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/{rest}/1")
}

/// A provider with consumers beside it.
struct Site {
    local: Local,
    provider: Cx,
    consumer: Cx,
}

fn account(number: u8) -> AccountId {
    number.to_string().repeat(12).parse().unwrap()
}

fn site() -> Site {
    let local = Local::new(|registry| {
        let buckets = Arc::new(NoLogBuckets);
        crate::install_with(registry, Arc::new(NoInstances), Arc::new(Balancers), Vec::new(), buckets);
    });
    let provider = local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    let consumer = local.cx(Caller::root(account(2), None), "us-east-1");
    Site { local, provider, consumer }
}

type Said<T> = Result<T, (String, String)>;

impl Site {
    fn call<O: shape::Operation>(&self, cx: &Cx, input: O::Input) -> Said<O::Output> {
        self.local
            .call_with::<O>(cx, input)
            .map_err(|fault| (fault.code.into_owned(), fault.message.unwrap_or_default()))
    }

    #[track_caller]
    fn service(&self, wish: ec2::CreateVpcEndpointServiceConfigurationRequest) -> ec2::ServiceConfiguration {
        let made = self.call::<ec2::CreateVpcEndpointServiceConfiguration>(&self.provider, wish);
        made.unwrap().service_configuration.unwrap()
    }

    #[track_caller]
    fn described(&self, cx: &Cx, id: &str) -> ec2::VpcEndpoint {
        let wish = ec2::DescribeVpcEndpointsRequest {
            vpc_endpoint_ids: Some(vec![id.to_owned()]),
            ..ec2::DescribeVpcEndpointsRequest::default()
        };
        self.call::<ec2::DescribeVpcEndpoints>(cx, wish).unwrap().vpc_endpoints.unwrap().remove(0)
    }

    fn connections(&self, filter: Option<(&str, &str)>) -> Vec<ec2::VpcEndpointConnection> {
        let wish = ec2::DescribeVpcEndpointConnectionsRequest {
            filters: filter.map(|(name, value)| {
                vec![ec2::Filter { name: Some(name.to_owned()), values: Some(vec![value.to_owned()]) }]
            }),
            ..ec2::DescribeVpcEndpointConnectionsRequest::default()
        };
        let found = self.call::<ec2::DescribeVpcEndpointConnections>(&self.provider, wish).unwrap();
        found.vpc_endpoint_connections.unwrap()
    }

    /// The default VPC and its subnet of a zone.
    #[track_caller]
    fn place(&self, cx: &Cx, zone: usize) -> (String, String) {
        let found = self.call::<ec2::DescribeSubnets>(cx, ec2::DescribeSubnetsRequest::default()).unwrap();
        let name = &cx.region().zones()[zone].name;
        let subnets = found.subnets.unwrap();
        let own = subnets.into_iter().find(|own| own.availability_zone.as_ref() == Some(name)).unwrap();
        (own.vpc_id.unwrap(), own.subnet_id.unwrap())
    }

    fn connect(&self, cx: &Cx, service: &str, kind: &str, zone: usize) -> Said<String> {
        let (vpc, subnet) = self.place(cx, zone);
        let wish = ec2::CreateVpcEndpointRequest {
            vpc_id: Some(vpc),
            vpc_endpoint_type: Some(kind.to_owned()),
            service_name: Some(service.to_owned()),
            subnet_ids: Some(vec![subnet]),
            ..ec2::CreateVpcEndpointRequest::default()
        };
        let made = self.call::<ec2::CreateVpcEndpoint>(cx, wish)?;
        Ok(made.vpc_endpoint.unwrap().vpc_endpoint_id.unwrap())
    }

    #[track_caller]
    fn allow(&self, id: &str, add: &[&str], remove: &[&str]) -> Said<Vec<ec2::AddedPrincipal>> {
        let texts = |list: &[&str]| Some(list.iter().map(|text| (*text).to_owned()).collect());
        let wish = ec2::ModifyVpcEndpointServicePermissionsRequest {
            service_id: Some(id.to_owned()),
            add_allowed_principals: texts(add),
            remove_allowed_principals: texts(remove),
            ..ec2::ModifyVpcEndpointServicePermissionsRequest::default()
        };
        let done = self.call::<ec2::ModifyVpcEndpointServicePermissions>(&self.provider, wish)?;
        Ok(done.added_principals.unwrap())
    }

    #[track_caller]
    fn accept(&self, service: &str, endpoint: &str) -> Vec<String> {
        let wish = ec2::AcceptVpcEndpointConnectionsRequest {
            service_id: Some(service.to_owned()),
            vpc_endpoint_ids: Some(vec![endpoint.to_owned()]),
            ..ec2::AcceptVpcEndpointConnectionsRequest::default()
        };
        codes(self.call::<ec2::AcceptVpcEndpointConnections>(&self.provider, wish).unwrap().unsuccessful)
    }

    #[track_caller]
    fn reject(&self, service: &str, endpoint: &str) -> Vec<String> {
        let wish = ec2::RejectVpcEndpointConnectionsRequest {
            service_id: Some(service.to_owned()),
            vpc_endpoint_ids: Some(vec![endpoint.to_owned()]),
            ..ec2::RejectVpcEndpointConnectionsRequest::default()
        };
        codes(self.call::<ec2::RejectVpcEndpointConnections>(&self.provider, wish).unwrap().unsuccessful)
    }

    #[track_caller]
    fn delete(&self, service: &str) -> Vec<String> {
        let wish = ec2::DeleteVpcEndpointServiceConfigurationsRequest {
            service_ids: Some(vec![service.to_owned()]),
            ..ec2::DeleteVpcEndpointServiceConfigurationsRequest::default()
        };
        let done = self.call::<ec2::DeleteVpcEndpointServiceConfigurations>(&self.provider, wish).unwrap();
        codes(done.unsuccessful)
    }
}

fn codes(items: Option<Vec<ec2::UnsuccessfulItem>>) -> Vec<String> {
    items.unwrap().into_iter().map(|item| item.error.unwrap().code.unwrap()).collect()
}

fn network() -> ec2::CreateVpcEndpointServiceConfigurationRequest {
    ec2::CreateVpcEndpointServiceConfigurationRequest {
        network_load_balancer_arns: Some(vec![arn("net/one")]),
        ..ec2::CreateVpcEndpointServiceConfigurationRequest::default()
    }
}

#[test]
fn a_service_is_described_changed_and_deleted() {
    let site = site();
    let tags = vec![ec2::TagSpecification {
        resource_type: Some("vpc-endpoint-service".to_owned()),
        tags: Some(vec![ec2::Tag { key: Some("team".to_owned()), value: Some("red".to_owned()) }]),
    }];
    let token = Some("t".to_owned());
    let wish = || ec2::CreateVpcEndpointServiceConfigurationRequest {
        tag_specifications: Some(tags.clone()),
        client_token: token.clone(),
        private_dns_name: Some("api.example.com".to_owned()),
        ..network()
    };
    let made = site.service(wish());
    let id = made.service_id.clone().unwrap();
    assert_eq!(site.service(wish()).service_id, made.service_id);
    assert_eq!(made.service_name, Some(format!("com.amazonaws.vpce.us-east-1.{id}")));
    assert_eq!((made.acceptance_required, made.service_state.as_deref()), (Some(true), Some("Available")));
    assert_eq!(made.base_endpoint_dns_names, Some(vec![format!("{id}.us-east-1.vpce.amazonaws.com")]));
    assert_eq!(made.availability_zones, Some(vec!["us-east-1a".to_owned(), "us-east-1b".to_owned()]));
    let name = made.private_dns_name_configuration.unwrap();
    assert_eq!((name.state.as_deref(), name.type_.as_deref()), (Some("pendingVerification"), Some("TXT")));
    let change = ec2::ModifyVpcEndpointServiceConfigurationRequest {
        service_id: Some(id.clone()),
        acceptance_required: Some(false),
        remove_private_dns_name: Some(true),
        ..ec2::ModifyVpcEndpointServiceConfigurationRequest::default()
    };
    site.call::<ec2::ModifyVpcEndpointServiceConfiguration>(&site.provider, change).unwrap();
    for (name, value, count) in [
        ("service-id", id.as_str(), 1),
        ("service-name", "com.amazonaws.vpce.*", 1),
        ("service-state", "Available", 1),
        ("service-state", "Pending", 0),
        ("supported-ip-address-types", "ipv4", 1),
        ("tag:team", "red", 1),
        ("tag:team", "blue", 0),
    ] {
        let filter = ec2::Filter { name: Some(name.to_owned()), values: Some(vec![value.to_owned()]) };
        let wish = ec2::DescribeVpcEndpointServiceConfigurationsRequest {
            filters: Some(vec![filter]),
            ..ec2::DescribeVpcEndpointServiceConfigurationsRequest::default()
        };
        let found = |cx: &Cx| {
            let found = site.call::<ec2::DescribeVpcEndpointServiceConfigurations>(cx, wish.clone());
            found.unwrap().service_configurations.unwrap()
        };
        let own = found(&site.provider);
        assert_eq!((own.len(), found(&site.consumer).len()), (count, 0), "{name}");
        assert!(
            own.iter().all(|own| own.acceptance_required == Some(false) && own.private_dns_name.is_none())
        );
    }
    assert!(site.delete(&id).is_empty());
    assert_eq!(site.delete(&id), ["InvalidVpcEndpointService.NotFound"]);
}

/// The whole life of a connection between two accounts.
#[test]
fn consumers_are_let_in_and_accepted() {
    let site = site();
    let made = site.service(network());
    let (id, name) = (made.service_id.unwrap(), made.service_name.unwrap());
    let unknown =
        Err(("InvalidServiceName".to_owned(), format!("The Vpc Endpoint Service '{name}' does not exist")));
    assert_eq!(site.connect(&site.consumer, &name, "Interface", 0), unknown);
    let added = site.allow(&id, &["arn:aws:iam::222222222222:root"], &[]).unwrap();
    assert_eq!(added[0].principal_type.as_deref(), Some("Account"));
    assert_eq!(site.allow(&id, &["arn:aws:iam::222222222222:root"], &[]).unwrap().len(), 0);
    let endpoint = site.connect(&site.consumer, &name, "Interface", 0).unwrap();
    let seen = site.described(&site.consumer, &endpoint);
    assert_eq!(seen.state.as_deref(), Some("pendingAcceptance"));
    assert_eq!((seen.policy_document, seen.private_dns_enabled), (None, Some(false)));
    let names: Vec<String> = seen.dns_entries.unwrap().into_iter().filter_map(|own| own.dns_name).collect();
    assert!(names[0].ends_with(&format!(".{id}.us-east-1.vpce.amazonaws.com")), "{names:?}");
    for (name, value) in [
        ("service-id", id.as_str()),
        ("vpc-endpoint-owner", "222222222222"),
        ("vpc-endpoint-state", "pendingAcceptance"),
        ("vpc-endpoint-id", &endpoint),
        ("vpc-endpoint-region", "us-east-1"),
        ("ip-address-type", "ipv4"),
    ] {
        assert_eq!(site.connections(Some((name, value))).len(), 1, "{name}");
        assert_eq!(site.connections(Some((name, "x"))).len(), 0, "{name}");
    }
    assert_eq!(site.delete(&id), ["ExistingVpcEndpointConnections"]);
    assert!(site.accept(&id, &endpoint).is_empty());
    assert_eq!(site.described(&site.consumer, &endpoint).state.as_deref(), Some("available"));
    assert_eq!(site.accept(&id, &endpoint), ["InvalidState"]);
    assert!(site.reject(&id, &endpoint).is_empty());
    assert_eq!(site.described(&site.consumer, &endpoint).state.as_deref(), Some("rejected"));
    assert_eq!(site.reject(&id, &endpoint), ["InvalidState"]);
    assert_eq!(site.accept(&id, "vpce-00000000000000000"), ["InvalidVpcEndpointId.NotFound"]);
    assert!(site.delete(&id).is_empty());
    assert_eq!(site.connect(&site.consumer, &name, "Interface", 0), unknown);
}

#[test]
fn endpoints_stand_where_the_service_does() {
    let site = site();
    let wish =
        ec2::CreateVpcEndpointServiceConfigurationRequest { acceptance_required: Some(false), ..network() };
    let name = site.service(wish).service_name.unwrap();
    let endpoint = site.connect(&site.provider, &name, "Interface", 1).unwrap();
    assert_eq!(site.described(&site.provider, &endpoint).state.as_deref(), Some("available"));
    let (_, subnet) = site.place(&site.provider, 2);
    let sentence = format!(
        "The VPC endpoint service {name} does not support the availability zone of the subnet: {subnet}."
    );
    assert_eq!(
        site.connect(&site.provider, &name, "Interface", 2),
        Err(("InvalidParameter".to_owned(), sentence))
    );
}

/// The way of packets through an inspection: a route leads to the endpoint.
#[test]
fn routes_lead_to_gateway_load_balancer_endpoints() {
    let site = site();
    let wish = ec2::CreateVpcEndpointServiceConfigurationRequest {
        gateway_load_balancer_arns: Some(vec![arn("gwy/one")]),
        acceptance_required: Some(false),
        ..ec2::CreateVpcEndpointServiceConfigurationRequest::default()
    };
    let name = site.service(wish).service_name.unwrap();
    let id = site.connect(&site.provider, &name, "GatewayLoadBalancer", 0).unwrap();
    let own = site.described(&site.provider, &id);
    let counts = (own.dns_entries.map(|all| all.len()), own.groups.map(|all| all.len()));
    assert_eq!(counts, (Some(0), Some(0)));
    let tables = ec2::DescribeRouteTablesRequest::default();
    let tables = || {
        site.call::<ec2::DescribeRouteTables>(&site.provider, tables.clone()).unwrap().route_tables.unwrap()
    };
    let table = tables()[0].route_table_id.clone();
    let route = ec2::CreateRouteRequest {
        route_table_id: table,
        destination_cidr_block: Some("203.0.113.0/24".to_owned()),
        vpc_endpoint_id: Some(id.clone()),
        ..ec2::CreateRouteRequest::default()
    };
    site.call::<ec2::CreateRoute>(&site.provider, route).unwrap();
    let state = || {
        let routes = tables().remove(0).routes.unwrap();
        let own = routes.into_iter().find(|own| own.gateway_id.as_ref() == Some(&id)).unwrap();
        own.state
    };
    assert_eq!(state().as_deref(), Some("active"));
    // As the engine sees it: which appliance, whether it works, and what is routed there.
    let compiled = || {
        let scope = site.provider.scope();
        let network = site.provider.read(|view| crate::network::compiled(view, scope));
        let works: Vec<(String, bool)> =
            network.parts.middleboxes.iter().map(|own| (own.id.clone(), own.works)).collect();
        let routes = network.parts.tables.iter().flat_map(|own| &own.routes);
        let routed = routes.filter(|own| own.target == reach::network::Target::Middlebox(0)).count();
        (works, routed)
    };
    assert_eq!(compiled(), (vec![(id.clone(), true)], 1));
    let gone = ec2::DeleteVpcEndpointsRequest {
        vpc_endpoint_ids: Some(vec![id.clone()]),
        ..ec2::DeleteVpcEndpointsRequest::default()
    };
    site.call::<ec2::DeleteVpcEndpoints>(&site.provider, gone).unwrap();
    assert_eq!(state().as_deref(), Some("blackhole"));
    assert_eq!(compiled(), (Vec::new(), 0));
}

#[test]
fn what_services_refuse() {
    let site = site();
    let create = |wish| {
        let made = site.call::<ec2::CreateVpcEndpointServiceConfiguration>(&site.provider, wish);
        made.map(|_| ()).unwrap_err()
    };
    let of = |code: &str, sentence: String| (code.to_owned(), sentence);
    let one = "exactly one of network_load_balancer_arn or gateway_load_balancer_arn is a required member"
        .to_owned();
    let empty = ec2::CreateVpcEndpointServiceConfigurationRequest::default;
    let with = |arns: Vec<String>| ec2::CreateVpcEndpointServiceConfigurationRequest {
        network_load_balancer_arns: Some(arns),
        ..empty()
    };
    assert_eq!(create(empty()), of("InvalidParameter", one.clone()));
    let both = ec2::CreateVpcEndpointServiceConfigurationRequest {
        gateway_load_balancer_arns: Some(vec![arn("gwy/one")]),
        ..network()
    };
    assert_eq!(create(both), of("InvalidParameter", one));
    let none = arn("net/none");
    let sentence = format!("The Network Load Balancer ARN '{none}' does not exist");
    assert_eq!(create(with(vec![none])), of("InvalidNetworkLoadBalancerArn.NotFound", sentence));
    for bad in ["x".to_owned(), arn("app/one"), arn("gwy/one")] {
        let sentence = format!("The Network Load Balancer ARN '{bad}' is malformed");
        assert_eq!(create(with(vec![bad])), of("InvalidNetworkLoadBalancerArn.Malformed", sentence));
    }
    let new = arn("net/new");
    let sentence = format!("The load balancer {new} is not active.");
    assert_eq!(create(with(vec![new])), of("InvalidParameter", sentence));
    let v6 = ec2::CreateVpcEndpointServiceConfigurationRequest {
        supported_ip_address_types: Some(vec!["ipv6".to_owned()]),
        ..network()
    };
    let sentence = format!("The load balancer {} does not support the IP address type ipv6.", arn("net/one"));
    assert_eq!(create(v6), of("InvalidParameter", sentence));
    let id = site.service(network()).service_id.unwrap();
    let session = "arn:aws:sts::111111111111:assumed-role/build/session";
    let refused = site.allow(&id, &[session], &[]).map(|_| ()).unwrap_err();
    assert_eq!(refused, of("InvalidPrincipal", format!("Invalid Principal: '{session}'")));
    let missing = "vpce-svc-00000000000000000";
    let refused = site.allow(missing, &["*"], &[]).map(|_| ()).unwrap_err();
    let sentence = format!("The VpcEndpointService Id '{missing}' does not exist");
    assert_eq!(refused, of("InvalidVpcEndpointServiceId.NotFound", sentence));
}

#[test]
fn permissions_are_listed_and_taken_away() {
    let site = site();
    let id = site.service(network()).service_id.unwrap();
    let user = "arn:aws:iam::222222222222:user/ann";
    site.allow(&id, &["*", user], &[]).unwrap();
    let listed = |filter: Option<(&str, &str)>| {
        let filter = filter.map(|(name, value)| ec2::Filter {
            name: Some(name.to_owned()),
            values: Some(vec![value.to_owned()]),
        });
        let wish = ec2::DescribeVpcEndpointServicePermissionsRequest {
            service_id: Some(id.clone()),
            filters: filter.map(|filter| vec![filter]),
            ..ec2::DescribeVpcEndpointServicePermissionsRequest::default()
        };
        let found = site.call::<ec2::DescribeVpcEndpointServicePermissions>(&site.provider, wish).unwrap();
        let principal = |own: ec2::AllowedPrincipal| own.principal.unwrap();
        found.allowed_principals.unwrap().into_iter().map(principal).collect::<Vec<_>>()
    };
    assert_eq!(listed(None), ["*", user]);
    assert_eq!(listed(Some(("principal-type", "User"))), [user]);
    assert_eq!(listed(Some(("principal", "\\*"))), ["*"]);
    site.allow(&id, &[], &["*"]).unwrap();
    assert_eq!(listed(None), [user]);
}

#[test]
fn topics_are_kept_with_their_service() {
    let site = site();
    let id = site.service(network()).service_id.unwrap();
    let topic = "arn:aws:sns:us-east-1:000000000000:told";
    let wish = |arn: &str, events: &[&str]| ec2::CreateVpcEndpointConnectionNotificationRequest {
        service_id: Some(id.clone()),
        connection_notification_arn: Some(arn.to_owned()),
        connection_events: Some(events.iter().map(|own| (*own).to_owned()).collect()),
        ..ec2::CreateVpcEndpointConnectionNotificationRequest::default()
    };
    let create = |wish| site.call::<ec2::CreateVpcEndpointConnectionNotification>(&site.provider, wish);
    let made = create(wish(topic, &["Accept"])).unwrap().connection_notification.unwrap();
    let own = made.connection_notification_id.unwrap();
    assert!(own.starts_with("vpce-nfn-"));
    for (wish, code) in [
        (wish("topic", &["Accept"]), "InvalidParameterValue"),
        (wish(topic, &["Dance"]), "InvalidParameterValue"),
        (wish(topic, &[]), "MissingParameter"),
    ] {
        assert_eq!(create(wish).err().unwrap().0, code);
    }
    let change = ec2::ModifyVpcEndpointConnectionNotificationRequest {
        connection_notification_id: Some(own.clone()),
        connection_events: Some(vec!["Reject".to_owned()]),
        ..ec2::ModifyVpcEndpointConnectionNotificationRequest::default()
    };
    site.call::<ec2::ModifyVpcEndpointConnectionNotification>(&site.provider, change).unwrap();
    let listed = |name: &str, value: &str| {
        let filter = ec2::Filter { name: Some(name.to_owned()), values: Some(vec![value.to_owned()]) };
        let wish = ec2::DescribeVpcEndpointConnectionNotificationsRequest {
            filters: Some(vec![filter]),
            ..ec2::DescribeVpcEndpointConnectionNotificationsRequest::default()
        };
        let found =
            site.call::<ec2::DescribeVpcEndpointConnectionNotifications>(&site.provider, wish).unwrap();
        found.connection_notification_set.unwrap()
    };
    for (name, value) in [
        ("connection-notification-arn", topic),
        ("connection-notification-id", own.as_str()),
        ("connection-notification-state", "Enabled"),
        ("connection-notification-type", "Topic"),
        ("service-id", &id),
    ] {
        assert_eq!((listed(name, value).len(), listed(name, "x").len()), (1, 0), "{name}");
    }
    assert_eq!(listed("service-id", &id)[0].connection_events, Some(vec!["Reject".to_owned()]));
    let delete = || {
        let wish = ec2::DeleteVpcEndpointConnectionNotificationsRequest {
            connection_notification_ids: Some(vec![own.clone()]),
            ..ec2::DeleteVpcEndpointConnectionNotificationsRequest::default()
        };
        codes(
            site.call::<ec2::DeleteVpcEndpointConnectionNotifications>(&site.provider, wish)
                .unwrap()
                .unsuccessful,
        )
    };
    assert!(delete().is_empty());
    assert_eq!(delete(), ["InvalidConnectionNotification.NotFound"]);
    create(wish(topic, &["Accept"])).unwrap();
    assert!(site.delete(&id).is_empty());
    assert!(listed("service-id", &id).is_empty());
}
