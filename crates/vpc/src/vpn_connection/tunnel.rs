//! A tunnel of a VPN connection, and what may be chosen of it. Ranges and defaults: Site-to-Site VPN user guide,
//! "Tunnel options for your AWS Site-to-Site VPN connection".

use crate::error::Error;
use base::{Ids, Ipv4Block};
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

/// Letters of a key that nobody chose.
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
/// Its length.
const KEY_LENGTH: usize = 32;
/// Blocks inside of tunnels that AWS keeps for itself.
const KEPT: [[u8; 4]; 7] = [
    [169, 254, 0, 0],
    [169, 254, 1, 0],
    [169, 254, 2, 0],
    [169, 254, 3, 0],
    [169, 254, 4, 0],
    [169, 254, 5, 0],
    [169, 254, 169, 252],
];

/// A tunnel.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Tunnel {
    /// Amazon's end on the internet.
    pub(crate) outside: Ipv4Addr,
    /// The four addresses inside: Amazon's is the first usable one, the customer's the second.
    pub(crate) inside: Ipv4Block,
    pub(crate) key: String,
    /// What was chosen.
    pub(crate) chosen: Chosen,
}

/// What was chosen; what was not has its default, and is not answered.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chosen {
    phase1_lifetime: Option<i32>,
    phase2_lifetime: Option<i32>,
    rekey_margin: Option<i32>,
    rekey_fuzz: Option<i32>,
    replay_window: Option<i32>,
    dpd_timeout: Option<i32>,
    dpd_action: Option<String>,
    startup_action: Option<String>,
    phase1_encryption: Vec<String>,
    phase2_encryption: Vec<String>,
    phase1_integrity: Vec<String>,
    phase2_integrity: Vec<String>,
    phase1_groups: Vec<i32>,
    phase2_groups: Vec<i32>,
    ike_versions: Vec<String>,
    lifecycle_control: Option<bool>,
}

/// What a call asks of one tunnel.
#[derive(Clone, Default)]
pub(super) struct Wished {
    pub(super) inside: Option<Ipv4Block>,
    pub(super) key: Option<String>,
    pub(super) chosen: Chosen,
}

fn invalid(name: &str) -> Error {
    Error::Parameter(format!("Value for parameter {name} is invalid."))
}

fn number(given: Option<i32>, name: &str, range: RangeInclusive<i32>) -> Result<Option<i32>, Error> {
    if given.is_some_and(|own| !range.contains(&own)) { Err(invalid(name)) } else { Ok(given) }
}

fn words(
    given: impl IntoIterator<Item = Option<String>>,
    name: &str,
    known: &[&str],
) -> Result<Vec<String>, Error> {
    let given: Vec<String> = given.into_iter().flatten().collect();
    if given.iter().any(|own| !known.contains(&own.as_str())) { Err(invalid(name)) } else { Ok(given) }
}

fn word(given: Option<String>, name: &str, known: &[&str]) -> Result<Option<String>, Error> {
    Ok(words([given], name, known)?.pop())
}

fn groups(
    given: impl IntoIterator<Item = Option<i32>>,
    name: &str,
    known: &[i32],
) -> Result<Vec<i32>, Error> {
    let given: Vec<i32> = given.into_iter().flatten().collect();
    if given.iter().any(|own| !known.contains(own)) { Err(invalid(name)) } else { Ok(given) }
}

const ENCRYPTION: &[&str] = &["AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16"];
const INTEGRITY: &[&str] = &["SHA1", "SHA2-256", "SHA2-384", "SHA2-512"];
const GROUPS_1: &[i32] = &[2, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24];
const GROUPS_2: &[i32] = &[2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24];

