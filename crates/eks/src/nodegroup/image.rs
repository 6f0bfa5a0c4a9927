//! The kinds of images that nodes run, and the releases of them that we know.
//!
//! Source: EKS API reference, "AMITypes"; the public parameters that lead to the images.

use base::Region;
use serde::{Deserialize, Serialize};

/// A kind of image, by the word that the API has for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct AmiType(pub(crate) String);

/// A release of a kind of images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// `ami-…`.
    pub(crate) image: String,
    /// `1.34.1-20251112`.
    pub(crate) release_version: String,
}

/// The first version of Kubernetes whose nodes run Amazon Linux 2023 where nothing else is asked for.
/// Source: EKS user guide, "Upgrade from Amazon Linux 2 to Amazon Linux 2023".
const FIRST_WITH_AMAZON_LINUX_2023: u32 = 30;

impl AmiType {
    /// That of nodes of which nothing else is known.
    pub(crate) fn usual(minor: u32) -> Self {
        let word = if minor < FIRST_WITH_AMAZON_LINUX_2023 { "AL2_x86_64" } else { "AL2023_x86_64_STANDARD" };
        Self(word.to_owned())
    }

    /// That of images which the user brings.
    pub(crate) fn custom() -> Self {
        Self("CUSTOM".to_owned())
    }

    pub(crate) fn is_custom(&self) -> bool {
        self.0 == "CUSTOM"
    }

    pub(crate) fn is_windows(&self) -> bool {
        self.0.starts_with("WINDOWS")
    }

    pub(crate) fn is_bottlerocket(&self) -> bool {
        self.0.starts_with("BOTTLEROCKET")
    }

    /// The architecture of its images.
    pub(crate) fn architecture(&self) -> &'static str {
        if self.0.contains("ARM_64") { "arm64" } else { "x86_64" }
    }

    /// The volume of a node that its disk size is about.
    pub(crate) fn data_device(&self) -> &'static str {
        if self.is_bottlerocket() {
            "/dev/xvdb"
        } else if self.is_windows() {
            "/dev/sda1"
        } else {
            "/dev/xvda"
        }
    }

    /// GiB of that volume where nothing is asked for.
    pub(crate) fn usual_disk_gib(&self) -> i32 {
        if self.is_windows() { 50 } else { 20 }
    }

    /// Its newest release for a version of Kubernetes, where there is one.
    pub(crate) fn newest(&self, region: &Region, version: &str) -> Option<Known> {
        let (path, release) = self.parameter(version)?;
        let all = machine_images::parameters(region);
        let value = |name: &str| {
            let found = all.iter().find(|own| own.name.strip_prefix(&path) == Some(name));
            found.map(|own| own.value.clone())
        };
        Some(Known { image: value("/image_id")?, release_version: value(release)? })
    }

    /// Where the public parameters of its images lie, and which of them names the release.
    fn parameter(&self, version: &str) -> Option<(String, &'static str)> {
        let word = self.0.as_str();
        if let Some(variant) = word.strip_prefix("AL2023_") {
            let (architecture, kind) = match variant.strip_prefix("ARM_64_") {
                Some(kind) => ("arm64", kind),
                None => ("x86_64", variant.strip_prefix("x86_64_")?),
            };
            let kind = kind.to_lowercase();
            let place = format!("amazon-linux-2023/{architecture}/{kind}/recommended");
            return Some((format!("/aws/service/eks/optimized-ami/{version}/{place}"), "/release_version"));
        }
        if let Some(variant) = word.strip_prefix("BOTTLEROCKET_") {
            let architecture = self.architecture();
            let rest = variant.strip_prefix("ARM_64").or_else(|| variant.strip_prefix("x86_64"))?;
            let suffix = rest.to_lowercase().replace('_', "-");
            let place = format!("aws-k8s-{version}{suffix}/{architecture}/latest");
            return Some((format!("/aws/service/bottlerocket/{place}"), "/image_version"));
        }
        let suffix = match word {
            "AL2_x86_64" => "",
            "AL2_x86_64_GPU" => "-gpu",
            "AL2_ARM_64" => "-arm64",
            _ => return None,
        };
        let place = format!("amazon-linux-2{suffix}/recommended");
        Some((format!("/aws/service/eks/optimized-ami/{version}/{place}"), "/release_version"))
    }
}

#[cfg(test)]
mod tests {
    use super::AmiType;
    use base::Region;

    #[test]
    fn every_kind_leads_to_an_image_of_its_own() {
        for (word, version, release) in [
            ("AL2023_x86_64_STANDARD", "1.34", Some("1.34.1-20251112")),
            ("AL2023_ARM_64_STANDARD", "1.34", Some("1.34.1-20251112")),
            ("AL2023_x86_64_NEURON", "1.33", Some("1.33.5-20251112")),
            ("AL2023_ARM_64_NVIDIA", "1.33", Some("1.33.5-20251112")),
            ("AL2_x86_64", "1.32", Some("1.32.9-20251112")),
            ("AL2_ARM_64", "1.31", Some("1.31.13-20251112")),
            ("AL2_x86_64_GPU", "1.31", Some("1.31.13-20251112")),
            ("AL2_x86_64", "1.33", None),
            ("BOTTLEROCKET_x86_64", "1.34", Some("1.54.0-5043decc")),
            ("BOTTLEROCKET_ARM_64_NVIDIA", "1.34", Some("1.54.0-5043decc")),
            ("BOTTLEROCKET_ARM_64_FIPS", "1.34", Some("1.54.0-5043decc")),
            ("CUSTOM", "1.34", None),
        ] {
            let found = AmiType(word.to_owned()).newest(&Region::us_east_1(), version);
            let found = found.as_ref();
            assert_eq!(found.map(|known| known.release_version.as_str()), release, "{word} {version}");
            assert!(found.is_none_or(|known| known.image.starts_with("ami-")), "{word}");
        }
    }
}
