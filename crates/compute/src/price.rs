//! What an hour of an instance costs here.
//!
//! No price list of AWS's is part of angae, and the prices of spare capacity are nobody's to know beforehand. What is
//! told is a figure of ours, by vCPUs and memory, near what AWS publishes for its families of three sizes (`c5`, `m5`,
//! `r5`) and for `t3`; spare capacity costs three tenths of it, in every zone and at every time. It is there so that
//! requests with a highest price, and fleets that look for the lowest one, have something to decide by.

use instance_types::InstanceType;
use std::fmt;

/// Of a vCPU and of a GiB of memory, in millionths of a dollar.
const VCPU: u64 = 36_000;
const GIB: u64 = 3_300;
/// Of a GiB of burstable types, whose vCPUs cost nothing.
const BURSTABLE_GIB: u64 = 10_400;
/// Of an accelerator.
const ACCELERATOR: u64 = 400_000;
/// What Windows adds for a vCPU.
const WINDOWS_VCPU: u64 = 46_000;

/// Millionths of a dollar an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Price(u64);

impl Price {
    /// On demand.
    pub(crate) fn on_demand(of: &InstanceType, is_windows: bool) -> Self {
        let vcpus = u64::from(of.vcpus.default_vcpus);
        let of_machine = match of.is_burstable {
            true => of.memory_mib * BURSTABLE_GIB / 1024,
            false => vcpus * VCPU + of.memory_mib * GIB / 1024,
        };
        let accelerators: u64 = of.gpus.iter().map(|gpu| u64::from(gpu.count)).sum::<u64>()
            + of.neuron_devices.iter().map(|chip| u64::from(chip.count)).sum::<u64>();
        let system = if is_windows { vcpus * WINDOWS_VCPU } else { 0 };
        Self(of_machine + accelerators * ACCELERATOR + system)
    }

    /// Of spare capacity.
    pub(crate) fn spot(of: &InstanceType, is_windows: bool) -> Self {
        Self(Self::on_demand(of, is_windows).0 * 3 / 10)
    }

    /// Reads what clients write: `0.05`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !digits(whole) || !digits(fraction) {
            return None;
        }
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let six: String = fraction.chars().chain("000000".chars()).take(6).collect();
        whole.checked_mul(1_000_000)?.checked_add(six.parse().ok()?).map(Self)
    }
}

impl Price {
    /// Of a unit of capacity, where an instance counts for so many.
    pub(crate) fn per_unit(self, weight: f64) -> f64 {
        let whole = u32::try_from(self.0).map_or(f64::MAX, f64::from);
        whole / weight.max(f64::MIN_POSITIVE)
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::Price;

    #[test]
    fn prices_are_read_as_they_are_written() {
        for (text, want) in [
            ("0.05", Some("0.050000")),
            ("12", Some("12.000000")),
            (".5", Some("0.500000")),
            ("0.0000019", Some("0.000001")),
            ("", None),
            (".", None),
            ("-1", None),
            ("1e3", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(Price::parse(text).map(|price| price.to_string()).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn larger_types_cost_more_and_spare_ones_less() {
        let of = |name: &str| instance_types::by_name(name).unwrap();
        assert_eq!(Price::on_demand(&of("t3.micro"), false).to_string(), "0.010400");
        assert_eq!(Price::on_demand(&of("m5.large"), false).to_string(), "0.098400");
        assert_eq!(Price::spot(&of("m5.large"), false).to_string(), "0.029520");
        assert!(Price::on_demand(&of("m5.xlarge"), false) > Price::on_demand(&of("m5.large"), false));
        assert!(Price::spot(&of("m5.large"), true) > Price::spot(&of("m5.large"), false));
    }
}
