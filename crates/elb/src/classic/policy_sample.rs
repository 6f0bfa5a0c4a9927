//! The sample policies that AWS brings, and the ciphers that policies of negotiation know.
//!
//! Source: the answers of DescribeLoadBalancerPolicies that the modules of sidick/terraform-aws-elb-ssl-negotiation were
//! made from; ELB user guide, "Predefined SSL security policies for Classic Load Balancers", which names them.

use super::policy_type::{NEGOTIATION, REFERENCE};
use super::record::Policy;

/// Protocols and the order of ciphers, each with its default.
pub(super) const SWITCHES: [(&str, &str); 5] = [
    ("Protocol-TLSv1", "true"),
    ("Protocol-SSLv3", "false"),
    ("Protocol-TLSv1.1", "true"),
    ("Protocol-TLSv1.2", "true"),
    (ORDERED, "true"),
];
const ORDERED: &str = "Server-Defined-Cipher-Order";

/// Every cipher, in the order of answers.
pub(super) const CIPHERS: [&str; 88] = [
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-RSA-AES128-SHA256",
    "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-RSA-AES128-SHA",
    "DHE-RSA-AES128-SHA",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA",
    "ECDHE-ECDSA-AES256-SHA",
    "AES128-GCM-SHA256",
    "AES128-SHA256",
    "AES128-SHA",
    "AES256-GCM-SHA384",
    "AES256-SHA256",
    "AES256-SHA",
    "DHE-DSS-AES128-SHA",
    "CAMELLIA128-SHA",
    "EDH-RSA-DES-CBC3-SHA",
    "DES-CBC3-SHA",
    "ECDHE-RSA-RC4-SHA",
    "RC4-SHA",
    "ECDHE-ECDSA-RC4-SHA",
    "DHE-DSS-AES256-GCM-SHA384",
    "DHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-AES256-SHA256",
    "DHE-DSS-AES256-SHA256",
    "DHE-RSA-AES256-SHA",
    "DHE-DSS-AES256-SHA",
    "DHE-RSA-CAMELLIA256-SHA",
    "DHE-DSS-CAMELLIA256-SHA",
    "CAMELLIA256-SHA",
    "EDH-DSS-DES-CBC3-SHA",
    "DHE-DSS-AES128-GCM-SHA256",
    "DHE-RSA-AES128-GCM-SHA256",
    "DHE-RSA-AES128-SHA256",
    "DHE-DSS-AES128-SHA256",
    "DHE-RSA-CAMELLIA128-SHA",
    "DHE-DSS-CAMELLIA128-SHA",
    "ADH-AES128-GCM-SHA256",
    "ADH-AES128-SHA",
    "ADH-AES128-SHA256",
    "ADH-AES256-GCM-SHA384",
    "ADH-AES256-SHA",
    "ADH-AES256-SHA256",
    "ADH-CAMELLIA128-SHA",
    "ADH-CAMELLIA256-SHA",
    "ADH-DES-CBC3-SHA",
    "ADH-DES-CBC-SHA",
    "ADH-RC4-MD5",
    "ADH-SEED-SHA",
    "DES-CBC-SHA",
    "DHE-DSS-SEED-SHA",
    "DHE-RSA-SEED-SHA",
    "EDH-DSS-DES-CBC-SHA",
    "EDH-RSA-DES-CBC-SHA",
    "IDEA-CBC-SHA",
    "RC4-MD5",
    "SEED-SHA",
    "DES-CBC3-MD5",
    "DES-CBC-MD5",
    "RC2-CBC-MD5",
    "PSK-AES256-CBC-SHA",
    "PSK-3DES-EDE-CBC-SHA",
    "KRB5-DES-CBC3-SHA",
    "KRB5-DES-CBC3-MD5",
    "PSK-AES128-CBC-SHA",
    "PSK-RC4-SHA",
    "KRB5-RC4-SHA",
    "KRB5-RC4-MD5",
    "KRB5-DES-CBC-SHA",
    "KRB5-DES-CBC-MD5",
    "EXP-EDH-RSA-DES-CBC-SHA",
    "EXP-EDH-DSS-DES-CBC-SHA",
    "EXP-ADH-DES-CBC-SHA",
    "EXP-DES-CBC-SHA",
    "EXP-RC2-CBC-MD5",
    "EXP-KRB5-RC2-CBC-SHA",
    "EXP-KRB5-DES-CBC-SHA",
    "EXP-KRB5-RC2-CBC-MD5",
    "EXP-KRB5-DES-CBC-MD5",
    "EXP-ADH-RC4-MD5",
    "EXP-RC4-MD5",
    "EXP-KRB5-RC4-SHA",
    "EXP-KRB5-RC4-MD5",
];

