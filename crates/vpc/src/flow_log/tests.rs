//! Every field of a record, what is skipped, and where records are written.

use super::count::{Row, Tally, Window};
use super::deliver::object_key;
use super::line::{header, lines};
use super::model::{Destination, FlowLog, Traffic, bucket};
use crate::id::FlowLogId;
use crate::network_interface::NetworkInterface;
use crate::resource;
use base::{AccountId, Ids, Tags, Timestamp};
use ec2_resource::neighbour::NoInstances;
use ports::{Caller, Cx, NoLogBuckets};
use shapes_ec2 as ec2;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use testkit::Local;

/// A context, and so many interfaces of the default network.
fn cards(count: usize) -> (Local, Cx, Vec<Arc<NetworkInterface>>) {
    let local = Local::new(|registry| {
        crate::install(registry, Arc::new(NoInstances), Vec::new(), Arc::new(NoLogBuckets));
    });
    let cx = local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    let subnets = local.call_with::<ec2::DescribeSubnets>(&cx, ec2::DescribeSubnetsRequest::default());
    let subnet = subnets.unwrap().subnets.unwrap().remove(0).subnet_id;
    for _ in 0..count {
        let create = ec2::CreateNetworkInterfaceRequest {
            subnet_id: subnet.clone(),
            ..ec2::CreateNetworkInterfaceRequest::default()
        };
        local.call_with::<ec2::CreateNetworkInterface>(&cx, create).unwrap();
    }
    let prefix = resource::prefix(cx.scope());
    let cards = cx.read(|view| view.range::<NetworkInterface>(&prefix).cloned().collect());
    (local, cx, cards)
}

fn log(cx: &Cx, format: &str, is_hive: bool, is_hourly: bool) -> FlowLog {
    FlowLog {
        scope: cx.scope().clone(),
        id: FlowLogId::parse("fl-0123456789abcdef0").unwrap(),
        resource: "vpc-0".to_owned(),
        traffic: Traffic::All,
        destination: Destination::S3 { arn: "arn:aws:s3:::flows/of".to_owned(), is_hive, is_hourly },
        role: None,
        other_role: None,
        format: format.to_owned(),
        interval: 600,
        created_at: cx.now(),
        failure: None,
        tags: Tags::default(),
    }
}