/// Reads what is asked of a tunnel.
pub(super) fn wished(given: ec2::ModifyVpnTunnelOptionsSpecification) -> Result<Wished, Error> {
    if given.tunnel_inside_ipv6_cidr.is_some() {
        return Err(Error::Parameter("Tunnels of IPv6 are not built yet".to_owned()));
    }
    if given.phase1_additional_key_exchanges.is_some_and(|list| !list.is_empty())
        || given.phase2_additional_key_exchanges.is_some_and(|list| !list.is_empty())
    {
        return Err(Error::Parameter("Additional key exchanges are not built yet".to_owned()));
    }
    let logs = given.log_options.and_then(|own| own.cloud_watch_log_options);
    if logs.is_some_and(|own| own.log_enabled == Some(true) || own.bgp_log_enabled == Some(true)) {
        return Err(Error::Parameter("Logs of tunnels are not built yet".to_owned()));
    }
    let inside = given.tunnel_inside_cidr.map(|text| inside(&text)).transpose()?;
    let key = given.pre_shared_key;
    if key.as_ref().is_some_and(|key| !is_key(key)) {
        return Err(invalid("PreSharedKey"));
    }
    macro_rules! values {
        ($list:expr) => {
            $list.unwrap_or_default().into_iter().map(|own| own.value)
        };
    }
    let phase1_lifetime = number(given.phase1_lifetime_seconds, "Phase1LifetimeSeconds", 900..=28_800)?;
    let phase2_lifetime = number(given.phase2_lifetime_seconds, "Phase2LifetimeSeconds", 900..=3_600)?;
    let longest_margin = phase2_lifetime.unwrap_or(3_600) / 2;
    let rekey_margin = given.rekey_margin_time_seconds;
    let chosen = Chosen {
        phase1_lifetime,
        phase2_lifetime,
        rekey_margin: number(rekey_margin, "RekeyMarginTimeSeconds", 60..=longest_margin)?,
        rekey_fuzz: number(given.rekey_fuzz_percentage, "RekeyFuzzPercentage", 0..=100)?,
        replay_window: number(given.replay_window_size, "ReplayWindowSize", 64..=2_048)?,
        dpd_timeout: number(given.dpd_timeout_seconds, "DPDTimeoutSeconds", 30..=i32::MAX)?,
        dpd_action: word(given.dpd_timeout_action, "DPDTimeoutAction", &["clear", "none", "restart"])?,
        startup_action: word(given.startup_action, "StartupAction", &["add", "start"])?,
        phase1_encryption: words(
            values!(given.phase1_encryption_algorithms),
            "Phase1EncryptionAlgorithms",
            ENCRYPTION,
        )?,
        phase2_encryption: words(
            values!(given.phase2_encryption_algorithms),
            "Phase2EncryptionAlgorithms",
            ENCRYPTION,
        )?,
        phase1_integrity: words(
            values!(given.phase1_integrity_algorithms),
            "Phase1IntegrityAlgorithms",
            INTEGRITY,
        )?,
        phase2_integrity: words(
            values!(given.phase2_integrity_algorithms),
            "Phase2IntegrityAlgorithms",
            INTEGRITY,
        )?,
        phase1_groups: groups(values!(given.phase1_dh_group_numbers), "Phase1DHGroupNumbers", GROUPS_1)?,
        phase2_groups: groups(values!(given.phase2_dh_group_numbers), "Phase2DHGroupNumbers", GROUPS_2)?,
        ike_versions: words(values!(given.ike_versions), "IKEVersions", &["ikev1", "ikev2"])?,
        lifecycle_control: given.enable_tunnel_lifecycle_control,
    };
    Ok(Wished { inside, key, chosen })
}