/// Sets of ciphers.
type Sets = &'static [&'static [&'static str]];

/// Neither SHA-1 nor anything older.
const MODERN: &[&str] = &[
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-RSA-AES128-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA384",
    "AES128-GCM-SHA256",
    "AES128-SHA256",
    "AES256-GCM-SHA384",
    "AES256-SHA256",
];
const ELLIPTIC_SHA1: &[&str] =
    &["ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA", "ECDHE-ECDSA-AES256-SHA"];
const AES_SHA1: &[&str] = &["AES128-SHA", "AES256-SHA"];
const TRIPLE_DES: &[&str] = &["DES-CBC3-SHA"];
const DIFFIE_HELLMAN: &[&str] = &["DHE-RSA-AES128-SHA", "DHE-DSS-AES128-SHA"];
const RC4: &[&str] = &["RC4-SHA"];
const ELLIPTIC_RC4: &[&str] = &["ECDHE-RSA-RC4-SHA"];
const MD5: &[&str] = &["RC4-MD5"];
const BEFORE_2014: &[&str] = &[
    "CAMELLIA128-SHA",
    "EDH-RSA-DES-CBC3-SHA",
    "DHE-RSA-AES256-SHA",
    "DHE-DSS-AES256-SHA",
    "DHE-RSA-CAMELLIA256-SHA",
    "DHE-DSS-CAMELLIA256-SHA",
    "CAMELLIA256-SHA",
    "EDH-DSS-DES-CBC3-SHA",
    "DHE-RSA-CAMELLIA128-SHA",
    "DHE-DSS-CAMELLIA128-SHA",
];
/// What OpenSSL had besides.
const OPENSSL: &[&str] = &[
    "DES-CBC-SHA",
    "DHE-DSS-SEED-SHA",
    "DHE-RSA-SEED-SHA",
    "EDH-DSS-DES-CBC-SHA",
    "EDH-RSA-DES-CBC-SHA",
    "SEED-SHA",
    "PSK-AES256-CBC-SHA",
    "PSK-3DES-EDE-CBC-SHA",
    "KRB5-DES-CBC3-SHA",
    "KRB5-DES-CBC3-MD5",
    "PSK-AES128-CBC-SHA",
    "PSK-RC4-SHA",
    "KRB5-RC4-SHA",
    "KRB5-RC4-MD5",
    "KRB5-DES-CBC-SHA",
    "KRB5-DES-CBC-MD5",
    "EXP-EDH-RSA-DES-CBC-SHA",
    "EXP-EDH-DSS-DES-CBC-SHA",
    "EXP-DES-CBC-SHA",
    "EXP-RC2-CBC-MD5",
    "EXP-KRB5-RC2-CBC-SHA",
    "EXP-KRB5-DES-CBC-SHA",
    "EXP-KRB5-RC2-CBC-MD5",
    "EXP-KRB5-DES-CBC-MD5",
    "EXP-RC4-MD5",
    "EXP-KRB5-RC4-SHA",
    "EXP-KRB5-RC4-MD5",
];

const COMMON: Sets = &[MODERN, ELLIPTIC_SHA1, AES_SHA1];
const OF_2015_05: Sets = &[MODERN, ELLIPTIC_SHA1, AES_SHA1, TRIPLE_DES];
const OF_2015_03: Sets = &[MODERN, ELLIPTIC_SHA1, AES_SHA1, DIFFIE_HELLMAN, TRIPLE_DES];
const OF_2015_02: Sets = &[MODERN, ELLIPTIC_SHA1, AES_SHA1, DIFFIE_HELLMAN];
const OF_2014: Sets = &[MODERN, ELLIPTIC_SHA1, AES_SHA1, DIFFIE_HELLMAN, ELLIPTIC_RC4, RC4];
const OF_2011: Sets = &[AES_SHA1, DIFFIE_HELLMAN, TRIPLE_DES, RC4, BEFORE_2014];
const FIRST: Sets = &[AES_SHA1, TRIPLE_DES, RC4, MD5];
const OF_OPENSSL: Sets = &[AES_SHA1, DIFFIE_HELLMAN, TRIPLE_DES, RC4, MD5, BEFORE_2014, OPENSSL];

const ONLY_12: &[&str] = &["Protocol-TLSv1.2", ORDERED];
const FROM_11: &[&str] = &["Protocol-TLSv1.1", "Protocol-TLSv1.2", ORDERED];
const FROM_10: &[&str] = &["Protocol-TLSv1", "Protocol-TLSv1.1", "Protocol-TLSv1.2", ORDERED];
const FROM_SSL: &[&str] =
    &["Protocol-SSLv3", "Protocol-TLSv1", "Protocol-TLSv1.1", "Protocol-TLSv1.2", ORDERED];
const OLD: &[&str] = &["Protocol-SSLv3", "Protocol-TLSv1"];

/// A sample: its name, what is on of protocols, and its ciphers.
const SAMPLES: [(&str, &[&str], Sets); 11] = [
    ("ELBSecurityPolicy-2016-08", FROM_10, COMMON),
    ("ELBSecurityPolicy-TLS-1-2-2017-01", ONLY_12, &[MODERN]),
    ("ELBSecurityPolicy-TLS-1-1-2017-01", FROM_11, COMMON),
    ("ELBSecurityPolicy-2015-05", FROM_10, OF_2015_05),
    ("ELBSecurityPolicy-2015-03", FROM_10, OF_2015_03),
    ("ELBSecurityPolicy-2015-02", FROM_10, OF_2015_02),
    ("ELBSecurityPolicy-2014-10", FROM_10, OF_2014),
    ("ELBSecurityPolicy-2014-01", FROM_SSL, OF_2014),
    ("ELBSecurityPolicy-2011-08", OLD, OF_2011),
    ("ELBSample-ELBDefaultCipherPolicy", OLD, FIRST),
    ("ELBSample-OpenSSLDefaultCipherPolicy", OLD, OF_OPENSSL),
];

/// The default of a cipher in a policy that does not say.
pub(super) fn default(cipher: &str) -> &'static str {
    if OF_2015_05.iter().any(|set| set.contains(&cipher)) { "true" } else { "false" }
}

