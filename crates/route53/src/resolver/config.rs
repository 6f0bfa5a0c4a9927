//! Settings of VPCs: reverse names, validation of signatures, and what becomes of questions while DNS Firewall cannot
//! judge them. A VPC that nobody changed has the defaults, and is in no list.

use super::Resolver;
use super::firewall;
use super::shared::{Asked, Looks, STATE_MILLIS, account, announce, filter, home, require_vpc};
use crate::error::ResolverError as Error;
use ports::Cx;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shapes_route53resolver as resolver_api;
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// A setting that is on, off, or on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Switch {
    On,
    Off,
    Enabling,
    Disabling,
    /// As the profile of the VPC has it.
    Local,
}

impl Switch {
    fn text(self) -> &'static str {
        match self {
            Self::On => "ENABLED",
            Self::Off => "DISABLED",
            Self::Enabling => "ENABLING",
            Self::Disabling => "DISABLING",
            Self::Local => "USE_LOCAL_RESOURCE_SETTING",
        }
    }

    /// What it becomes when it is asked for.
    fn wished(wish: Option<&str>) -> Self {
        match wish {
            Some("ENABLE") => Self::Enabling,
            Some("DISABLE") => Self::Disabling,
            _ => Self::Local,
        }
    }

    fn settled(self) -> Self {
        match self {
            Self::Enabling => Self::On,
            Self::Disabling => Self::Off,
            Self::On | Self::Off | Self::Local => self,
        }
    }
}

/// The settings of a VPC.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct VpcConfig {
    home: String,
    vpc: String,
    /// `None` where nobody changed it.
    reverse: Option<Switch>,
    validation: Option<Switch>,
    fail_open: Option<Switch>,
}

impl Record for VpcConfig {
    const TABLE: &'static str = "route53_resolver_vpc_config";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER];
    type Key = String;

    fn key(&self) -> String {
        Self::key_of(&self.home, &self.vpc)
    }
}

impl VpcConfig {
    const OWNER: Index<Self> = Index { name: "owner", keys: |own| vec![own.home.clone()] };

    fn key_of(home: &str, vpc: &str) -> String {
        format!("{home}/{vpc}")
    }

    fn of(rows: &impl Rows, home: &str, vpc: &str) -> Self {
        let found = rows.row::<Self>(&Self::key_of(home, vpc));
        found.map_or_else(
            || Self {
                home: home.to_owned(),
                vpc: vpc.to_owned(),
                reverse: None,
                validation: None,
                fail_open: None,
            },
            |found| (*found).clone(),
        )
    }

    /// The id of a kind of settings: the same for a VPC whether anybody changed them or not.
    fn id(&self, prefix: &str) -> String {
        let hash = Sha256::digest(self.key());
        let digits: String = hash.iter().take(8).map(|octet| format!("{octet:02x}")).collect();
        format!("{prefix}-0{digits}")
    }

    fn resolver(&self) -> resolver_api::ResolverConfig {
        resolver_api::ResolverConfig {
            id: Some(self.id("rslvr-rc")),
            resource_id: Some(self.vpc.clone()),
            owner_id: Some(account(&self.home).to_owned()),
            autodefined_reverse: Some(self.reverse.unwrap_or(Switch::On).text().to_owned()),
        }
    }

    fn dnssec(&self) -> resolver_api::ResolverDnssecConfig {
        resolver_api::ResolverDnssecConfig {
            id: Some(self.id("rslvr-rdsc")),
            owner_id: Some(account(&self.home).to_owned()),
            resource_id: Some(self.vpc.clone()),
            validation_status: Some(self.validation.unwrap_or(Switch::Off).text().to_owned()),
        }
    }

    fn firewall(&self) -> resolver_api::FirewallConfig {
        resolver_api::FirewallConfig {
            id: Some(self.id("rslvr-fc")),
            resource_id: Some(self.vpc.clone()),
            owner_id: Some(account(&self.home).to_owned()),
            firewall_fail_open: Some(self.fail_open.unwrap_or(Switch::Off).text().to_owned()),
        }
    }
}

