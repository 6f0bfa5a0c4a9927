//! An image as it is in every Region; what differs between Regions is worked out when it is asked for.

use crate::owner::Owner;
use crate::parameter::Lead;
use crate::{Image, Platform, Volume, families, id, recorded};
use base::{Region, Timestamp};
use std::sync::OnceLock;

const DAY_MS: i64 = 86_400_000;

/// Where the Region's name stands in names that have it.
const REGION: &str = "{region}";

/// An image of any Region.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    /// The name; it may have `{region}` in it.
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) owner: Owner,
    /// Whether AWS shows the owner as `amazon`.
    pub(crate) has_alias: bool,
    pub(crate) architecture: &'static str,
    /// Year, month and day.
    pub(crate) made_on: (i32, u32, u32),
    pub(crate) root_device: &'static str,
    /// Device, size in GiB, type.
    pub(crate) volumes: Vec<(&'static str, u32, &'static str)>,
    pub(crate) ephemeral_devices: &'static [(&'static str, &'static str)],
    pub(crate) boot_mode: Option<&'static str>,
    pub(crate) wants_tokens: bool,
    pub(crate) platform: Platform,
    /// The parameters that lead to it.
    pub(crate) leads: Vec<Lead>,
    /// Ids that were recorded, by Region.
    pub(crate) recorded_ids: Vec<(&'static str, &'static str)>,
}

impl Template {
    /// All of them.
    pub(crate) fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Template>> = OnceLock::new();
        ALL.get_or_init(|| {
            let mut all = recorded::images();
            all.extend(families::images());
            all
        })
    }

    /// A Linux on one `gp3` volume, which is what most are.
    pub(crate) fn linux(
        name: String,
        owner: Owner,
        architecture: &'static str,
        made_on: (i32, u32, u32),
    ) -> Self {
        let (root_device, boot_mode) = ("/dev/xvda", (architecture == "arm64").then_some("uefi"));
        Self {
            name,
            description: None,
            owner,
            has_alias: true,
            architecture,
            made_on,
            root_device,
            volumes: vec![(root_device, 8, "gp3")],
            ephemeral_devices: &[],
            boot_mode,
            wants_tokens: false,
            platform: Platform::Linux,
            leads: Vec::new(),
            recorded_ids: Vec::new(),
        }
    }

    /// The id in a Region.
    pub(crate) fn id(&self, region: &Region) -> String {
        let known = self.recorded_ids.iter().find(|(at, _)| *at == region.as_str());
        match known {
            Some((_, digits)) => format!("ami-{digits}"),
            None => id::derived("ami-", &[region.as_str(), &self.name_in(region)]),
        }
    }

    /// The name in a Region.
    pub(crate) fn name_in(&self, region: &Region) -> String {
        self.name.replace(REGION, region.as_str())
    }

    /// The image in a Region.
    pub(crate) fn image(&self, region: &Region) -> Image {
        let name = self.name_in(region);
        let volume = |&(device, size_gib, volume_type): &(&'static str, u32, &'static str)| Volume {
            device,
            snapshot_id: id::derived("snap-", &[region.as_str(), &name, device]),
            size_gib,
            volume_type,
        };
        Image {
            id: self.id(region),
            description: self.description.clone(),
            owner_id: self.owner.account(region),
            owner_alias: self.has_alias.then_some("amazon"),
            architecture: self.architecture,
            created_at: self.created_at(),
            root_device: self.root_device,
            volumes: self.volumes.iter().map(volume).collect(),
            ephemeral_devices: self.ephemeral_devices,
            boot_mode: self.boot_mode,
            wants_tokens: self.wants_tokens,
            platform: self.platform,
            parameter: self.leads.iter().find_map(Lead::to_id),
            name,
        }
    }

    /// The day it was made on, at a second of it that follows from the name.
    fn created_at(&self) -> Timestamp {
        let second = i64::try_from(id::digest(&[&self.name]) % 86_400).unwrap_or_default();
        Timestamp::from_millis(days_since_1970(self.made_on) * DAY_MS + second * 1_000)
    }
}

/// Days from 1970 to a day of the Gregorian calendar.
fn days_since_1970((year, month, day): (i32, u32, u32)) -> i64 {
    // The year begins in March, so that the day a leap year adds is the last one.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::days_since_1970;

    #[test]
    fn days_are_counted() {
        for (day, want) in [
            ((1970, 1, 1), 0),
            ((1970, 3, 1), 59),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((2026, 9, 30), 20_726),
        ] {
            assert_eq!(days_since_1970(day), want, "{day:?}");
        }
    }
}
