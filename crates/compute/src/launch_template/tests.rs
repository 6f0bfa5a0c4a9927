//! Content that is kept and told again, member by member.

use super::resolve::launch;
use super::{content, document};
use base::AccountId;
use ports::{Caller, Cx};
use serde_json::{Map, Value, json};
use shape::{Ref, Shape, Slot};
use shapes_ec2 as ec2;
use testkit::Local;
use wire::AwsError;

/// Sets every member of a structure, in lists twice, to values that differ.
fn fill(structure: &mut dyn Shape, next: &mut i32) {
    for index in 0..structure.schema().fields.len() {
        put(structure.get_mut(index).unwrap().slot(), next);
    }
}

fn put(slot: Slot<'_>, next: &mut i32) {
    *next += 1;
    match slot {
        Slot::Nothing => panic!("every member takes a value"),
        Slot::Str(own) => *own = format!("text {next}"),
        Slot::Int(own) => *own = *next,
        Slot::Long(own) => *own = i64::from(*next) << 33,
        Slot::Float(own) => *own = 0.1,
        Slot::Double(own) => *own = f64::from(*next) + 0.1,
        Slot::Bool(own) => *own = *next % 2 == 0,
        Slot::Blob(own) => *own = vec![0, 255],
        Slot::Time(own) => own.millis = 1_700_000_000_000 + i64::from(*next),
        Slot::Struct(own) => fill(own, next),
        Slot::List(own) => (0..2).for_each(|_| put(own.push(), next)),
        Slot::Map(own) => put(own.insert("key".to_owned()), next),
        Slot::Document(_) => panic!("EC2 has no documents"),
    }
}

/// What both have under the same names must be the same; how many scalars that were.
fn same(given: Ref<'_>, told: Ref<'_>, path: &str) -> usize {
    match (given, told) {
        (Ref::Struct(given), Ref::Struct(told)) => {
            let mut count = 0;
            for (index, field) in given.schema().fields.iter().enumerate() {
                let place = told.schema().fields.iter().position(|own| own.name == field.name);
                let place = place.unwrap_or_else(|| panic!("{path}.{} is not told", field.name));
                let path = format!("{path}.{}", field.name);
                count += same(given.get(index).view(), told.get(place).view(), &path);
            }
            count
        }
        (Ref::List(given), Ref::List(told)) => {
            assert_eq!(given.len(), told.len(), "{path}");
            (0..given.len()).map(|index| same(given.get(index), told.get(index), path)).sum()
        }
        (Ref::Str(given), Ref::Str(told)) => equal(given, told, path),
        (Ref::Int(given), Ref::Int(told)) => equal(given, told, path),
        (Ref::Double(given), Ref::Double(told)) => equal(given.to_bits(), told.to_bits(), path),
        (Ref::Bool(given), Ref::Bool(told)) => equal(given, told, path),
        (Ref::Time(given), Ref::Time(told)) => equal(given.millis, told.millis, path),
        _ => panic!("{path} is told in another form"),
    }
}

fn equal<T: PartialEq + std::fmt::Debug>(given: T, told: T, path: &str) -> usize {
    assert_eq!(given, told, "{path}");
    1
}

#[test]
fn every_member_is_kept_and_told() {
    let mut given = ec2::RequestLaunchTemplateData::default();
    fill(&mut given, &mut 0);
    let kept = document::write(&given);
    // Through the text that is stored.
    let text = serde_json::to_string(&kept).unwrap();
    let kept: Map<String, Value> = serde_json::from_str(&text).unwrap();
    let told: ec2::ResponseLaunchTemplateData = document::read(&kept);
    let again: ec2::RequestLaunchTemplateData = document::read(&kept);
    let count = same(Ref::Struct(&given), Ref::Struct(&told), "");
    assert!(count > 200, "{count} scalars");
    assert_eq!(same(Ref::Struct(&given), Ref::Struct(&again), ""), count);
    assert_eq!(document::write(&again), kept);
}

