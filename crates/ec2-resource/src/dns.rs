//! The names of addresses.

use base::Scope;
use std::net::Ipv4Addr;

/// The name of a private address inside its VPC: `ip-10-0-0-4.ec2.internal`.
pub fn private_name(scope: &Scope, address: Ipv4Addr) -> String {
    format!("ip-{}.{}", dashed(address), domain(scope))
}

/// What the private names of a Region end with.
pub fn domain(scope: &Scope) -> String {
    match scope.region.as_str() {
        "us-east-1" => "ec2.internal".to_owned(),
        region => format!("{region}.compute.internal"),
    }
}

/// The name of a public address: `ec2-198-18-0-1.compute-1.amazonaws.com`.
pub fn public_name(scope: &Scope, address: Ipv4Addr) -> String {
    let suffix = scope.partition.dns_suffix();
    match scope.region.as_str() {
        "us-east-1" => format!("ec2-{}.compute-1.{suffix}", dashed(address)),
        region => format!("ec2-{}.{region}.compute.{suffix}", dashed(address)),
    }
}

fn dashed(address: Ipv4Addr) -> String {
    address.to_string().replace('.', "-")
}

#[cfg(test)]
mod tests {
    use super::{private_name, public_name};
    use base::{AccountId, Region, Scope};

    #[test]
    fn names_tell_address_and_region() {
        for (region, private, public) in [
            ("us-east-1", "ip-10-0-0-4.ec2.internal", "ec2-10-0-0-4.compute-1.amazonaws.com"),
            (
                "eu-west-1",
                "ip-10-0-0-4.eu-west-1.compute.internal",
                "ec2-10-0-0-4.eu-west-1.compute.amazonaws.com",
            ),
        ] {
            let scope = Scope::new(AccountId::DEFAULT, Region::parse(region).unwrap());
            let address = "10.0.0.4".parse().unwrap();
            assert_eq!(
                (private_name(&scope, address), public_name(&scope, address)),
                (private.to_owned(), public.to_owned())
            );
        }
    }
}
