//! What an elastic address is.

use crate::error::Kind;
use crate::id::{AddressAssociationId, AllocationId, NetworkInterfaceId, VpcId};
use crate::network_interface::NetworkInterface;
use crate::resource::{self, Resource};
use base::{Scope, Tags};
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;
use store::{Index, Job, JobError, Record, Tx, View};

/// A public address that an account keeps.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Address {
    pub(crate) scope: Scope,
    pub(crate) id: AllocationId,
    pub(crate) public_ip: Ipv4Addr,
    /// The pool of IPAM that it is from.
    #[serde(default)]
    pub(crate) pool: Option<String>,
    /// Where it leads.
    pub(crate) association: Option<Association>,
    /// The name that its address resolves to.
    pub(crate) ptr: Option<String>,
    /// The name that it is about to get.
    pub(crate) ptr_update: Option<String>,
    pub(crate) tags: Tags,
}

/// Where an address leads.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Association {
    pub(crate) id: AddressAssociationId,
    pub(crate) interface: NetworkInterfaceId,
    pub(crate) vpc_id: VpcId,
    pub(crate) private_ip: Ipv4Addr,
    /// The interface belongs to a service, which alone may end this.
    pub(crate) is_service: bool,
}

impl Address {
    /// The one with a public address, in all accounts and Regions.
    pub(crate) const PUBLIC: Index<Self> =
        Index { name: "public", keys: |address| vec![address.public_ip.to_string()] };
    /// Those that lead to an interface.
    pub(crate) const INTERFACE: Index<Self> = Index {
        name: "interface",
        keys: |address| address.associated(|own| resource::key(&address.scope, own.interface.as_str())),
    };
    /// Those that lead into a VPC.
    pub(crate) const VPC: Index<Self> = Index {
        name: "vpc",
        keys: |address| address.associated(|own| resource::key(&address.scope, own.vpc_id.as_str())),
    };
    /// The one with an association.
    pub(crate) const ASSOCIATION: Index<Self> = Index {
        name: "association",
        keys: |address| address.associated(|own| resource::key(&address.scope, own.id.as_str())),
    };

    /// The pool that it is from, as it is told.
    pub(crate) fn pool(&self) -> &str {
        self.pool.as_deref().unwrap_or("amazon")
    }

    /// The instance that it leads to.
    pub(crate) fn instance(&self, view: &View) -> Option<String> {
        let own = self.association.as_ref()?;
        let card = view.get::<NetworkInterface>(&resource::key(&self.scope, own.interface.as_str()))?;
        card.attachment.as_ref()?.instance_id.clone()
    }

    fn associated(&self, key: impl Fn(&Association) -> String) -> Vec<String> {
        self.association.iter().map(key).collect()
    }
}

impl Record for Address {
    const TABLE: &'static str = "vpc_address";
    const INDEXES: &'static [Index<Self>] = &[Self::PUBLIC, Self::INTERFACE, Self::VPC, Self::ASSOCIATION];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for Address {
    const TYPE: &'static str = "elastic-ip";
    const PREFIX: &'static str = AllocationId::PREFIX;
    const KIND: Kind = Kind::Allocation;
    const PAGE: (i32, i32) = (1, 1000);
    const FILTERS: &'static [&'static str] = &[
        "allocation-id",
        "association-id",
        "domain",
        "instance-id",
        "network-border-group",
        "network-interface-id",
        "network-interface-owner-id",
        "private-ip-address",
        "public-ip",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "allocation-id" => vec![self.id.to_string()],
            "association-id" => self.associated(|own| own.id.to_string()),
            "domain" => vec!["vpc".to_owned()],
            "network-border-group" => vec![self.scope.region.to_string()],
            "network-interface-id" => self.associated(|own| own.interface.to_string()),
            "network-interface-owner-id" => self.associated(|_| self.scope.account.to_string()),
            "private-ip-address" => self.associated(|own| own.private_ip.to_string()),
            "public-ip" => vec![self.public_ip.to_string()],
            _ => Vec::new(),
        }
    }

    fn filter_within(&self, view: &View, name: &str) -> Vec<String> {
        match name {
            "instance-id" => self.instance(view).into_iter().collect(),
            _ => self.filter(name),
        }
    }
}

/// The end of the wait for a name.
#[derive(Serialize, Deserialize)]
pub(crate) struct Named {
    pub(crate) scope: Scope,
    pub(crate) id: AllocationId,
}

impl Job for Named {
    const KIND: &'static str = "vpc.address-named";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(address) = tx.get::<Address>(&resource::key(&self.scope, self.id.as_str())) {
            let mut address = (*address).clone();
            address.ptr = address.ptr_update.take().or(address.ptr);
            tx.put(address);
        }
        Ok(())
    }
}