#[test]
fn what_is_not_given_is_not_told() {
    let given = ec2::RequestLaunchTemplateData {
        image_id: Some("ami-1".to_owned()),
        ebs_optimized: Some(false),
        security_group_ids: Some(vec!["b".to_owned(), "a".to_owned()]),
        ..ec2::RequestLaunchTemplateData::default()
    };
    let kept = document::write(&given);
    assert_eq!(
        Value::from(kept.clone()),
        json!({ "ImageId": "ami-1", "EbsOptimized": false, "SecurityGroupIds": ["b", "a"] })
    );
    let told: ec2::ResponseLaunchTemplateData = document::read(&kept);
    assert_eq!(document::write(&told), kept);
}

#[test]
fn a_version_of_another_has_its_members_but_for_snapshots() {
    let object = |value: Value| value.as_object().unwrap().clone();
    let source = object(json!({
        "ImageId": "ami-1", "KeyName": "k",
        "BlockDeviceMappings": [{ "DeviceName": "/dev/xvda", "Ebs": { "SnapshotId": "snap-1", "VolumeSize": 8 } }]
    }));
    let made = content::over(&source, object(json!({ "ImageId": "ami-2" })));
    let want = json!({
        "ImageId": "ami-2", "KeyName": "k",
        "BlockDeviceMappings": [{ "DeviceName": "/dev/xvda", "Ebs": { "VolumeSize": 8 } }]
    });
    assert_eq!(Value::from(made), want);
    let devices = json!({ "BlockDeviceMappings": [{ "Ebs": { "SnapshotId": "snap-2" } }] });
    assert_eq!(
        content::over(&source, object(devices.clone()))["BlockDeviceMappings"],
        devices["BlockDeviceMappings"]
    );
}

fn version(local: &Local, cx: &Cx, image: &str) {
    let input = ec2::CreateLaunchTemplateVersionRequest {
        launch_template_name: Some("web".to_owned()),
        launch_template_data: Some(data(image)),
        ..ec2::CreateLaunchTemplateVersionRequest::default()
    };
    local.call_with::<ec2::CreateLaunchTemplateVersion>(cx, input).unwrap();
}

fn data(image: &str) -> ec2::RequestLaunchTemplateData {
    ec2::RequestLaunchTemplateData {
        image_id: Some(image.to_owned()),
        ..ec2::RequestLaunchTemplateData::default()
    }
}

#[test]
fn a_launch_finds_its_template() {
    let local = Local::new(crate::alone::install);
    let cx = local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    let input = ec2::CreateLaunchTemplateRequest {
        launch_template_name: Some("web".to_owned()),
        launch_template_data: Some(data("ami-1")),
        ..ec2::CreateLaunchTemplateRequest::default()
    };
    let made = local.call_with::<ec2::CreateLaunchTemplate>(&cx, input).unwrap();
    let id = made.launch_template.unwrap().launch_template_id.unwrap();
    version(&local, &cx, "ami-2");
    let made = id.as_str();
    let look = |id: Option<&str>, name: Option<&str>, version: Option<&str>| {
        let text = |text: &str| text.to_owned();
        let wish = ec2::LaunchTemplateSpecification {
            launch_template_id: id.map(text),
            launch_template_name: name.map(text),
            version: version.map(text),
        };
        match cx.read(|view| launch(view, cx.scope(), &wish)) {
            Ok(found) => {
                assert_eq!(found.template.as_str(), made);
                let image = found.content["ImageId"].as_str().unwrap_or_default().to_owned();
                assert_eq!(image, format!("ami-{}", found.number));
                image
            }
            Err(error) => error.fault().code.into_owned(),
        }
    };
    let id = id.as_str();
    for (own, name, version, want) in [
        (Some(id), None, None, "ami-1"),
        (None, Some("web"), Some("$Default"), "ami-1"),
        (None, Some("web"), Some("$Latest"), "ami-2"),
        (Some(id), None, Some("2"), "ami-2"),
        (Some(id), None, Some("3"), "InvalidLaunchTemplateId.VersionNotFound"),
        (None, Some("other"), None, "InvalidLaunchTemplateName.NotFoundException"),
        (Some("lt-00000000000000000"), None, None, "InvalidLaunchTemplateId.NotFound"),
        (Some("web"), None, None, "InvalidLaunchTemplateId.Malformed"),
        (Some(id), Some("web"), None, "InvalidParameterCombination"),
        (None, None, None, "MissingParameter"),
    ] {
        assert_eq!(look(own, name, version), want, "{own:?} {name:?} {version:?}");
    }
}

