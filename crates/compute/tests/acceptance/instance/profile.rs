use super::{launch, said};
use crate::{refuses, start};
use serde_json::json;

#[test]
fn a_profile_is_handed_to_an_instance_and_taken_back() {
    let (server, ec2) = start();
    let iam = server.client("iam");
    let make = |name: &str| {
        let made = iam.call("CreateInstanceProfile", &json!({ "InstanceProfileName": name })).ok();
        made.text("CreateInstanceProfileResult.InstanceProfile.Arn")
    };
    let (first, second) = (make("first"), make("second"));
    let born = launch(&ec2, &json!({ "IamInstanceProfile": { "Name": "first" } }));
    assert_eq!(said(&ec2, &born, "iamInstanceProfile.arn"), [first.as_str()]);
    let id = launch(&ec2, &json!({}));
    let associate = json!({ "InstanceId": id, "IamInstanceProfile": { "Arn": first } });
    let made = ec2.call("AssociateIamInstanceProfile", &associate).ok();
    assert_eq!(made.text("iamInstanceProfileAssociation.state"), "associating");
    let association = made.text("iamInstanceProfileAssociation.associationId");
    let sentence = format!("There is an existing association for instance {id}");
    refuses(&ec2, &[("AssociateIamInstanceProfile", associate, "IncorrectState", &sentence)]);
    let replace = json!({ "AssociationId": association, "IamInstanceProfile": { "Name": "second" } });
    let replaced = ec2.call("ReplaceIamInstanceProfileAssociation", &replace).ok();
    let association = replaced.text("iamInstanceProfileAssociation.associationId");
    assert_eq!(said(&ec2, &id, "iamInstanceProfile.arn"), [second.as_str()]);
    let shown = |filter: &str, value: &str| {
        let filter = json!({ "Filter": [{ "Name": filter, "Value": [value] }] });
        let answer = ec2.call("DescribeIamInstanceProfileAssociations", &filter).ok();
        answer.texts("iamInstanceProfileAssociationSet.item.associationId")
    };
    assert_eq!(shown("instance-id", &id), [association.as_str()]);
    assert_eq!(shown("state", "associated").len(), 2);
    assert_eq!(shown("state", "associating").len(), 0);
    ec2.call("DisassociateIamInstanceProfile", &json!({ "AssociationId": association })).ok();
    assert_eq!(said(&ec2, &id, "iamInstanceProfile.arn"), [""; 0]);
    let gone = json!({ "AssociationId": association });
    let sentence = format!("An invalid association-id of '{association}' was given");
    refuses(&ec2, &[("DisassociateIamInstanceProfile", gone, "InvalidAssociationID.NotFound", &sentence)]);
}
