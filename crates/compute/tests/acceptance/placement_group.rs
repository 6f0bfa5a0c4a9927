use crate::{found, golden, nowhere, refuses, start};
use serde_json::json;
use testkit::{Options, Server};

#[test]
fn the_life_of_a_placement_group() {
    let (_server, ec2) = start();
    let mut golden = golden("placement-group");
    let create = json!({ "GroupName": "parts", "Strategy": "partition", "PartitionCount": 3,
        "TagSpecification": [{ "ResourceType": "placement-group", "Tag": [{ "Key": "team", "Value": "red" }] }] });
    let created = golden.note("CreatePlacementGroup", ec2.call("CreatePlacementGroup", &create)).ok();
    let id = created.text("placementGroup.groupId");
    let arn = created.text("placementGroup.groupArn");
    for (name, strategy) in [("near", "cluster"), ("far", "spread")] {
        ec2.call("CreatePlacementGroup", &json!({ "GroupName": name, "Strategy": strategy })).ok();
    }
    let named = json!({ "GroupName": ["parts"] });
    golden.note("by name", ec2.call("DescribePlacementGroups", &named)).ok();
    golden.note("spread", ec2.call("DescribePlacementGroups", &json!({ "GroupName": ["far"] }))).ok();
    for (name, value, want) in [
        ("group-name", "parts", "parts"),
        ("group-arn", arn.as_str(), "parts"),
        ("strategy", "cluster", "near"),
        ("spread-level", "rack", "far"),
        ("tag:team", "re?", "parts"),
        ("tag-key", "team", "parts"),
    ] {
        let path = "placementGroupSet.item.groupName";
        assert_eq!(found(&ec2, "DescribePlacementGroups", (name, value), path), [want], "{name}");
    }
    let path = "placementGroupSet.item.groupName";
    assert_eq!(found(&ec2, "DescribePlacementGroups", ("state", "available"), path).len(), 3);
    assert_eq!(found(&ec2, "DescribePlacementGroups", ("state", "deleted"), path), [""; 0]);
    let both = json!({ "GroupName": ["near"], "GroupId": [id] });
    let mut both = ec2.call("DescribePlacementGroups", &both).ok().texts(path);
    both.sort();
    assert_eq!(both, ["near", "parts"]);
    // A filter that nothing passes finds nothing, also by name.
    let none = json!({ "GroupName": ["near"], "Filter": [{ "Name": "strategy", "Value": ["spread"] }] });
    assert_eq!(ec2.call("DescribePlacementGroups", &none).ok().texts(path), [""; 0]);
    let delete = json!({ "GroupName": "parts" });
    golden.note("DeletePlacementGroup", ec2.call("DeletePlacementGroup", &delete)).ok();
    let gone = "The Placement Group 'parts' is unknown.";
    refuses(&ec2, &[("DescribePlacementGroups", named, "InvalidPlacementGroup.Unknown", gone)]);
    golden.check();
}

/// At AWS's pace the states can be seen.
#[test]
fn a_group_is_pending_then_available_then_deleting() {
    let server = Server::start_with(Options::default().flags(&["--pace", "real"]));
    let ec2 = server.client("ec2");
    let create = json!({ "GroupName": "web", "Strategy": "cluster" });
    let state = ec2.call("CreatePlacementGroup", &create).ok().text("placementGroup.state");
    assert_eq!(state, "pending");
    let of_name = json!({ "GroupName": ["web"] });
    let shown = || ec2.call("DescribePlacementGroups", &of_name).ok().texts("placementGroupSet.item.state");
    assert_eq!(shown(), ["pending"]);
    server.page("POST", "/_angae/clock", &json!({ "advance": "10s" }));
    assert_eq!(shown(), ["available"]);
    for _ in 0..2 {
        ec2.call("DeletePlacementGroup", &json!({ "GroupName": "web" })).ok();
        assert_eq!(shown(), ["deleting"]);
    }
    server.page("POST", "/_angae/clock", &json!({ "advance": "10s" }));
    let gone = "The Placement Group 'web' is unknown.";
    refuses(&ec2, &[("DescribePlacementGroups", of_name, "InvalidPlacementGroup.Unknown", gone)]);
}