fn sample((name, switches, ciphers): &(&str, &[&str], Sets)) -> Policy {
    let has_cipher = |own: &&str| ciphers.iter().any(|set| set.contains(own));
    let switches = SWITCHES.iter().map(|(own, _)| (*own, switches.contains(own)));
    let ciphers = CIPHERS.iter().map(|own| (*own, has_cipher(own)));
    let text = |(name, is_on): (&str, bool)| (name.to_owned(), is_on.to_string());
    Policy {
        name: (*name).to_owned(),
        kind: NEGOTIATION.to_owned(),
        attributes: switches.chain(ciphers).map(text).collect(),
    }
}

/// The sample policies.
pub(super) fn all() -> Vec<Policy> {
    SAMPLES.iter().map(sample).collect()
}

/// The sample policy of that name. Two of them have a second one.
pub(super) fn find(name: &str) -> Option<Policy> {
    let first = match name {
        "ELBSample-ELBDefaultNegotiationPolicy" => "ELBSample-ELBDefaultCipherPolicy",
        "ELBSample-OpenSSLDefaultNegotiationPolicy" => "ELBSample-OpenSSLDefaultCipherPolicy",
        other => other,
    };
    let found = SAMPLES.iter().find(|(own, ..)| *own == first)?;
    Some(Policy { name: name.to_owned(), ..sample(found) })
}

/// What a policy has that refers to the sample of that name.
pub(super) fn referring(name: &str) -> Option<Vec<(String, String)>> {
    let reference = std::iter::once((REFERENCE.to_owned(), name.to_owned()));
    Some(reference.chain(find(name)?.attributes).collect())
}

#[cfg(test)]
mod tests {
    use super::{CIPHERS, SAMPLES, all, find};

    #[test]
    fn samples_have_as_many_ciphers_as_were_recorded() {
        for (name, want) in [
            ("ELBSecurityPolicy-2016-08", 18),
            ("ELBSecurityPolicy-TLS-1-2-2017-01", 12),
            ("ELBSecurityPolicy-TLS-1-1-2017-01", 18),
            ("ELBSecurityPolicy-2015-05", 19),
            ("ELBSecurityPolicy-2015-03", 21),
            ("ELBSecurityPolicy-2015-02", 20),
            ("ELBSecurityPolicy-2014-10", 22),
            ("ELBSecurityPolicy-2014-01", 22),
            ("ELBSecurityPolicy-2011-08", 16),
            ("ELBSample-ELBDefaultNegotiationPolicy", 5),
            ("ELBSample-OpenSSLDefaultCipherPolicy", 44),
        ] {
            let found = find(name).unwrap();
            let is_cipher = |name: &str| CIPHERS.contains(&name);
            let on = found.attributes.iter().filter(|(own, value)| is_cipher(own) && value == "true");
            assert_eq!((on.count(), found.name.as_str()), (want, name));
        }
        assert_eq!(all().len(), 11);
    }

    #[test]
    fn ciphers_of_samples_are_known_and_stand_once() {
        let mut names = CIPHERS.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CIPHERS.len());
        for (name, _, sets) in SAMPLES {
            assert!(sets.iter().flat_map(|set| set.iter()).all(|own| CIPHERS.contains(own)), "{name}");
        }
    }
}
