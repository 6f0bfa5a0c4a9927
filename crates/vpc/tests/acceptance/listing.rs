use crate::{refuses, start, vpc};
use serde_json::{Value, json};

#[test]
fn filters_match_all_of_them_by_any_value() {
    let (_server, ec2) = start();
    let ids: Vec<String> = (0..4).map(|n| vpc(&ec2, &format!("10.{n}.0.0/16"))).collect();
    for (id, name) in ids.iter().zip(["web-1", "web-2", "db-1"]) {
        ec2.call("CreateTags", &json!({ "ResourceId": [id], "Tag": [{ "Key": "Name", "Value": name }] }))
            .ok();
    }
    let filter = |name: &str, values: &[&str]| json!({ "Name": name, "Value": values });
    for (filters, want) in [
        (json!([filter("tag:Name", &["web-*"])]), &ids[..2]),
        (json!([filter("tag:Name", &["web-1", "db-?"])]), &[ids[0].clone(), ids[2].clone()]),
        (json!([filter("tag:Name", &["web-*"]), filter("cidr", &["10.1.0.0/16"])]), &ids[1..2]),
        (json!([filter("tag-key", &["Name"])]), &ids[..3]),
        (json!([filter("vpc-id", &[ids[3].as_str()])]), &ids[3..]),
        (json!([filter("tag:Name", &["WEB-1"])]), &ids[..0]),
    ] {
        let mut found =
            ec2.call("DescribeVpcs", &json!({ "Filter": filters })).ok().texts("vpcSet.item.vpcId");
        let mut want = want.to_vec();
        found.sort();
        want.sort();
        assert_eq!(found, want, "{filters}");
    }
}

#[test]
fn pages_hold_everything_once_while_rows_come_and_go() {
    let (_server, ec2) = start();
    let mut ids: Vec<String> = (0..12).map(|n| vpc(&ec2, &format!("10.{n}.0.0/16"))).collect();
    ids.sort();
    let mut found = Vec::new();
    let mut token = Value::Null;
    loop {
        let wish = json!({ "MaxResults": 5, "NextToken": token, "Filter": [{ "Name": "is-default", "Value": ["false"] }] });
        let page = ec2.call("DescribeVpcs", &wish).ok();
        found.extend(page.texts("vpcSet.item.vpcId"));
        let Some(next) = page.texts("nextToken").pop() else { break };
        token = Value::from(next);
        // What was shown already goes; nothing that is still to come is skipped.
        ec2.call("DeleteVpc", &json!({ "VpcId": found[0] })).ok();
        found.remove(0);
        ids.remove(0);
    }
    assert_eq!(found, ids);
}

#[test]
fn what_lists_refuse() {
    let (_server, ec2) = start();
    for _ in 0..6 {
        vpc(&ec2, "10.0.0.0/16");
    }
    let filtered = |name: &str, values: &[String]| json!({ "Filter": [{ "Name": name, "Value": values }] });
    let long = "x".repeat(256);
    let many: Vec<String> = (0..201).map(|n| n.to_string()).collect();
    let token = ec2.call("DescribeVpcs", &json!({ "MaxResults": 5 })).ok().text("nextToken");
    let foreign = json!({ "MaxResults": 5, "NextToken": token });
    refuses(
        &ec2,
        &[
            (
                "DescribeVpcs",
                filtered("colour", &["red".to_owned()]),
                "InvalidParameterValue",
                "The filter 'colour' is invalid",
            ),
            (
                "DescribeVpcs",
                filtered("vpc-id", &[]),
                "InvalidParameterValue",
                "The filter 'null' is invalid",
            ),
            (
                "DescribeTags",
                json!({ "Filter": [{ "Value": ["x"] }] }),
                "InvalidParameterValue",
                "The filter 'null' is invalid",
            ),
            (
                "DescribeVpcs",
                filtered("vpc-id", &[long]),
                "FilterLimitExceeded",
                "The maximum length for a filter value is 255 characters",
            ),
            (
                "DescribeVpcs",
                filtered("vpc-id", &many),
                "FilterLimitExceeded",
                "The maximum number of filter values specified on a single call is 200",
            ),
            (
                "DescribeVpcs",
                json!({ "NextToken": "made-up" }),
                "InvalidParameterValue",
                "Unable to parse pagination token",
            ),
            ("DescribeSubnets", foreign, "InvalidParameterValue", "Unable to parse pagination token"),
        ],
    );
    for (most, sentence) in [
        (4, "Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5."),
        (
            1001,
            "Value ( 1001 ) for parameter maxResults is invalid. Expecting a value less than or equal to 1000",
        ),
    ] {
        let refusal = ec2.call("DescribeVpcs", &json!({ "MaxResults": most })).refusal();
        assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("InvalidParameterValue", sentence));
    }
}