/// What was switched is on, or off.
#[derive(Serialize, Deserialize)]
pub(super) struct Settle {
    key: String,
}

impl Job for Settle {
    const KIND: &'static str = "route53_resolver.vpc_config";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(own) = tx.get::<VpcConfig>(&self.key) {
            let settled = |switch: Option<Switch>| switch.map(Switch::settled);
            let (reverse, validation) = (settled(own.reverse), settled(own.validation));
            tx.put(VpcConfig { reverse, validation, ..(*own).clone() });
        }
        Ok(())
    }
}

/// The settings of a VPC that is there.
fn read(cx: &Cx, svc: &Resolver, vpc: Option<&str>) -> Result<VpcConfig, Error> {
    let vpc = vpc.unwrap_or_default();
    // The port that knows VPCs looks within a transaction.
    cx.write(|tx| {
        require_vpc(cx, svc, tx, vpc)?;
        Ok(VpcConfig::of(tx, &home(cx), vpc))
    })
}

fn write(
    cx: &Cx,
    svc: &Resolver,
    vpc: Option<&str>,
    change: impl Fn(&mut VpcConfig) -> Result<(), Error>,
) -> Result<VpcConfig, Error> {
    let vpc = vpc.unwrap_or_default();
    cx.write(|tx| {
        require_vpc(cx, svc, tx, vpc)?;
        let mut config = VpcConfig::of(tx, &home(cx), vpc);
        change(&mut config)?;
        announce(tx, "ResolverConfigChanged", vpc.to_owned());
        tx.put(config.clone());
        tx.after(STATE_MILLIS, Settle { key: config.key() });
        Ok(config)
    })
}

/// `GetResolverConfig`.
pub(super) fn get_resolver(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::GetResolverConfigRequest,
) -> Result<resolver_api::GetResolverConfigResponse, Error> {
    let config = read(cx, svc, input.resource_id.as_deref())?;
    Ok(resolver_api::GetResolverConfigResponse { resolver_config: Some(config.resolver()) })
}

/// `UpdateResolverConfig`.
pub(super) fn update_resolver(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::UpdateResolverConfigRequest,
) -> Result<resolver_api::UpdateResolverConfigResponse, Error> {
    let wish = input.autodefined_reverse_flag;
    let change = |config: &mut VpcConfig| {
        if matches!(config.reverse, Some(Switch::Enabling | Switch::Disabling)) {
            return Err(Error::Unavailable);
        }
        config.reverse = Some(Switch::wished(wish.as_deref()));
        Ok(())
    };
    let config = write(cx, svc, input.resource_id.as_deref(), change)?;
    Ok(resolver_api::UpdateResolverConfigResponse { resolver_config: Some(config.resolver()) })
}

fn changed(cx: &Cx, is_changed: fn(&VpcConfig) -> bool) -> Vec<Arc<VpcConfig>> {
    let mut all = cx.read(|view| view.listed(&VpcConfig::OWNER, &home(cx)));
    all.retain(|own| is_changed(own));
    all
}

/// `ListResolverConfigs`, by VPC.
pub(super) fn list_resolver(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListResolverConfigsRequest,
) -> Result<resolver_api::ListResolverConfigsResponse, Error> {
    let all = changed(cx, |own| own.reverse.is_some());
    let asked =
        Asked { call: &["ListResolverConfigs"], token: input.next_token.as_deref(), most: input.max_results };
    let (page, next_token) = asked.page(cx, all, |own| own.vpc.clone())?;
    let resolver_configs = Some(page.iter().map(|own| own.resolver()).collect());
    Ok(resolver_api::ListResolverConfigsResponse { next_token, resolver_configs })
}

/// `GetResolverDnssecConfig`.
pub(super) fn get_dnssec(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::GetResolverDnssecConfigRequest,
) -> Result<resolver_api::GetResolverDnssecConfigResponse, Error> {
    let config = read(cx, svc, input.resource_id.as_deref())?;
    Ok(resolver_api::GetResolverDnssecConfigResponse { resolver_dnssec_config: Some(config.dnssec()) })
}

