//! What a service behind VPC endpoints is.

use crate::error::Kind;
use crate::id::{ConnectionNotificationId, ServicePermissionId, VpcEndpointId, VpcEndpointServiceId};
use crate::resource::{self, Resource};
use crate::vpc_endpoint::EndpointKind;
use base::{Scope, Tags, Zone};
use ec2_resource::neighbour::EndpointServices;
use ports::Cx;
use serde::{Deserialize, Serialize};
use store::{Index, Record, Tx};

/// A service of a customer, behind load balancers.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct VpcEndpointService {
    pub(crate) scope: Scope,
    pub(crate) id: VpcEndpointServiceId,
    /// `com.amazonaws.vpce.us-east-1.vpce-svc-…`
    pub(crate) name: String,
    /// The type of the endpoints that lead to it.
    pub(crate) kind: EndpointKind,
    pub(crate) acceptance_required: bool,
    /// The ARNs of its load balancers.
    pub(crate) load_balancers: Vec<String>,
    /// Those of its load balancers.
    pub(crate) zones: Vec<Zone>,
    pub(crate) ip_types: Vec<String>,
    pub(crate) private_name: Option<PrivateName>,
    pub(crate) permissions: Vec<Permission>,
    pub(crate) tags: Tags,
}

/// Endpoint services as load balancers see them.
pub(crate) struct OfLoadBalancers;

impl EndpointServices for OfLoadBalancers {
    fn stand_on(&self, tx: &Tx, scope: &Scope, arn: &str) -> bool {
        let prefix = resource::prefix(scope);
        let mut all = tx.range::<VpcEndpointService>(&prefix);
        all.any(|service| service.load_balancers.iter().any(|own| own == arn))
    }
}

/// A name of the owner's, which nobody has verified yet.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PrivateName {
    pub(crate) name: String,
    /// The TXT record that verifies it: its name's first label, and its value.
    pub(crate) record: (String, String),
}

/// Who may connect.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Permission {
    pub(crate) id: ServicePermissionId,
    pub(crate) principal: String,
    pub(crate) kind: PrincipalKind,
}

/// What a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PrincipalKind {
    All,
    Account,
    OrganizationUnit,
    Role,
    Service,
    User,
}

impl PrincipalKind {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Account => "Account",
            Self::OrganizationUnit => "OrganizationUnit",
            Self::Role => "Role",
            Self::Service => "Service",
            Self::User => "User",
        }
    }

    /// What a text names, if anybody.
    pub(crate) fn of(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::All);
        }
        if text.ends_with(".amazonaws.com") && !text.contains(':') && !text.starts_with('.') {
            return Some(Self::Service);
        }
        let arn: base::Arn = text.parse().ok()?;
        match (arn.service.as_str(), arn.resource.split_once('/')) {
            ("iam", None) if arn.resource == "root" => Some(Self::Account),
            ("iam", Some(("user", name))) if !name.is_empty() => Some(Self::User),
            ("iam", Some(("role", name))) if !name.is_empty() => Some(Self::Role),
            ("organizations", Some(("ou", name))) if !name.is_empty() => Some(Self::OrganizationUnit),
            _ => None,
        }
    }
}

impl VpcEndpointService {
    /// Those of a Region, of all accounts.
    pub(crate) const REGION: Index<Self> =
        Index { name: "region", keys: |own| vec![Self::region_key(&own.scope)] };

    /// What the index of Regions has a scope under.
    pub(crate) fn region_key(scope: &Scope) -> String {
        scope.region.to_string()
    }

    /// What the names of its endpoints end with.
    pub(crate) fn base(&self) -> String {
        format!("{}.{}.vpce.{}", self.id, self.scope.region, self.scope.partition.dns_suffix())
    }

    /// Whether a caller may connect: the owner, and whom the owner has named.
    pub(crate) fn lets(&self, cx: &Cx) -> bool {
        if cx.account() == self.scope.account {
            return true;
        }
        let own = cx.caller().arn(cx.partition());
        let account = format!("arn:{}:iam::{}:root", cx.partition().as_str(), cx.account());
        let named = |permission: &Permission| {
            let principal = permission.principal.as_str();
            permission.kind == PrincipalKind::All || principal == account || own.as_deref() == Some(principal)
        };
        self.permissions.iter().any(named)
    }