#[test]
fn what_placement_groups_refuse() {
    let (_server, ec2) = start();
    ec2.call("CreatePlacementGroup", &json!({ "GroupName": "web" })).ok();
    let create = |wish: serde_json::Value| {
        let mut parameters = json!({ "GroupName": "new" });
        parameters.as_object_mut().unwrap().extend(wish.as_object().unwrap().clone());
        parameters
    };
    let none = nowhere("pg");
    let unknown_id = format!("The Placement Group '{none}' is unknown.");
    let unknown = "The Placement Group 'other' is unknown.";
    refuses(
        &ec2,
        &[
            (
                "CreatePlacementGroup",
                create(json!({ "GroupName": "web" })),
                "InvalidPlacementGroup.Duplicate",
                "The placement group 'web' already exists.",
            ),
            (
                "DeletePlacementGroup",
                json!({ "GroupName": "other" }),
                "InvalidPlacementGroup.Unknown",
                unknown,
            ),
            (
                "DescribePlacementGroups",
                json!({ "GroupName": ["web", "other"] }),
                "InvalidPlacementGroup.Unknown",
                unknown,
            ),
            (
                "DescribePlacementGroups",
                json!({ "GroupId": [none] }),
                "InvalidPlacementGroup.Unknown",
                &unknown_id,
            ),
            (
                "DescribePlacementGroups",
                json!({ "GroupId": ["web"] }),
                "InvalidPlacementGroupId.Malformed",
                "Invalid id: \"web\" (expecting \"pg-...\")",
            ),
            (
                "DescribePlacementGroups",
                json!({ "Filter": [{ "Name": "group-id", "Value": ["x"] }] }),
                "InvalidParameterValue",
                "The filter 'group-id' is invalid",
            ),
            (
                "CreatePlacementGroup",
                create(json!({ "Strategy": "near" })),
                "InvalidParameterValue",
                "Value (near) for parameter strategy is invalid. Valid values are cluster, spread and partition.",
            ),
            (
                "CreatePlacementGroup",
                create(json!({ "Strategy": "partition", "PartitionCount": 8 })),
                "InvalidParameterValue",
                "Value (8) for parameter partitionCount is invalid. It must be between 1 and 7.",
            ),
            (
                "CreatePlacementGroup",
                create(json!({ "Strategy": "spread", "SpreadLevel": "zone" })),
                "InvalidParameterValue",
                "Value (zone) for parameter spreadLevel is invalid. Valid values are rack and host.",
            ),
            (
                "CreatePlacementGroup",
                create(json!({ "Strategy": "spread", "PartitionCount": 2 })),
                "InvalidParameterCombination",
                "The parameter PartitionCount cannot be used with the parameter Strategy spread",
            ),
            (
                "CreatePlacementGroup",
                create(json!({ "SpreadLevel": "rack" })),
                "InvalidParameterCombination",
                "The parameter SpreadLevel cannot be used with the parameter Strategy cluster",
            ),
            (
                "CreatePlacementGroup",
                json!({ "Strategy": "spread" }),
                "MissingParameter",
                "The request must contain the parameter groupName",
            ),
            (
                "CreatePlacementGroup",
                create(json!({ "LinkedGroupId": none })),
                "InvalidParameterValue",
                "Placement groups that belong to others, or to an operator, are not built yet",
            ),
            (
                "CreatePlacementGroup",
                create(
                    json!({ "TagSpecification": [{ "ResourceType": "instance", "Tag": [{ "Key": "a" }] }] }),
                ),
                "InvalidParameterValue",
                "'instance' is not a valid taggable resource type for this operation.",
            ),
        ],
    );
}
