//! The add-ons there are: their versions, which Kubernetes versions each goes with, and what they need.
//!
//! Source: EKS user guide, "AWS add-ons" and "Community add-ons" (names, namespaces, service accounts, policies, kinds
//! of compute). Versions marked `recorded` stand in configurations and answers that users published up to October 2026,
//! those of 2026 for Kubernetes 1.31 to 1.36; the others follow the names that such versions have, since no list of
//! them was at hand. AWS offers more, and takes old ones away.

use crate::version::VERSIONS;

/// An add-on.
pub(crate) struct Addon {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    /// `eks`, or who else publishes it.
    pub(crate) publisher: &'static str,
    /// `aws` or `community`.
    pub(crate) owner: &'static str,
    pub(crate) namespace: &'static str,
    /// Service accounts, each with the managed policies that its role is recommended.
    pub(crate) accounts: &'static [(&'static str, &'static [&'static str])],
    pub(crate) compute: &'static [&'static str],
    /// The newest first.
    pub(crate) versions: &'static [Version],
}

/// A version of an add-on.
pub(crate) struct Version {
    pub(crate) name: &'static str,
    /// The first and the last minor version of Kubernetes that it goes with.
    pub(crate) minors: (u32, u32),
    /// Of which minor versions it is the default.
    pub(crate) default_of: (u32, u32),
}

impl Version {
    /// Whether it goes with a minor version.
    pub(crate) fn fits(&self, minor: u32) -> bool {
        (self.minors.0..=self.minors.1).contains(&minor)
    }

    /// Whether it is what a minor version gets where none is asked for.
    pub(crate) fn is_default(&self, minor: u32) -> bool {
        (self.default_of.0..=self.default_of.1).contains(&minor)
    }
}

impl Addon {
    /// The version of a name.
    pub(crate) fn version(&self, name: &str) -> Option<&'static Version> {
        self.versions.iter().find(|version| version.name == name)
    }

    /// What a minor version gets where none is asked for.
    pub(crate) fn default(&self, minor: u32) -> Option<&'static Version> {
        let fitting = || self.versions.iter().filter(|version| version.fits(minor));
        fitting().find(|version| version.is_default(minor)).or_else(|| fitting().next())
    }
}

/// The add-on of that name.
pub(crate) fn find(name: &str) -> Option<&'static Addon> {
    ADDONS.iter().find(|addon| addon.name == name)
}

/// The minor versions that a version goes with, the newest first, by name.
pub(crate) fn minors(version: &Version) -> impl Iterator<Item = (&'static str, u32)> {
    let known = VERSIONS.iter().filter(|known| version.fits(known.minor));
    known.map(|known| (known.name, known.minor))
}

const OLDEST: u32 = 25;
const NEWEST: u32 = 37;
/// No minor version at all.
const NONE: (u32, u32) = (1, 0);

const fn v(name: &'static str, minors: (u32, u32), default_of: (u32, u32)) -> Version {
    Version { name, minors, default_of }
}

/// A version that goes with everything.
const fn all(name: &'static str, default_of: (u32, u32)) -> Version {
    v(name, (OLDEST, NEWEST), default_of)
}

const ALL: (u32, u32) = (OLDEST, NEWEST);
const EVERY: &[&str] = &["ec2", "fargate", "auto", "hybrid"];
const EC2: &[&str] = &["ec2"];
const EC2_AUTO: &[&str] = &["ec2", "auto"];
const EC2_HYBRID: &[&str] = &["ec2", "hybrid"];

/// An add-on of AWS's in `kube-system`.
const fn aws(
    name: &'static str,
    kind: &'static str,
    accounts: &'static [(&'static str, &'static [&'static str])],
    compute: &'static [&'static str],
    versions: &'static [Version],
) -> Addon {
    Addon {
        name,
        kind,
        publisher: "eks",
        owner: "aws",
        namespace: "kube-system",
        accounts,
        compute,
        versions,
    }
}

/// An add-on of the community's in a namespace of its own.
const fn community(
    name: &'static str,
    kind: &'static str,
    accounts: &'static [(&'static str, &'static [&'static str])],
    versions: &'static [Version],
) -> Addon {
    Addon {
        name,
        kind,
        publisher: "eks",
        owner: "community",
        namespace: name,
        accounts,
        compute: EVERY,
        versions,
    }
}

