use crate::{pages, refuses, start};
use serde_json::{Value, json};
use testkit::Client;

const OPERATION: &str = "GetInstanceTypesFromInstanceRequirements";
const NAMES: &str = "instanceTypeSet.item.instanceType";

/// A call for types of one family with 2 to 8 vCPUs and at least 1 GiB, and what else is asked.
fn wish(family: &str, more: &Value) -> Value {
    let mut required = json!({
        "VCpuCount": { "Min": 2, "Max": 8 },
        "MemoryMiB": { "Min": 1024 },
        "AllowedInstanceType": [family],
    });
    for (name, value) in more.as_object().expect("an object") {
        required[name] = value.clone();
    }
    json!({
        "ArchitectureType": ["x86_64", "arm64"],
        "VirtualizationType": ["hvm"],
        "InstanceRequirements": required,
    })
}

#[track_caller]
fn check(ec2: &Client, family: &str, more: &Value, want: &str) {
    let found = ec2.call(OPERATION, &wish(family, more)).ok().texts(NAMES);
    assert_eq!(found.join(" "), want, "{family} {more}");
}

/// Source: EC2 API reference, InstanceRequirementsRequest.
#[test]
fn types_are_found_by_what_they_must_have() {
    let (_server, ec2) = start();
    for (family, more, want) in [
        ("m5.*", json!({}), "m5.2xlarge m5.large m5.xlarge"),
        ("m5.*", json!({ "MemoryMiB": { "Min": 1024, "Max": 16384 } }), "m5.large m5.xlarge"),
        ("m5.*", json!({ "VCpuCount": { "Min": 90 } }), "m5.24xlarge"),
        ("m5.*", json!({ "VCpuCount": { "Min": 90 }, "BareMetal": "included" }), "m5.24xlarge m5.metal"),
        ("m5.*", json!({ "VCpuCount": { "Min": 90 }, "BareMetal": "required" }), "m5.metal"),
        ("t3.*", json!({}), ""),
        (
            "t3.*",
            json!({ "BurstablePerformance": "included" }),
            "t3.2xlarge t3.large t3.medium t3.micro t3.small t3.xlarge",
        ),
        ("m5d.*", json!({ "LocalStorage": "excluded" }), ""),
        (
            "m5*.large",
            json!({ "LocalStorage": "required", "CpuManufacturer": ["intel"] }),
            "m5d.large m5dn.large",
        ),
        (
            "m5*.large",
            json!({ "TotalLocalStorageGB": { "Min": 70, "Max": 80 }, "CpuManufacturer": ["amd"] }),
            "m5ad.large",
        ),
        ("d3.*", json!({ "LocalStorageType": ["ssd"] }), ""),
        ("d3.*", json!({ "LocalStorageType": ["hdd"] }), "d3.2xlarge d3.xlarge"),
        (
            "*7g*.large",
            json!({ "CpuManufacturer": ["amazon-web-services"], "MemoryGiBPerVCpu": { "Min": 4, "Max": 4 } }),
            "m7g.large m7gd.large",
        ),
        ("m4.*", json!({ "InstanceGeneration": ["current"] }), ""),
        ("m5.*", json!({ "BaselineEbsBandwidthMbps": { "Min": 1000 } }), "m5.2xlarge m5.xlarge"),
        ("m5.*", json!({ "NetworkInterfaceCount": { "Min": 4 } }), "m5.2xlarge m5.xlarge"),
        ("m5n.*", json!({ "NetworkBandwidthGbps": { "Min": 4 } }), "m5n.2xlarge m5n.xlarge"),
        ("m5*.large", json!({ "RequireEncryptionInTransit": true }), "m5dn.large m5n.large m5zn.large"),
        ("g*.xlarge", json!({ "AcceleratorName": ["t4"] }), "g4dn.xlarge"),
        ("f*.2xlarge", json!({ "AcceleratorName": ["vu9p"] }), "f1.2xlarge"),
        ("g4ad.xlarge", json!({ "AcceleratorName": ["radeon-pro-v520"] }), "g4ad.xlarge"),
        ("*", json!({ "AcceleratorType": ["media"] , "VCpuCount": { "Min": 2, "Max": 12 } }), "vt1.3xlarge"),
        (
            "*",
            json!({ "AcceleratorManufacturer": ["xilinx"], "AcceleratorType": ["fpga"], "VCpuCount": { "Min": 2, "Max": 24 } }),
            "f1.2xlarge f1.4xlarge f2.6xlarge",
        ),
        ("inf2.*", json!({ "AcceleratorTotalMemoryMiB": { "Min": 32768 } }), "inf2.xlarge"),
        ("inf1.*", json!({ "AcceleratorCount": { "Max": 0 } }), ""),
    ] {
        check(&ec2, family, &more, want);
    }
    let mut excluded = wish("", &json!({ "ExcludedInstanceType": ["m5*", "*.large", "*.2xlarge"] }));
    excluded["InstanceRequirements"].as_object_mut().unwrap().remove("AllowedInstanceType");
    excluded["ArchitectureType"] = json!(["arm64"]);
    let (found, count) = pages(&ec2, OPERATION, &excluded, NAMES);
    assert!(found.contains(&"m7g.xlarge".to_owned()) && !found.contains(&"m5.xlarge".to_owned()));
    assert!(count == 1 && found.iter().all(|name| !name.ends_with(".large")), "{found:?}");
    excluded["MaxResults"] = 5.into();
    assert_eq!(pages(&ec2, OPERATION, &excluded, NAMES), (found.clone(), found.len().div_ceil(5)));
}

#[test]
fn what_they_refuse() {
    let (_server, ec2) = start();
    refuses(
        &ec2,
        &[
            (
                OPERATION,
                wish("m5.*", &json!({ "ExcludedInstanceType": ["m5.large"] })),
                "InvalidParameterCombination",
                "The parameter AllowedInstanceTypes cannot be used with the parameter ExcludedInstanceTypes",
            ),
            (
                OPERATION,
                wish("m5.*", &json!({ "VCpuCount": { "Min": 8, "Max": 2 } })),
                "InvalidParameterValue",
                "Value (2) for parameter VCpuCount is invalid. The minimum 8 is greater than the maximum.",
            ),
            (
                OPERATION,
                wish(
                    "m5.*",
                    &json!({ "BaselinePerformanceFactors": { "Cpu": { "Reference": [{ "InstanceFamily": "m6i" }] } } }),
                ),
                "InvalidParameterValue",
                "BaselinePerformanceFactors: the performance of instance types is not known here",
            ),
        ],
    );
}