/// VPC user guide, "Flow log records": what each field says of a flow, of an interface that was idle, and of one of
/// which something was skipped.
#[test]
fn every_field_says_what_it_is_for() {
    let (_local, cx, cards) = cards(3);
    let (own, idle, busy) = (&cards[0], &cards[1], &cards[2]);
    let primary = own.addresses[0].to_string();
    let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000 + 999);
    let row = Row {
        interface: own.id.to_string(),
        is_egress: true,
        source: "10.9.9.9".parse().unwrap(),
        destination: "198.51.100.7".parse().unwrap(),
        protocol: 6,
        ports: (40_000, 443),
        accepted: true,
        reason: None,
    };
    let tally = Tally {
        card: own.clone(),
        packets: 20,
        bytes: 4_249,
        first_at: at(1_418_530_010),
        last_at: at(1_418_530_070),
        tcp_flags: 2,
        path: Some(8),
    };
    let window = Window {
        start_at: at(1_418_529_600),
        end_at: at(1_418_530_200),
        rows: BTreeMap::from([(row, tally)]),
        skipped: BTreeSet::from([busy.id.to_string()]),
    };
    let said = |card: &NetworkInterface, field: &str| {
        let log = log(&cx, &format!("${{{field}}}"), false, false);
        let all = lines(&log, &window, &cards);
        let found: Vec<_> = all.iter().filter(|own| own.interface == card.id.as_str()).collect();
        assert_eq!(found.len(), 1, "{field}");
        found[0].text.clone()
    };
    let (vpc, subnet, zone) = (own.vpc_id.to_string(), own.subnet_id.to_string(), own.zone.id.clone());
    for (field, flow, quiet) in [
        ("account-id", "000000000000", "000000000000"),
        ("srcaddr", primary.as_str(), "-"),
        ("pkt-srcaddr", "10.9.9.9", "-"),
        ("dstaddr", "198.51.100.7", "-"),
        ("pkt-dstaddr", "198.51.100.7", "-"),
        ("srcport", "40000", "-"),
        ("dstport", "443", "-"),
        ("protocol", "6", "-"),
        ("packets", "20", "-"),
        ("bytes", "4249", "-"),
        ("start", "1418530010", "1418529600"),
        ("end", "1418530070", "1418530200"),
        ("action", "ACCEPT", "-"),
        ("tcp-flags", "2", "-"),
        ("type", "IPv4", "-"),
        ("flow-direction", "egress", "-"),
        ("traffic-path", "8", "-"),
        ("vpc-id", vpc.as_str(), vpc.as_str()),
        ("subnet-id", subnet.as_str(), subnet.as_str()),
        ("az-id", zone.as_str(), zone.as_str()),
        ("region", "us-east-1", "us-east-1"),
        ("instance-id", "-", "-"),
        ("reject-reason", "-", "-"),
        ("ecs-task-id", "-", "-"),
        ("sublocation-type", "-", "-"),
        ("pkt-dst-aws-service", "-", "-"),
    ] {
        assert_eq!((said(own, field).as_str(), said(idle, field).as_str()), (flow, quiet), "{field}");
    }
    for (card, status) in [(own, "OK"), (idle, "NODATA"), (busy, "SKIPDATA")] {
        assert_eq!(said(card, "log-status"), status);
    }
    // What the block of public access rejects.
    let barred = window.rows.iter().map(|(row, tally)| {
        (Row { accepted: false, reason: Some(reach::seen::BPA), ..row.clone() }, tally.clone())
    });
    let barred = Window { rows: barred.collect(), ..window.clone() };
    let format = log(&cx, "${action} ${reject-reason} ${packets} ${bytes} ${traffic-path}", false, false);
    let told = lines(&format, &barred, &cards[..1]);
    assert_eq!(told.iter().map(|own| own.text.as_str()).collect::<Vec<_>>(), ["REJECT BPA 20 - -"]);
    assert_eq!(said(own, "version"), "2");
    assert_eq!(header(&log(&cx, "${srcaddr} ${end}", false, false)), "srcaddr end");
}

/// VPC user guide, "Flow log files".
#[test]
fn files_lie_where_aws_puts_them() {
    let (_local, cx, _cards) = cards(0);
    let at = Timestamp::from_millis(1_529_511_605_000); // 2018-06-20T16:20:05Z
    let account = "000000000000";
    let name = format!("{account}_vpcflowlogs_us-east-1_fl-0123456789abcdef0_20180620T1620Z_");
    let hive = format!(
        "of/AWSLogs/aws-account-id={account}/aws-service=vpcflowlogs/aws-region=us-east-1/year=2018/month=06/day=20/"
    );
    let plain = format!("of/AWSLogs/{account}/vpcflowlogs/us-east-1/2018/06/20/");
    for (is_hive, is_hourly, want) in [
        (false, false, plain.clone()),
        (false, true, format!("{plain}16/")),
        (true, false, hive.clone()),
        (true, true, format!("{hive}hour=16/")),
    ] {
        let key = object_key(&log(&cx, "${start}", is_hive, is_hourly), "of", at, &Ids::seeded(1, "keys"));
        let rest = key.strip_prefix(&format!("{want}{name}")).unwrap_or_else(|| panic!("{key}"));
        assert_eq!((rest.len(), rest.ends_with(".log.gz")), (8 + ".log.gz".len(), true), "{key}");
    }
    for (arn, want) in [
        ("arn:aws:s3:::flows", Some(("flows", ""))),
        ("arn:aws:s3:::flows/", Some(("flows", ""))),
        ("arn:aws:s3:::flows/a/b/", Some(("flows", "a/b"))),
        ("arn:aws-cn:s3:::flows", Some(("flows", ""))),
        ("arn:aws:s3:::", None),
        ("arn:aws:sqs:::flows", None),
        ("flows", None),
    ] {
        assert_eq!(bucket(arn), want, "{arn}");
    }
}
