//! Security policies: which protocols and ciphers a listener of HTTPS or TLS speaks.
//!
//! Source: ELB user guides, "Security policies for your Application Load Balancer" and "… Network Load Balancer".

use crate::Elb;
use crate::error::{Error, Missing};
use crate::listing::{Asked, place};
use ports::Cx;
use shapes_elbv2 as api;

const T3: &[&str] = &["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];
/// The same without what FIPS does not know.
const T3_FIPS: &[&str] = &["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"];
const E_GCM: &[&str] = &[
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
];
const E_SHA2: &[&str] = &[
    "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-RSA-AES128-SHA256",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA384",
];
const E_SHA1: &[&str] =
    &["ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA", "ECDHE-ECDSA-AES256-SHA"];
const A_SHA2: &[&str] = &["AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA256"];
const A_SHA1: &[&str] = &["AES128-SHA", "AES256-SHA"];
const TRIPLE_DES: &[&str] = &["DES-CBC3-SHA"];

const V10: &str = "TLSv1";
const V11: &str = "TLSv1.1";
const V12: &str = "TLSv1.2";
const V13: &str = "TLSv1.3";

/// The order in which every policy prefers them, as AWS answers it.
const ORDER: [&[&str]; 9] = [
    T3,
    E_GCM.split_at(2).0,
    E_SHA2.split_at(2).0,
    E_SHA1.split_at(2).0,
    E_GCM.split_at(2).1,
    E_SHA2.split_at(2).1,
    E_SHA1.split_at(2).1,
    &["AES128-GCM-SHA256", "AES128-SHA256", "AES128-SHA", "AES256-GCM-SHA384", "AES256-SHA256", "AES256-SHA"],
    TRIPLE_DES,
];

/// Sets of ciphers.
type Sets = &'static [&'static [&'static str]];

const RES: Sets = &[T3, E_GCM];
const PLAIN: Sets = &[T3, E_GCM, E_SHA2];
const EXT0: Sets = &[T3_FIPS, E_GCM, E_SHA2, E_SHA1];
const EXT1: Sets = &[T3, E_GCM, E_SHA2, A_SHA2];
const EXT2: Sets = &[T3, E_GCM, E_SHA2, E_SHA1, A_SHA2, A_SHA1];
const FIPS_RES: Sets = &[T3_FIPS, E_GCM];
const FIPS_PLAIN: Sets = &[T3_FIPS, E_GCM, E_SHA2];
const FIPS_EXT1: Sets = &[T3_FIPS, E_GCM, E_SHA2, A_SHA2];
const FIPS_EXT2: Sets = &[T3_FIPS, E_GCM, E_SHA2, E_SHA1, A_SHA2, A_SHA1];
const CLASSIC: Sets = &[E_GCM, E_SHA2, E_SHA1, A_SHA2, A_SHA1];
const WITH_3DES: Sets = &[E_GCM, E_SHA2, E_SHA1, A_SHA2, A_SHA1, TRIPLE_DES];
const WITHOUT_SHA1: Sets = &[E_GCM, E_SHA2, A_SHA2];
const FORWARD: Sets = &[E_GCM, E_SHA2, E_SHA1];

/// A policy.
pub(crate) struct Policy {
    /// Without `ELBSecurityPolicy-`.
    name: &'static str,
    protocols: &'static [&'static str],
    ciphers: Sets,
}

const PREFIX: &str = "ELBSecurityPolicy-";

const fn policy(name: &'static str, protocols: &'static [&'static str], ciphers: Sets) -> Policy {
    Policy { name, protocols, ciphers }
}

const ONLY_13: &[&str] = &[V13];
const FROM_12: &[&str] = &[V12, V13];
const FROM_11: &[&str] = &[V11, V12, V13];
const FROM_10: &[&str] = &[V10, V11, V12, V13];
const ONLY_12: &[&str] = &[V12];
const OLD_11: &[&str] = &[V11, V12];
const OLD_10: &[&str] = &[V10, V11, V12];

static POLICIES: [Policy; 39] = [
    policy("2016-08", OLD_10, CLASSIC),
    policy("TLS13-1-2-2021-06", FROM_12, PLAIN),
    policy("TLS13-1-2-Res-2021-06", FROM_12, RES),
    policy("TLS13-1-2-Ext1-2021-06", FROM_12, EXT1),
    policy("TLS13-1-2-Ext2-2021-06", FROM_12, EXT2),
    policy("TLS13-1-1-2021-06", FROM_11, EXT2),
    policy("TLS13-1-0-2021-06", FROM_10, EXT2),
    policy("TLS13-1-3-2021-06", ONLY_13, &[T3]),
    policy("TLS13-1-3-FIPS-2023-04", ONLY_13, &[T3_FIPS]),
    policy("TLS13-1-2-Res-FIPS-2023-04", FROM_12, FIPS_RES),
    policy("TLS13-1-2-FIPS-2023-04", FROM_12, FIPS_PLAIN),
    policy("TLS13-1-2-Ext0-FIPS-2023-04", FROM_12, EXT0),
    policy("TLS13-1-2-Ext1-FIPS-2023-04", FROM_12, FIPS_EXT1),
    policy("TLS13-1-2-Ext2-FIPS-2023-04", FROM_12, FIPS_EXT2),
    policy("TLS13-1-1-FIPS-2023-04", FROM_11, FIPS_EXT2),
    policy("TLS13-1-0-FIPS-2023-04", FROM_10, FIPS_EXT2),
    policy("TLS13-1-3-PQ-2025-09", ONLY_13, &[T3]),
    policy("TLS13-1-2-PQ-2025-09", FROM_12, PLAIN),
    policy("TLS13-1-2-Res-PQ-2025-09", FROM_12, RES),
    policy("TLS13-1-2-Ext1-PQ-2025-09", FROM_12, EXT1),
    policy("TLS13-1-2-Ext2-PQ-2025-09", FROM_12, EXT2),
    policy("TLS13-1-0-PQ-2025-09", FROM_10, EXT2),
    policy("TLS13-1-3-FIPS-PQ-2025-09", ONLY_13, &[T3_FIPS]),
    policy("TLS13-1-2-FIPS-PQ-2025-09", FROM_12, FIPS_PLAIN),
    policy("TLS13-1-2-Res-FIPS-PQ-2025-09", FROM_12, FIPS_RES),
    policy("TLS13-1-2-Ext1-FIPS-PQ-2025-09", FROM_12, FIPS_EXT1),
    policy("TLS13-1-2-Ext0-FIPS-PQ-2025-09", FROM_12, EXT0),
    policy("TLS13-1-2-Ext2-FIPS-PQ-2025-09", FROM_12, FIPS_EXT2),
    policy("TLS13-1-0-FIPS-PQ-2025-09", FROM_10, FIPS_EXT2),
    policy("TLS-1-2-2017-01", ONLY_12, WITHOUT_SHA1),
    policy("TLS-1-1-2017-01", OLD_11, CLASSIC),
    policy("TLS-1-2-Ext-2018-06", ONLY_12, CLASSIC),
    policy("FS-2018-06", OLD_10, FORWARD),
    policy("2015-05", OLD_10, CLASSIC),
    policy("TLS-1-0-2015-04", OLD_10, WITH_3DES),
    policy("FS-1-2-Res-2019-08", ONLY_12, &[E_GCM, E_SHA2]),
    policy("FS-1-1-2019-08", OLD_11, FORWARD),
    policy("FS-1-2-2019-08", ONLY_12, FORWARD),
    policy("FS-1-2-Res-2020-10", ONLY_12, &[E_GCM]),
];

/// The policy of that name.
pub(crate) fn find(name: &str) -> Option<&'static Policy> {
    let rest = name.strip_prefix(PREFIX)?;
    POLICIES.iter().find(|policy| policy.name == rest)
}

/// `DescribeSSLPolicies`: all of them serve application and network load balancers, and none a gateway one.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeSSLPoliciesInput,
) -> Result<api::DescribeSSLPoliciesOutput, Error> {
    let names = input.names.unwrap_or_default();
    let known = |name: &String| find(name).ok_or_else(|| Error::from(Missing::SslPolicies));
    let mut found: Vec<&Policy> = if names.is_empty() {
        POLICIES.iter().collect()
    } else {
        names.iter().map(known).collect::<Result<_, _>>()?
    };
    if input.load_balancer_type.as_deref() == Some("gateway") {
        found.clear();
    }
    let asked = Asked { marker: input.marker, size: input.page_size };
    let call = ["DescribeSSLPolicies", &names.join(",")];
    let (page, next_marker) = asked.page(cx, &call, found.into_iter().enumerate(), place)?;
    let policies = page.into_iter().map(|(_, policy)| shape(policy)).collect();
    Ok(api::DescribeSSLPoliciesOutput { ssl_policies: Some(policies), next_marker })
}