/// The same of a call that makes a connection.
pub(super) fn wished_at_birth(given: ec2::VpnTunnelOptionsSpecification) -> Result<Wished, Error> {
    wished(ec2::ModifyVpnTunnelOptionsSpecification {
        tunnel_inside_cidr: given.tunnel_inside_cidr,
        tunnel_inside_ipv6_cidr: given.tunnel_inside_ipv6_cidr,
        pre_shared_key: given.pre_shared_key,
        phase1_lifetime_seconds: given.phase1_lifetime_seconds,
        phase2_lifetime_seconds: given.phase2_lifetime_seconds,
        rekey_margin_time_seconds: given.rekey_margin_time_seconds,
        rekey_fuzz_percentage: given.rekey_fuzz_percentage,
        replay_window_size: given.replay_window_size,
        dpd_timeout_seconds: given.dpd_timeout_seconds,
        dpd_timeout_action: given.dpd_timeout_action,
        phase1_encryption_algorithms: given.phase1_encryption_algorithms,
        phase2_encryption_algorithms: given.phase2_encryption_algorithms,
        phase1_integrity_algorithms: given.phase1_integrity_algorithms,
        phase2_integrity_algorithms: given.phase2_integrity_algorithms,
        phase1_dh_group_numbers: given.phase1_dh_group_numbers,
        phase2_dh_group_numbers: given.phase2_dh_group_numbers,
        ike_versions: given.ike_versions,
        startup_action: given.startup_action,
        log_options: given.log_options,
        enable_tunnel_lifecycle_control: given.enable_tunnel_lifecycle_control,
        phase1_additional_key_exchanges: given.phase1_additional_key_exchanges,
        phase2_additional_key_exchanges: given.phase2_additional_key_exchanges,
    })
}

/// A block inside of a tunnel: /30, link-local, and not one that AWS keeps.
fn inside(text: &str) -> Result<Ipv4Block, Error> {
    let block: Option<Ipv4Block> = text.parse().ok();
    let fits = |block: &Ipv4Block| {
        let octets = block.network().octets();
        block.prefix() == 30 && octets[..2] == [169, 254] && !KEPT.contains(&octets)
    };
    block.filter(fits).ok_or_else(|| invalid("TunnelInsideCidr"))
}

/// 8 to 64 letters, digits, dots and underscores; not beginning with zero.
fn is_key(text: &str) -> bool {
    (8..=64).contains(&text.len())
        && !text.starts_with('0')
        && text.bytes().all(|own| own.is_ascii_alphanumeric() || matches!(own, b'.' | b'_'))
}

impl Tunnel {
    /// A tunnel as it is asked for; `taken` are the blocks inside of the gateway's other tunnels.
    pub(super) fn new(
        ids: &Ids,
        wished: Wished,
        outside: Ipv4Addr,
        taken: &[Ipv4Block],
    ) -> Result<Self, Error> {
        let inside = match wished.inside {
            Some(block) if taken.contains(&block) => return Err(invalid("TunnelInsideCidr")),
            Some(block) => block,
            None => free(ids, taken),
        };
        // A key must not begin with zero.
        let drawn = || format!("{}{}", ids.text(&LETTERS[..52], 1), ids.text(LETTERS, KEY_LENGTH - 1));
        Ok(Self { outside, inside, key: wished.key.unwrap_or_else(drawn), chosen: wished.chosen })
    }

    /// Takes over what is asked for; the rest stays.
    pub(super) fn change(&mut self, wished: Wished, taken: &[Ipv4Block]) -> Result<(), Error> {
        if let Some(block) = wished.inside {
            if block != self.inside && taken.contains(&block) {
                return Err(invalid("TunnelInsideCidr"));
            }
            self.inside = block;
        }
        if let Some(key) = wished.key {
            self.key = key;
        }
        let (old, new) = (std::mem::take(&mut self.chosen), wished.chosen);
        let lists = |new: Vec<String>, old: Vec<String>| if new.is_empty() { old } else { new };
        let numbers = |new: Vec<i32>, old: Vec<i32>| if new.is_empty() { old } else { new };
        self.chosen = Chosen {
            phase1_lifetime: new.phase1_lifetime.or(old.phase1_lifetime),
            phase2_lifetime: new.phase2_lifetime.or(old.phase2_lifetime),
            rekey_margin: new.rekey_margin.or(old.rekey_margin),
            rekey_fuzz: new.rekey_fuzz.or(old.rekey_fuzz),
            replay_window: new.replay_window.or(old.replay_window),
            dpd_timeout: new.dpd_timeout.or(old.dpd_timeout),
            dpd_action: new.dpd_action.or(old.dpd_action),
            startup_action: new.startup_action.or(old.startup_action),
            phase1_encryption: lists(new.phase1_encryption, old.phase1_encryption),
            phase2_encryption: lists(new.phase2_encryption, old.phase2_encryption),
            phase1_integrity: lists(new.phase1_integrity, old.phase1_integrity),
            phase2_integrity: lists(new.phase2_integrity, old.phase2_integrity),
            phase1_groups: numbers(new.phase1_groups, old.phase1_groups),
            phase2_groups: numbers(new.phase2_groups, old.phase2_groups),
            ike_versions: lists(new.ike_versions, old.ike_versions),
            lifecycle_control: new.lifecycle_control.or(old.lifecycle_control),
        };
        Ok(())
    }

