//! VPC endpoints: a request comes through one where its host is a name that only leads there.

use crate::house::House;
use ports::{PassedEndpoint, World};
use std::sync::Arc;
use wire::Head;

/// Stands in the name of every endpoint.
const WORD: &[u8] = b"vpce";

/// The endpoint that a request came through. Routing sees the host that the service has by itself.
pub(super) fn passed(house: &House, world: &World, head: &mut Head) -> Option<Arc<PassedEndpoint>> {
    // Nearly no host has this word, and every request comes by here.
    if !head.host.as_bytes().windows(WORD.len()).any(|part| part.eq_ignore_ascii_case(WORD)) {
        return None;
    }
    let name = head.host.rsplit_once(':').map_or(head.host.as_str(), |(name, _)| name);
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let passed = house.endpoints.of_host(world, &name)?;
    let (service, place) = &passed.service;
    head.endpoint_host = Some(host(&passed.before, service, place));
    Some(passed)
}

/// `s3.us-east-1.amazonaws.com`; before it the bucket, the access point or the account that stands in the name. Source:
/// Amazon S3 User Guide, "Accessing Amazon S3 interface endpoints".
fn host(before: &str, service: &str, place: &str) -> String {
    let (name, word) = before.rsplit_once('.').unwrap_or(("", before));
    let service = match word {
        "accesspoint" => format!("{service}-accesspoint"),
        "control" => format!("{service}-control"),
        _ => service.to_owned(),
    };
    if name.is_empty() { format!("{service}.{place}") } else { format!("{name}.{service}.{place}") }
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn routing_sees_the_host_of_the_service() {
        for (before, service, want) in [
            ("", "ec2", "ec2.us-east-1.amazonaws.com"),
            ("", "api.ecr", "api.ecr.us-east-1.amazonaws.com"),
            ("bucket", "s3", "s3.us-east-1.amazonaws.com"),
            ("photos.bucket", "s3", "photos.s3.us-east-1.amazonaws.com"),
            ("my.photos.bucket", "s3", "my.photos.s3.us-east-1.amazonaws.com"),
            ("ap-111111111111.accesspoint", "s3", "ap-111111111111.s3-accesspoint.us-east-1.amazonaws.com"),
            ("111111111111.control", "s3", "111111111111.s3-control.us-east-1.amazonaws.com"),
        ] {
            assert_eq!(host(before, service, "us-east-1.amazonaws.com"), want);
        }
    }
}