fn shape(policy: &Policy) -> api::SslPolicy {
    let has = |cipher: &&&str| policy.ciphers.iter().any(|set| set.contains(*cipher));
    let ciphers = ORDER.iter().copied().flatten().filter(has).zip(1..);
    let cipher = |(name, priority): (&&str, i32)| api::Cipher {
        name: Some((*name).to_owned()),
        priority: Some(priority),
    };
    let owned = |list: &[&str]| Some(list.iter().map(|own| (*own).to_owned()).collect());
    api::SslPolicy {
        name: Some(format!("{PREFIX}{}", policy.name)),
        ssl_protocols: owned(policy.protocols),
        ciphers: Some(ciphers.map(cipher).collect()),
        supported_load_balancer_types: owned(&["application", "network"]),
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn policies_have_as_many_ciphers_as_the_guide_lists() {
        for (name, want) in [
            ("ELBSecurityPolicy-TLS13-1-3-2021-06", 3),
            ("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", 7),
            ("ELBSecurityPolicy-TLS13-1-2-2021-06", 11),
            ("ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06", 15),
            ("ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", 21),
            ("ELBSecurityPolicy-TLS13-1-0-2021-06", 21),
            ("ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-PQ-2025-09", 14),
            ("ELBSecurityPolicy-TLS13-1-0-FIPS-PQ-2025-09", 20),
            ("ELBSecurityPolicy-2016-08", 18),
            ("ELBSecurityPolicy-TLS-1-0-2015-04", 19),
            ("ELBSecurityPolicy-TLS-1-2-2017-01", 12),
            ("ELBSecurityPolicy-FS-2018-06", 12),
            ("ELBSecurityPolicy-FS-1-2-Res-2019-08", 8),
            ("ELBSecurityPolicy-FS-1-2-Res-2020-10", 4),
        ] {
            let found = find(name).map(|policy| policy.ciphers.iter().map(|set| set.len()).sum::<usize>());
            assert_eq!(found, Some(want), "{name}");
        }
        assert!(find("2016-08").is_none());
    }
}
