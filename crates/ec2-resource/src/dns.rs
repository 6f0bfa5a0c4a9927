//! The names of addresses.

use base::Scope;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The name of a private address inside its VPC: `ip-10-0-0-4.ec2.internal`.
pub fn private_name(scope: &Scope, address: Ipv4Addr) -> String {
    let domain = domain(scope);
    let mut name = String::with_capacity("ip-255-255-255-255.".len() + domain.len());
    name.push_str("ip-");
    join(&mut name, address, '-');
    name.push('.');
    name.push_str(&domain);
    name
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

/// The public name of an IPv6 address: `f5lnz-….us-east-1.ip.aws`.
///
/// The EC2 user guide shows such names ("View public hostname types") and not how they are made. These are the address as a
/// number of 25 digits with base 36, in fives.
pub fn public_ipv6_name(scope: &Scope, address: Ipv6Addr) -> String {
    format!("{}.{}.ip.aws", fives(address), scope.region)
}

/// The public name of an IPv6 address and an IPv4 one: the first, and seven digits of the second.
pub fn dual_stack_name(scope: &Scope, v6: Ipv6Addr, v4: Ipv4Addr) -> String {
    let digits = in_base_36(u128::from(u32::from(v4)), 7);
    format!("{}-{digits}.{}.ip.aws", fives(v6), scope.region)
}

fn fives(address: Ipv6Addr) -> String {
    let digits = in_base_36(u128::from(address), 25);
    let parts: Vec<&str> = (0..25).step_by(5).filter_map(|at| digits.get(at..at + 5)).collect();
    parts.join("-")
}

fn in_base_36(mut number: u128, length: usize) -> String {
    let mut digits = Vec::with_capacity(length);
    for _ in 0..length {
        let digit = u32::try_from(number % 36).ok().and_then(|digit| char::from_digit(digit, 36));
        digits.extend(digit);
        number /= 36;
    }
    digits.iter().rev().collect()
}

fn dashed(address: Ipv4Addr) -> String {
    let mut text = String::with_capacity("255-255-255-255".len());
    join(&mut text, address, '-');
    text
}

/// An address as it is written. `Display` says the same, in five times the time, and lists are full of addresses.
pub fn dotted(address: Ipv4Addr) -> String {
    let mut text = String::with_capacity("255.255.255.255".len());
    join(&mut text, address, '.');
    text
}

/// The four numbers of an address with something between them.
fn join(text: &mut String, address: Ipv4Addr, between: char) {
    let digit = |number: u8| char::from(b'0' + number % 10);
    for (position, number) in address.octets().into_iter().enumerate() {
        if position > 0 {
            text.push(between);
        }
        if number >= 100 {
            text.push(digit(number / 100));
        }
        if number >= 10 {
            text.push(digit(number / 10));
        }
        text.push(digit(number));
    }
}

#[cfg(test)]
mod tests {
    use super::{dotted, dual_stack_name, private_name, public_ipv6_name, public_name};
    use base::{AccountId, Region, Scope};

    #[test]
    fn names_of_ipv6_are_those_of_one_address() {
        let scope = Scope::new(AccountId::DEFAULT, Region::us_east_1());
        let name = |text: &str| public_ipv6_name(&scope, text.parse().unwrap());
        assert_eq!(name("::"), "00000-00000-00000-00000-00000.us-east-1.ip.aws");
        assert_eq!(name("::25"), "00000-00000-00000-00000-00011.us-east-1.ip.aws");
        let last = name("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        assert_eq!(last, "f5lxx-1zz5p-noryn-qglhz-msp33.us-east-1.ip.aws");
        let dual = dual_stack_name(&scope, "::25".parse().unwrap(), "0.0.0.37".parse().unwrap());
        assert_eq!(dual, "00000-00000-00000-00000-00011-0000011.us-east-1.ip.aws");
    }

    #[test]
    fn addresses_are_written_as_everybody_writes_them() {
        for text in ["0.0.0.0", "255.255.255.255", "10.0.9.100", "1.20.99.101"] {
            assert_eq!(dotted(text.parse().unwrap()), text);
        }
    }

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