    pub(crate) fn key_text(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Record for VpcEndpointService {
    const TABLE: &'static str = "vpc_endpoint_service";
    const INDEXES: &'static [Index<Self>] = &[Self::REGION];
    type Key = String;

    fn key(&self) -> String {
        self.key_text()
    }
}

impl Resource for VpcEndpointService {
    const TYPE: &'static str = "vpc-endpoint-service";
    const PREFIX: &'static str = VpcEndpointServiceId::PREFIX;
    const KIND: Kind = Kind::VpcEndpointService;
    const FILTERS: &'static [&'static str] =
        &["service-id", "service-name", "service-state", "supported-ip-address-types"];

    crate::resource::own_members!();

    fn condition_keys(&self) -> Vec<(&'static str, String)> {
        let region = self.scope.region.to_string();
        let mut keys = vec![
            ("VpceServiceName", self.name.clone()),
            ("VpceServiceRegion", region.clone()),
            // Consumers in other Regions are refused.
            ("VpceSupportedRegion", region),
        ];
        keys.extend(self.private_name.iter().map(|own| ("VpceServicePrivateDnsName", own.name.clone())));
        keys
    }

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "service-id" => vec![self.id.to_string()],
            "service-name" => vec![self.name.clone()],
            "service-state" => vec!["Available".to_owned()],
            "supported-ip-address-types" => self.ip_types.clone(),
            _ => Vec::new(),
        }
    }
}

/// A topic that is told of connections.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ConnectionNotification {
    pub(crate) scope: Scope,
    pub(crate) id: ConnectionNotificationId,
    /// Of a service, or else of an endpoint.
    pub(crate) service: Option<VpcEndpointServiceId>,
    pub(crate) endpoint: Option<VpcEndpointId>,
    pub(crate) topic: String,
    /// `Accept`, `Connect`, `Delete`, `Reject`.
    pub(crate) events: Vec<String>,
    pub(crate) tags: Tags,
}

impl ConnectionNotification {
    pub(crate) fn key_text(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Record for ConnectionNotification {
    const TABLE: &'static str = "vpc_endpoint_notification";
    type Key = String;

    fn key(&self) -> String {
        self.key_text()
    }
}

impl Resource for ConnectionNotification {
    const TYPE: &'static str = "vpc-endpoint-connection-notification";
    const PREFIX: &'static str = ConnectionNotificationId::PREFIX;
    const KIND: Kind = Kind::ConnectionNotification;
    const HAS_TAGS: bool = false;
    const FILTERS: &'static [&'static str] = &[
        "connection-notification-arn",
        "connection-notification-id",
        "connection-notification-state",
        "connection-notification-type",
        "service-id",
        "vpc-endpoint-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "connection-notification-arn" => vec![self.topic.clone()],
            "connection-notification-id" => vec![self.id.to_string()],
            "connection-notification-state" => vec!["Enabled".to_owned()],
            "connection-notification-type" => vec!["Topic".to_owned()],
            "service-id" => self.service.iter().map(ToString::to_string).collect(),
            "vpc-endpoint-id" => self.endpoint.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PrincipalKind;

    #[test]
    fn principals_are_told_apart() {
        for (text, want) in [
            ("*", Some(PrincipalKind::All)),
            ("arn:aws:iam::111111111111:root", Some(PrincipalKind::Account)),
            ("arn:aws:iam::111111111111:user/dev/ann", Some(PrincipalKind::User)),
            ("arn:aws:iam::111111111111:role/build", Some(PrincipalKind::Role)),
            ("vpc-lattice.amazonaws.com", Some(PrincipalKind::Service)),
            ("arn:aws:organizations::111111111111:ou/o-1/ou-1", Some(PrincipalKind::OrganizationUnit)),
            ("arn:aws:sts::111111111111:assumed-role/build/session", None),
            ("arn:aws:iam::111111111111:user/", None),
            ("111111111111", None),
            ("ann", None),
        ] {
            assert_eq!(PrincipalKind::of(text), want, "{text}");
        }
    }
}
