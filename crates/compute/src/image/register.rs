//! `RegisterImage`: an image of snapshots that are there.

use super::birth::{Birth, birth, name};
use super::create::BOOT_MODES;
use super::device;
use super::model::{Device, MachineKind, OwnImage, Source, What};
use super::protection::Protection;
use crate::Compute;
use crate::instance::one_of;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ec2_resource::error::{Error, Image};
use ec2_resource::id::ImageId;
use ec2_resource::resource::Resource;
use ec2_resource::tag;
use ports::Cx;
use shapes_ec2 as ec2;

/// Bytes of UEFI data at the most, as base64. Source: EC2 API reference, RegisterImage.
const MOST_UEFI_DATA: usize = 65_536;
/// The root device where none is named.
const ROOT: &str = "/dev/sda1";
/// The architectures of images. Source: EC2 API reference, ArchitectureValues.
const ARCHITECTURES: &[&str] = &["i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"];

/// `RegisterImage`: answered while it is pending.
pub(crate) fn register(
    cx: &Cx,
    svc: &Compute,
    input: ec2::RegisterImageRequest,
) -> Result<ec2::RegisterImageResult, Error> {
    let unbuilt = [
        ("ImageLocation", input.image_location.as_ref().is_some_and(|text| !text.is_empty())),
        ("BillingProducts", input.billing_products.as_ref().is_some_and(|list| !list.is_empty())),
    ];
    if let Some((name, _)) = unbuilt.into_iter().find(|(_, given)| *given) {
        return Err(Error::Parameter(format!("{name} is not built yet")));
    }
    let name = name(input.name.clone())?;
    let tags = tag::of_specifications(input.tag_specifications.clone(), OwnImage::TYPE)?;
    let wishes = device::named(input.block_device_mappings.clone())?;
    let description = input.description.clone();
    let machine = machine(input)?;
    let image = cx.write(|tx| {
        let mut devices: Vec<Device> = Vec::new();
        for wish in &wishes {
            devices.extend(wish.device(cx, svc, tx)?);
        }
        devices.sort_by_key(|own| own.name != machine.root_device);
        let root = devices.first().filter(|own| own.name == machine.root_device);
        let starts = |own: &Device| matches!(&own.what, What::Volume(own) if own.snapshot.is_some());
        if !root.is_some_and(starts) {
            return Err(Image::NoRoot.into());
        }
        let born = Birth {
            id: ImageId::new(cx.ids()),
            name: name.clone(),
            description: description.clone(),
            machine: machine.clone(),
            devices,
            source: Source::default(),
            protection: Protection::Off,
            tags: tags.clone(),
        };
        birth(cx, tx, born)
    })?;
    Ok(ec2::RegisterImageResult { image_id: Some(image.id.to_string()) })
}

fn machine(input: ec2::RegisterImageRequest) -> Result<MachineKind, Error> {
    let word = |value: Option<String>, default: &str| value.unwrap_or_else(|| default.to_owned());
    let architecture = word(input.architecture, "i386");
    one_of("architecture", &architecture, ARCHITECTURES)?;
    let virtualization = word(input.virtualization_type, "paravirtual");
    one_of("virtualizationType", &virtualization, &["hvm", "paravirtual"])?;
    if let Some(mode) = &input.boot_mode {
        one_of("bootMode", mode, BOOT_MODES)?;
    }
    for (name, value, only) in [
        ("tpmSupport", &input.tpm_support, "v2.0"),
        ("imdsSupport", &input.imds_support, "v2.0"),
        ("sriovNetSupport", &input.sriov_net_support, "simple"),
    ] {
        if let Some(value) = value {
            one_of(name, value, &[only])?;
        }
    }
    if input.tpm_support.is_some() && input.boot_mode.as_deref() != Some("uefi") {
        let sentence = "The parameter TpmSupport requires the parameter BootMode to be uefi";
        return Err(Error::Combination(sentence.to_owned()));
    }
    if let Some(data) = &input.uefi_data
        && (data.len() > MOST_UEFI_DATA || STANDARD.decode(data).is_err())
    {
        let reason = "It must be base64 of at most 64 KB.".to_owned();
        return Err(Error::Value("uefiData", String::new(), reason));
    }
    Ok(MachineKind {
        architecture,
        virtualization,
        root_device: word(input.root_device_name.filter(|name| !name.is_empty()), ROOT),
        platform: None,
        platform_details: "Linux/UNIX".to_owned(),
        usage_operation: "RunInstances".to_owned(),
        boot_mode: input.boot_mode,
        has_tpm: input.tpm_support.is_some(),
        wants_tokens: input.imds_support.is_some(),
        ena: input.ena_support == Some(true),
        sriov: input.sriov_net_support.is_some(),
        kernel: input.kernel_id,
        ramdisk: input.ramdisk_id,
        uefi_data: input.uefi_data,
    })
}