    /// Amazon's address inside.
    pub(super) fn amazon_inside(&self) -> Option<Ipv4Addr> {
        self.inside.nth(1)
    }

    /// The customer's address inside.
    pub(super) fn customer_inside(&self) -> Option<Ipv4Addr> {
        self.inside.nth(2)
    }

    pub(super) fn shape(&self) -> ec2::TunnelOption {
        let own = &self.chosen;
        macro_rules! list {
            ($list:expr, $shape:ident) => {
                Some($list.iter().cloned().map(|own| ec2::$shape { value: Some(own) }).collect::<Vec<_>>())
                    .filter(|list| !list.is_empty())
            };
        }
        ec2::TunnelOption {
            outside_ip_address: Some(self.outside.to_string()),
            tunnel_inside_cidr: Some(self.inside.to_string()),
            pre_shared_key: Some(self.key.clone()),
            phase1_lifetime_seconds: own.phase1_lifetime,
            phase2_lifetime_seconds: own.phase2_lifetime,
            rekey_margin_time_seconds: own.rekey_margin,
            rekey_fuzz_percentage: own.rekey_fuzz,
            replay_window_size: own.replay_window,
            dpd_timeout_seconds: own.dpd_timeout,
            dpd_timeout_action: own.dpd_action.clone(),
            startup_action: own.startup_action.clone(),
            phase1_encryption_algorithms: list!(own.phase1_encryption, Phase1EncryptionAlgorithmsListValue),
            phase2_encryption_algorithms: list!(own.phase2_encryption, Phase2EncryptionAlgorithmsListValue),
            phase1_integrity_algorithms: list!(own.phase1_integrity, Phase1IntegrityAlgorithmsListValue),
            phase2_integrity_algorithms: list!(own.phase2_integrity, Phase2IntegrityAlgorithmsListValue),
            phase1_dh_group_numbers: list!(own.phase1_groups, Phase1DHGroupNumbersListValue),
            phase2_dh_group_numbers: list!(own.phase2_groups, Phase2DHGroupNumbersListValue),
            ike_versions: list!(own.ike_versions, IKEVersionsListValue),
            enable_tunnel_lifecycle_control: own.lifecycle_control,
            ..ec2::TunnelOption::default()
        }
    }
}

/// A block that no other tunnel of the gateway has: there are more than gateways have tunnels.
fn free(ids: &Ids, taken: &[Ipv4Block]) -> Ipv4Block {
    loop {
        let [high, low] = ids.bytes::<2>();
        let octets = [169, 254, high, low & 0b1111_1100];
        let block = Ipv4Block::new(octets.into(), 30);
        if let Some(block) = block.filter(|block| !KEPT.contains(&octets) && !taken.contains(block)) {
            return block;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{inside, is_key};

    #[test]
    fn keys_and_blocks_inside_are_checked() {
        for (key, want) in [
            ("12345678", true),
            ("1234567", false),
            ("012345678", false),
            ("abc.def_G", true),
            ("abcdefg+", false),
        ] {
            assert_eq!(is_key(key), want, "{key}");
        }
        assert!(!is_key(&"x".repeat(65)) && is_key(&"x".repeat(64)));
        for (block, want) in [
            ("169.254.10.0/30", true),
            ("169.254.10.0/29", false),
            ("169.253.10.0/30", false),
            ("169.254.5.0/30", false),
            ("169.254.5.4/30", true),
            ("169.254.169.252/30", false),
            ("x", false),
        ] {
            assert_eq!(inside(block).is_ok(), want, "{block}");
        }
    }
}
