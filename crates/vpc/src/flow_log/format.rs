//! The fields of flow log records: which there are, and how a format names them.
//! Source: VPC user guide, "Flow log records", "Available fields".

use crate::error::FlowLogRefusal;

/// What a log without a format of its own has.
pub(super) const DEFAULT: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

/// Every field, with the version that brought it.
const FIELDS: [(&str, u8); 40] = [
    ("version", 2),
    ("account-id", 2),
    ("interface-id", 2),
    ("srcaddr", 2),
    ("dstaddr", 2),
    ("srcport", 2),
    ("dstport", 2),
    ("protocol", 2),
    ("packets", 2),
    ("bytes", 2),
    ("start", 2),
    ("end", 2),
    ("action", 2),
    ("log-status", 2),
    ("vpc-id", 3),
    ("subnet-id", 3),
    ("instance-id", 3),
    ("tcp-flags", 3),
    ("type", 3),
    ("pkt-srcaddr", 3),
    ("pkt-dstaddr", 3),
    ("region", 4),
    ("az-id", 4),
    ("sublocation-type", 4),
    ("sublocation-id", 4),
    ("pkt-src-aws-service", 5),
    ("pkt-dst-aws-service", 5),
    ("flow-direction", 5),
    ("traffic-path", 5),
    ("ecs-cluster-arn", 7),
    ("ecs-cluster-name", 7),
    ("ecs-container-instance-arn", 7),
    ("ecs-container-instance-id", 7),
    ("ecs-container-id", 7),
    ("ecs-second-container-id", 7),
    ("ecs-service-name", 7),
    ("ecs-task-definition-arn", 7),
    ("ecs-task-arn", 7),
    ("ecs-task-id", 7),
    ("reject-reason", 8),
];

/// The names in a format, in its order.
pub(super) fn names(format: &str) -> impl Iterator<Item = &str> {
    format.split(' ').filter_map(name)
}

fn name(token: &str) -> Option<&str> {
    token.strip_prefix("${")?.strip_suffix('}')
}

fn version_of(name: &str) -> Option<u8> {
    FIELDS.iter().find(|(own, _)| *own == name).map(|(_, version)| *version)
}

/// What the field `version` says: the highest of the fields that were chosen.
pub(super) fn version(format: &str) -> u8 {
    names(format).filter_map(version_of).max().unwrap_or(2)
}

/// A format that names known fields, one space between them.
pub(super) fn parse(format: String) -> Result<String, FlowLogRefusal> {
    if format.is_empty() || format.split(' ').any(|token| name(token).is_none()) {
        return Err(FlowLogRefusal::Format(format, "logFormat"));
    }
    let unknown: Vec<&str> = names(&format).filter(|name| version_of(name).is_none()).collect();
    if !unknown.is_empty() {
        let sentence = format!("Unknown fields provided: {}", unknown.join(", "));
        return Err(FlowLogRefusal::Parameter(sentence));
    }
    Ok(format)
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT, FlowLogRefusal, names, parse, version};

    #[test]
    fn formats_name_known_fields_with_one_space_between_them() {
        for (format, want) in [
            (DEFAULT, Ok(2)),
            ("${version}", Ok(2)),
            ("${srcaddr} ${tcp-flags}", Ok(3)),
            ("${traffic-path} ${az-id}", Ok(5)),
            ("${reject-reason}", Ok(8)),
            ("", Err("InvalidParameterValue")),
            ("srcaddr", Err("InvalidParameterValue")),
            ("${srcaddr} ", Err("InvalidParameterValue")),
            ("${srcaddr}  ${dstaddr}", Err("InvalidParameterValue")),
            ("${srcaddr},${dstaddr}", Err("InvalidParameter")),
            ("${colour}", Err("InvalidParameter")),
        ] {
            let found = parse(format.to_owned()).map(|format| version(&format));
            assert_eq!(
                found.as_ref().map_err(|refusal: &FlowLogRefusal| refusal.said().0),
                want.as_ref().map_err(|code| *code),
                "{format:?}"
            );
        }
        assert_eq!(names(DEFAULT).count(), 14);
    }
}