/// By name.
pub(crate) const ADDONS: &[Addon] = &[
    Addon {
        namespace: "opentelemetry-operator-system",
        ..aws(
            "adot",
            "observability",
            &[(
                "adot-collector",
                &[
                    "AmazonPrometheusRemoteWriteAccess",
                    "AWSXrayWriteOnlyAccess",
                    "CloudWatchAgentServerPolicy",
                ],
            )],
            EVERY,
            &[
                // Recorded.
                all("v0.156.0-eksbuild.1", ALL),
                v("v0.102.1-eksbuild.1", (25, 31), NONE),
            ],
        )
    },
    Addon {
        namespace: "amazon-cloudwatch",
        ..aws(
            "amazon-cloudwatch-observability",
            "observability",
            &[("cloudwatch-agent", &["CloudWatchAgentServerPolicy", "AWSXrayWriteOnlyAccess"])],
            &["ec2", "auto", "hybrid"],
            // Recorded.
            &[all("v6.7.0-eksbuild.1", ALL), v("v2.5.0-eksbuild.1", (25, 32), NONE)],
        )
    },
    Addon {
        namespace: "kueue-system",
        ..aws(
            "amazon-sagemaker-hyperpod-taskgovernance",
            "other",
            &[],
            EC2_AUTO,
            &[all("v1.3.0-eksbuild.1", ALL)],
        )
    },
    aws(
        "aws-ebs-csi-driver",
        "storage",
        &[("ebs-csi-controller-sa", &["service-role/AmazonEBSCSIDriverPolicy"])],
        EC2,
        // Recorded.
        &[
            all("v1.66.0-eksbuild.1", ALL),
            all("v1.65.0-eksbuild.1", NONE),
            all("v1.63.1-eksbuild.1", NONE),
            all("v1.62.0-eksbuild.1", NONE),
            v("v1.48.0-eksbuild.2", (28, 34), NONE),
            v("v1.42.0-eksbuild.1", (27, 33), NONE),
            v("v1.37.0-eksbuild.1", (25, 33), NONE),
            v("v1.36.0-eksbuild.1", (25, 33), NONE),
            v("v1.31.0-eksbuild.1", (25, 31), NONE),
        ],
    ),
    aws(
        "aws-efs-csi-driver",
        "storage",
        &[("efs-csi-controller-sa", &["service-role/AmazonEFSCSIDriverPolicy"])],
        EC2_AUTO,
        // The two of 2.1 and 2.0 are recorded.
        &[
            all("v2.2.0-eksbuild.1", ALL),
            v("v2.1.4-eksbuild.1", (25, 34), NONE),
            v("v2.0.8-eksbuild.1", (25, 33), NONE),
        ],
    ),
    aws(
        "aws-fsx-csi-driver",
        "storage",
        &[("fsx-csi-controller-sa", &["AmazonFSxFullAccess"])],
        EC2_AUTO,
        &[all("v1.7.0-eksbuild.1", ALL)],
    ),
    Addon {
        namespace: "amazon-guardduty",
        ..aws("aws-guardduty-agent", "security", &[], EC2_AUTO, &[all("v1.11.0-eksbuild.4", ALL)])
    },
    aws(
        "aws-mountpoint-s3-csi-driver",
        "storage",
        &[("s3-csi-driver-sa", &["AmazonS3FullAccess"])],
        EC2_AUTO,
        // The older one is recorded.
        &[all("v2.1.0-eksbuild.1", ALL), v("v1.10.0-eksbuild.1", (25, 33), NONE)],
    ),
    Addon {
        namespace: "amazon-network-flow-monitor",
        ..aws(
            "aws-network-flow-monitoring-agent",
            "observability",
            &[(
                "aws-network-flow-monitoring-agent-service-account",
                &["CloudWatchNetworkFlowMonitorAgentPublishPolicy"],
            )],
            EC2_AUTO,
            &[all("v1.1.0-eksbuild.1", ALL)],
        )
    },
    Addon {
        namespace: "aws-privateca-issuer",
        ..aws(
            "aws-privateca-connector-for-kubernetes",
            "security",
            &[("aws-privateca-issuer", &["AWSPrivateCAConnectorForKubernetesPolicy"])],
            EVERY,
            &[all("v1.6.0-eksbuild.1", ALL)],
        )
    },
    // Recorded.
    community("cert-manager", "security", &[], &[all("v1.21.0-eksbuild.3", ALL)]),
    aws(
        "coredns",
        "networking",
        &[],
        EVERY,
        &[
            // Recorded, but that 1.37 takes it.
            v("v1.14.3-eksbuild.23", (35, 37), (36, 37)),
            v("v1.14.3-eksbuild.16", (35, 36), NONE),
            v("v1.14.3-eksbuild.14", (35, 36), NONE),
            v("v1.14.3-eksbuild.3", (35, 36), NONE),
            v("v1.13.2-eksbuild.31", (34, 36), (35, 35)),
            v("v1.13.2-eksbuild.21", (34, 36), NONE),
            v("v1.13.2-eksbuild.11", (34, 36), NONE),
            v("v1.12.4-eksbuild.29", (33, 35), (33, 34)),
            v("v1.12.3-eksbuild.1", (33, 35), NONE),
            v("v1.11.4-eksbuild.51", (29, 34), (29, 32)),
            v("v1.11.4-eksbuild.22", (29, 34), NONE),
            v("v1.11.3-eksbuild.1", (27, 33), NONE),
            v("v1.10.1-eksbuild.38", (25, 31), (25, 28)),
        ],
    ),
    aws("eks-node-monitoring-agent", "observability", &[], EC2_HYBRID, &[all("v1.6.0-eksbuild.1", ALL)]),
    aws(
        "eks-pod-identity-agent",
        "security",
        &[],
        EC2_HYBRID,
        &[
            // Recorded.
            all("v1.3.10-eksbuild.3", ALL),
            all("v1.3.10-eksbuild.2", NONE),
            v("v1.3.4-eksbuild.1", (25, 34), NONE),
            v("v1.3.2-eksbuild.2", (25, 33), NONE),
        ],
    ),
    community(
        "external-dns",
        "networking",
        &[("external-dns", &["AmazonRoute53FullAccess"])],
        // Recorded.
        &[all("v0.21.0-eksbuild.6", ALL), v("v0.18.0-eksbuild.1", (27, 33), NONE)],
    ),
    community(
        "fluent-bit",
        "observability",
        &[("fluent-bit", &["CloudWatchAgentServerPolicy"])],
        &[all("v4.2.0-eksbuild.1", ALL)],
    ),
    aws(
        "kube-proxy",
        "networking",
        &[],
        EC2_HYBRID,
        &[
            // Recorded, but those of 1.37 and of 1.31 and older.
            v("v1.37.0-eksbuild.2", (37, 37), (37, 37)),
            v("v1.36.0-eksbuild.25", (36, 37), (36, 36)),
            v("v1.36.0-eksbuild.21", (36, 37), NONE),
            v("v1.36.0-eksbuild.17", (36, 37), NONE),
            v("v1.36.0-eksbuild.9", (36, 37), NONE),
            v("v1.35.3-eksbuild.29", (35, 37), (35, 35)),
            v("v1.35.3-eksbuild.21", (35, 37), NONE),
            v("v1.35.0-eksbuild.2", (35, 37), NONE),
            v("v1.34.6-eksbuild.21", (34, 36), (34, 34)),
            v("v1.33.10-eksbuild.21", (33, 35), (33, 33)),
            v("v1.32.13-eksbuild.24", (32, 34), (32, 32)),
            v("v1.32.0-eksbuild.2", (32, 34), NONE),
            v("v1.31.14-eksbuild.9", (31, 33), (31, 31)),
            v("v1.31.3-eksbuild.2", (31, 33), NONE),
            v("v1.30.14-eksbuild.8", (30, 32), (30, 30)),
            v("v1.30.7-eksbuild.2", (30, 32), NONE),
            v("v1.29.15-eksbuild.8", (29, 31), (29, 29)),
            v("v1.28.15-eksbuild.9", (28, 30), (28, 28)),
            v("v1.27.16-eksbuild.9", (27, 29), (27, 27)),
            v("v1.26.15-eksbuild.9", (26, 28), (26, 26)),
            v("v1.25.16-eksbuild.9", (25, 27), (25, 25)),
        ],
    ),
    community("kube-state-metrics", "observability", &[], &[all("v2.17.0-eksbuild.4", ALL)]),
    Addon {
        namespace: "kube-system",
        // Recorded.
        ..community(
            "metrics-server",
            "observability",
            &[],
            &[all("v0.9.0-eksbuild.11", ALL), all("v0.9.0-eksbuild.8", NONE), all("v0.9.0-eksbuild.5", NONE)],
        )
    },
    community("prometheus-node-exporter", "observability", &[], &[all("v1.10.2-eksbuild.3", ALL)]),
    // Recorded in the user guide, as the oldest that Auto Mode takes.
    aws(
        "snapshot-controller",
        "storage",
        &[],
        EVERY,
        &[all("v8.6.0-eksbuild.1", ALL), all("v8.1.0-eksbuild.2", NONE)],
    ),
    aws(
        "vpc-cni",
        "networking",
        &[("aws-node", &["AmazonEKS_CNI_Policy"])],
        EC2,
        // Recorded.
        &[
            all("v1.23.0-eksbuild.1", NONE),
            all("v1.22.4-eksbuild.3", ALL),
            all("v1.22.3-eksbuild.1", NONE),
            all("v1.21.1-eksbuild.3", NONE),
            v("v1.20.4-eksbuild.1", (27, 34), NONE),
            v("v1.19.2-eksbuild.1", (25, 34), NONE),
            v("v1.19.0-eksbuild.1", (25, 34), NONE),
            v("v1.18.5-eksbuild.1", (25, 33), NONE),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::{ADDONS, NEWEST, OLDEST};
    use crate::version::VERSIONS;

    #[test]
    fn every_minor_version_has_one_default_of_each_add_on_that_fits_it() {
        assert_eq!(VERSIONS.first().map(|version| version.minor), Some(NEWEST));
        assert!(ADDONS.windows(2).all(|pair| pair[0].name < pair[1].name));
        for addon in ADDONS {
            for minor in OLDEST..=NEWEST {
                let defaults: Vec<_> =
                    addon.versions.iter().filter(|version| version.is_default(minor)).collect();
                assert_eq!(defaults.len(), 1, "{} 1.{minor}", addon.name);
                assert!(defaults[0].fits(minor), "{} {} 1.{minor}", addon.name, defaults[0].name);
            }
        }
    }
}
