//! The managed policies of AWS: every one that is offered today, with the versions it had.
//!
//! They are facts published by AWS and lie packed in `policies.bin`, which `cargo xtask managed` writes. Names and
//! dates are unpacked at first use, documents one block at a time when somebody reads them. Attaching them, and what
//! the API says of them, belongs to `iam`.

mod pack;

use base::Timestamp;
use pack::Place;
use std::sync::OnceLock;

/// One policy.
#[derive(Debug)]
pub struct ManagedPolicy {
    /// `AmazonEKSClusterPolicy`.
    pub name: String,
    /// `/`, `/service-role/`, `/aws-service-role/`, `/job-function/` or `/root-task/`.
    pub path: String,
    /// When its first version was made.
    pub created_at: Timestamp,
    /// Its versions, newest first, never empty; the first is the default one. AWS keeps some of them to itself, so
    /// numbers may be missing.
    pub versions: Vec<Version>,
}

/// One version of a policy.
#[derive(Debug)]
pub struct Version {
    /// 3 for `v3`.
    pub number: u32,
    /// When it was made. Of versions between the first and the newest the source often knows the order only: those have
    /// the date of the version before them.
    pub created_at: Timestamp,
    place: Place,
    document: OnceLock<String>,
}

impl ManagedPolicy {
    /// Its ARN in a partition: `arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy`.
    pub fn arn(&self, partition: &str) -> String {
        format!("arn:{partition}:iam::aws:policy{}{}", self.path, self.name)
    }

    /// The version that is in force.
    pub fn default_version(&self) -> &Version {
        &self.versions[0]
    }

    /// The version of that number.
    pub fn version(&self, number: u32) -> Option<&Version> {
        self.versions.iter().find(|version| version.number == number)
    }
}

impl Version {
    /// The document, indented by four. Unpacked once and kept from then on.
    pub fn document(&self) -> &str {
        self.document.get_or_init(|| pack::document(self.place))
    }
}

/// Every policy, by name.
pub fn all() -> &'static [ManagedPolicy] {
    static ALL: OnceLock<Vec<ManagedPolicy>> = OnceLock::new();
    ALL.get_or_init(pack::index)
}

/// The policy of an ARN of any partition; the path must be right too.
pub fn get(arn: &str) -> Option<&'static ManagedPolicy> {
    let (head, rest) = arn.split_once(":iam::aws:policy/")?;
    let partition = head.strip_prefix("arn:")?;
    let name = rest.rsplit('/').next()?;
    let position = all().binary_search_by(|policy| policy.name.as_str().cmp(name)).ok()?;
    let policy = &all()[position];
    (!partition.contains(':') && policy.path[1..] == rest[..rest.len() - name.len()]).then_some(policy)
}

#[cfg(test)]
mod tests {
    use super::{all, get};

    #[test]
    fn policies_are_found_by_arn_and_path() {
        for (arn, found) in [
            ("arn:aws:iam::aws:policy/AdministratorAccess", true),
            ("arn:aws-cn:iam::aws:policy/AdministratorAccess", true),
            ("arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy", true),
            ("arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicy", false),
            ("arn:aws:iam::aws:policy/job-function/AdministratorAccess", false),
            ("arn:aws:iam::aws:policy/NoSuchPolicy", false),
            ("arn:aws:iam::123456789012:policy/AdministratorAccess", false),
            ("arn:aws:iam::aws:role/AdministratorAccess", false),
            ("AdministratorAccess", false),
        ] {
            assert_eq!(get(arn).is_some(), found, "{arn}");
            if found {
                let partition = arn.split(':').nth(1).unwrap();
                assert_eq!(get(arn).unwrap().arn(partition), arn);
            }
        }
    }

    /// Source: the versions the IAM console shows (spec of IAM, section 8.4).
    #[test]
    fn the_policies_clusters_need_are_current() {
        let prefix = "arn:aws:iam::aws:policy/";
        for (name, at_least) in [
            ("AdministratorAccess", 1),
            ("PowerUserAccess", 6),
            ("ReadOnlyAccess", 188),
            ("AmazonEKSClusterPolicy", 10),
            ("AmazonEKSWorkerNodePolicy", 3),
            ("AmazonEKSWorkerNodeMinimalPolicy", 1),
            ("AmazonEKS_CNI_Policy", 6),
            ("AmazonEKSVPCResourceController", 1),
            ("AmazonEKSComputePolicy", 7),
            ("aws-service-role/AmazonEKSServiceRolePolicy", 27),
            ("AmazonEC2ContainerRegistryReadOnly", 3),
            ("AmazonEC2ContainerRegistryPullOnly", 1),
            ("AmazonSSMManagedInstanceCore", 2),
            ("service-role/AmazonEBSCSIDriverPolicy", 15),
            ("service-role/AmazonEFSCSIDriverPolicy", 1),
        ] {
            let policy = get(&format!("{prefix}{name}")).unwrap_or_else(|| panic!("{name}"));
            assert!(policy.default_version().number >= at_least, "{name}");
        }
    }

    #[test]
    fn every_document_unpacks_to_a_policy() {
        assert!(all().len() >= 1_594);
        assert!(all().is_sorted_by(|a, b| a.name < b.name));
        for policy in all() {
            assert!(policy.path.starts_with('/') && policy.path.ends_with('/'), "{}", policy.name);
            assert!(policy.versions.is_sorted_by(|a, b| a.number > b.number), "{}", policy.name);
            assert!(policy.created_at.millis > 1_400_000_000_000, "{}", policy.name);
            // One document of each block unpacks all of it; those of the newest versions are read whole.
            let document = policy.default_version().document();
            assert!(document.starts_with("{\n    \"") && document.ends_with("\n}"), "{}", policy.name);
            assert!(document.contains("\"Version\": \"2012-10-17\""), "{}", policy.name);
            assert!(document.contains("\n    \"Statement\": "), "{}", policy.name);
            let braces = |c| document.matches(c).count();
            assert_eq!((braces('{'), braces('[')), (braces('}'), braces(']')), "{}", policy.name);
        }
    }

    #[test]
    fn old_versions_differ_from_new_ones() {
        let policy = get("arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy").unwrap();
        let first = policy.version(1).unwrap();
        assert!(first.created_at < policy.default_version().created_at);
        assert_eq!(first.created_at, policy.created_at);
        assert_ne!(first.document(), policy.default_version().document());
        assert!(first.document().contains("\"ec2:CreateSnapshot\","));
        assert!(policy.versions.is_sorted_by(|a, b| a.created_at >= b.created_at));
        assert!(policy.version(0).is_none());
    }

    #[test]
    fn administrators_may_do_everything() {
        let policy = get("arn:aws:iam::aws:policy/AdministratorAccess").unwrap();
        let want = "{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n        {\n            \
            \"Effect\": \"Allow\",\n            \"Action\": \"*\",\n            \"Resource\": \"*\"\n        }\n    ]\n}";
        assert_eq!(policy.default_version().document(), want);
        assert_eq!(policy.created_at.millis, 1_423_247_986_000);
    }

    #[test]
    fn they_weigh_little() {
        assert!(super::pack::PACKED.len() <= 600 * 1024, "{} bytes", super::pack::PACKED.len());
    }
}