/// `UpdateResolverDnssecConfig`.
pub(super) fn update_dnssec(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::UpdateResolverDnssecConfigRequest,
) -> Result<resolver_api::UpdateResolverDnssecConfigResponse, Error> {
    let wish = input.validation;
    let change = |config: &mut VpcConfig| {
        config.validation = Some(Switch::wished(wish.as_deref()));
        Ok(())
    };
    let config = write(cx, svc, input.resource_id.as_deref(), change)?;
    Ok(resolver_api::UpdateResolverDnssecConfigResponse { resolver_dnssec_config: Some(config.dnssec()) })
}

/// `ListResolverDnssecConfigs`, by VPC.
pub(super) fn list_dnssec(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListResolverDnssecConfigsRequest,
) -> Result<resolver_api::ListResolverDnssecConfigsResponse, Error> {
    const LOOKS: [Looks<Arc<VpcConfig>>; 2] = [
        (&["ResourceId"], |own| vec![own.vpc.clone()]),
        (&["ValidationStatus"], |own| own.validation.iter().map(|own| own.text().to_owned()).collect()),
    ];
    let mut all = changed(cx, |own| own.validation.is_some());
    filter(&mut all, input.filters.as_deref(), &LOOKS)?;
    let call = ["ListResolverDnssecConfigs"];
    let asked = Asked { call: &call, token: input.next_token.as_deref(), most: input.max_results };
    let (page, next_token) = asked.page(cx, all, |own| own.vpc.clone())?;
    let resolver_dnssec_configs = Some(page.iter().map(|own| own.dnssec()).collect());
    Ok(resolver_api::ListResolverDnssecConfigsResponse { next_token, resolver_dnssec_configs })
}

/// DNS Firewall has its own words for a VPC that is not there.
fn of_firewall(cx: &Cx, error: Error) -> Error {
    match error {
        Error::NoVpc(id) => firewall::none(cx, &id),
        other => other,
    }
}

/// `GetFirewallConfig`.
pub(super) fn get_firewall(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::GetFirewallConfigRequest,
) -> Result<resolver_api::GetFirewallConfigResponse, Error> {
    let config = read(cx, svc, input.resource_id.as_deref()).map_err(|error| of_firewall(cx, error))?;
    Ok(resolver_api::GetFirewallConfigResponse { firewall_config: Some(config.firewall()) })
}

/// `UpdateFirewallConfig`.
pub(super) fn update_firewall(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::UpdateFirewallConfigRequest,
) -> Result<resolver_api::UpdateFirewallConfigResponse, Error> {
    let wish = match input.firewall_fail_open.as_deref() {
        Some("ENABLED") => Switch::On,
        Some("DISABLED") => Switch::Off,
        _ => Switch::Local,
    };
    let change = |config: &mut VpcConfig| {
        config.fail_open = Some(wish);
        Ok(())
    };
    let config =
        write(cx, svc, input.resource_id.as_deref(), change).map_err(|error| of_firewall(cx, error))?;
    Ok(resolver_api::UpdateFirewallConfigResponse { firewall_config: Some(config.firewall()) })
}

/// `ListFirewallConfigs`, by VPC.
pub(super) fn list_firewall(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListFirewallConfigsRequest,
) -> Result<resolver_api::ListFirewallConfigsResponse, Error> {
    let all = changed(cx, |own| own.fail_open.is_some());
    let asked =
        Asked { call: &["ListFirewallConfigs"], token: input.next_token.as_deref(), most: input.max_results };
    let (page, next_token) = asked.page(cx, all, |own| own.vpc.clone())?;
    let firewall_configs = Some(page.iter().map(|own| own.firewall()).collect());
    Ok(resolver_api::ListFirewallConfigsResponse { next_token, firewall_configs })
}