/// A call stands over its template, list by list as each is told apart.
#[test]
fn what_a_call_says_stands_over_its_template() {
    let local = Local::new(crate::alone::install);
    let cx = local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    let tags = |pairs: &[(&str, &str)]| {
        let tag = |(key, value): &(&str, &str)| ec2::Tag {
            key: Some((*key).to_owned()),
            value: Some((*value).to_owned()),
        };
        Some(pairs.iter().map(tag).collect())
    };
    let below = ec2::RequestLaunchTemplateData {
        image_id: Some("ami-1".to_owned()),
        instance_type: Some("t3.small".to_owned()),
        ram_disk_id: Some("ari-1".to_owned()),
        network_interfaces: Some(vec![ec2::LaunchTemplateInstanceNetworkInterfaceSpecificationRequest {
            device_index: Some(0),
            description: Some("below".to_owned()),
            ..ec2::LaunchTemplateInstanceNetworkInterfaceSpecificationRequest::default()
        }]),
        tag_specifications: Some(vec![ec2::LaunchTemplateTagSpecificationRequest {
            resource_type: Some("instance".to_owned()),
            tags: tags(&[("team", "red"), ("cost", "1")]),
        }]),
        ..ec2::RequestLaunchTemplateData::default()
    };
    let input = ec2::CreateLaunchTemplateRequest {
        launch_template_name: Some("web".to_owned()),
        launch_template_data: Some(below),
        ..ec2::CreateLaunchTemplateRequest::default()
    };
    let made = local.call_with::<ec2::CreateLaunchTemplate>(&cx, input).unwrap();
    let id = made.launch_template.unwrap().launch_template_id.unwrap();
    let call = ec2::RunInstancesRequest {
        launch_template: Some(ec2::LaunchTemplateSpecification {
            launch_template_name: Some("web".to_owned()),
            ..ec2::LaunchTemplateSpecification::default()
        }),
        instance_type: Some("t3.large".to_owned()),
        tag_specifications: Some(vec![ec2::TagSpecification {
            resource_type: Some("instance".to_owned()),
            tags: tags(&[("team", "blue")]),
        }]),
        ..ec2::RunInstancesRequest::default()
    };
    let (all, origin) = cx.read(|view| super::merged(view, cx.scope(), call)).unwrap();
    assert_eq!(origin.map(|[(_, own), (_, version)]| (own, version)), Some((id, "1".to_owned())));
    assert_eq!(all.image_id.as_deref(), Some("ami-1"));
    assert_eq!(all.instance_type.as_deref(), Some("t3.large"));
    assert_eq!(all.ramdisk_id.as_deref(), Some("ari-1"));
    assert_eq!(all.network_interfaces.unwrap()[0].description.as_deref(), Some("below"));
    let specifications = all.tag_specifications.unwrap();
    assert_eq!(specifications.len(), 1);
    let own = specifications[0].tags.iter().flatten();
    let own: Vec<_> = own.map(|tag| (tag.key.as_deref().unwrap(), tag.value.as_deref().unwrap())).collect();
    assert_eq!(own, [("cost", "1"), ("team", "blue")]);
}
