//! Templates of ARNs: `arn:${Partition}:ec2:${Region}:${Account}:subnet/${SubnetId}`.

use crate::Request;

/// The variables of a template that name no place.
#[cfg(test)]
pub(crate) fn holes(template: &str) -> usize {
    let variables = template.split("${").skip(1).filter_map(|rest| rest.split('}').next());
    variables.filter(|name| !["Partition", "Region", "Account"].contains(name)).count()
}

/// Fills a template: places from the request, holes in order, `*` past the last value.
pub(crate) fn fill(template: &str, request: &Request<'_>, values: &[&str]) -> String {
    let mut values = values.iter();
    // Room for what usually comes into it.
    let mut arn = String::with_capacity(template.len() + 64);
    let mut rest = template;
    // A dollar stands in templates before variables only.
    while let Some((literal, after)) = rest.split_once('$') {
        let variable = after.strip_prefix('{').and_then(|after| after.split_once('}'));
        let Some((name, tail)) = variable else { break };
        arn.push_str(literal);
        arn.push_str(match name {
            "Partition" => request.partition,
            "Region" => request.region,
            "Account" => request.account,
            _ => {
                let value: &str = values.next().copied().unwrap_or("*");
                if arn.ends_with('/') { value.trim_start_matches('/') } else { value }
            }
        });
        rest = tail;
    }
    arn.push_str(rest);
    arn
}

/// Whether an ARN may be one of the template's: literals stand where they should, and no part is missing.
pub(crate) fn fits(template: &str, arn: &str) -> bool {
    let mut rest = arn;
    let mut pieces = template.split("${");
    let Some(tail) = rest.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    rest = tail;
    for piece in pieces {
        let (name, literal) = piece.split_once('}').unwrap_or((piece, ""));
        // Places hold no colon; what names a resource may hold anything.
        let end = if literal.is_empty() {
            rest.len()
        } else if ["Partition", "Region", "Account"].contains(&name) {
            let Some(end) = rest.find(':') else { return false };
            end
        } else {
            let Some(end) = rest.find(literal) else { return false };
            end
        };
        let Some(after) = rest[end..].strip_prefix(literal) else { return false };
        if end == 0 && !["Region", "Account"].contains(&name) {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{fill, fits, holes};
    use crate::Request;

    const SUBNET: &str = "arn:${Partition}:ec2:${Region}:${Account}:subnet/${SubnetId}";
    const GROUP: &str =
        "arn:${Partition}:autoscaling:${Region}:${Account}:autoScalingGroup:${Id}:autoScalingGroupName/${N}";
    const BUCKET: &str = "arn:${Partition}:s3:::${BucketName}";

    #[test]
    fn holes_are_filled_in_order() {
        let request = Request { partition: "aws", region: "eu-west-1", account: "123456789012", user: None };
        for (template, values, want) in [
            (SUBNET, &["subnet-1"][..], "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-1"),
            (SUBNET, &[], "arn:aws:ec2:eu-west-1:123456789012:subnet/*"),
            (SUBNET, &["/a/b"], "arn:aws:ec2:eu-west-1:123456789012:subnet/a/b"),
            (
                GROUP,
                &["*", "g"],
                "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:*:autoScalingGroupName/g",
            ),
            (BUCKET, &["b"], "arn:aws:s3:::b"),
        ] {
            assert_eq!(fill(template, &request, values), want);
        }
        assert_eq!([holes(SUBNET), holes(GROUP), holes(BUCKET)], [1, 2, 1]);
    }

    #[test]
    fn arns_fit_their_own_template() {
        for (template, arn, want) in [
            (SUBNET, "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-1", true),
            (SUBNET, "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1", false),
            (SUBNET, "arn:aws:ec2:eu-west-1:123456789012:subnet/", false),
            (SUBNET, "arn:aws:ec2:eu-west-1", false),
            (GROUP, "arn:aws:autoscaling:r:1:autoScalingGroup:7:autoScalingGroupName/g", true),
            (GROUP, "arn:aws:autoscaling:r:1:autoScalingGroup:7", false),
            (BUCKET, "arn:aws:s3:::b", true),
            (BUCKET, "arn:aws:s3:eu-west-1:123456789012:accesspoint/a", false),
        ] {
            assert_eq!(fits(template, arn), want, "{arn}");
        }
    }
}
